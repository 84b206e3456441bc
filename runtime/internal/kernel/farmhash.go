package kernel

import (
	"encoding/binary"
	"math/bits"
)

// FarmHash's Fingerprint64, which TFLite's LSH_PROJECTION takes. Source: github.com/google/farmhash, farmhash.cc
// (namespace farmhashna); its constants are k0, k1 and k2.
const (
	farm0 uint64 = 0xc3a5c85c97cb3127
	farm1 uint64 = 0xb492b66fbe98f273
	farm2 uint64 = 0x9ae16a3b2f90404f
)

// Fingerprint64 returns the 64-bit fingerprint of s.
func Fingerprint64(s []byte) uint64 {
	switch n := len(s); {
	case n <= 16:
		return farmShort(s)
	case n <= 32:
		mul := farmMul(n)
		a, b := word(s)*farm1, word(s[8:])
		c, d := word(s[n-8:])*mul, word(s[n-16:])*farm2
		return farmJoin(rotate(a+b, 43)+rotate(c, 30)+d, a+rotate(b+farm2, 18)+c, mul)
	case n <= 64:
		return farmMiddle(s)
	}
	return farmLong(s)
}

func word(s []byte) uint64 { return binary.LittleEndian.Uint64(s) }

func rotate(v uint64, n int) uint64 { return bits.RotateLeft64(v, -n) }

func fold47(v uint64) uint64 { return v ^ v>>47 }

func farmMul(n int) uint64 { return farm2 + 2*uint64(n) }

// farmJoin hashes two words to one.
func farmJoin(u, v, mul uint64) uint64 {
	a := fold47((u ^ v) * mul)
	return fold47((v^a)*mul) * mul
}

// farmShort hashes up to 16 bytes.
func farmShort(s []byte) uint64 {
	n := len(s)
	switch {
	case n >= 8:
		mul := farmMul(n)
		a, b := word(s)+farm2, word(s[n-8:])
		return farmJoin(rotate(b, 37)*mul+a, (rotate(a, 25)+b)*mul, mul)
	case n >= 4:
		a, b := uint64(binary.LittleEndian.Uint32(s)), uint64(binary.LittleEndian.Uint32(s[n-4:]))
		return farmJoin(uint64(n)+a<<3, b, farmMul(n))
	case n > 0:
		y := uint64(s[0]) + uint64(s[n/2])<<8
		z := uint64(n) + uint64(s[n-1])<<2
		return fold47(y*farm2^z*farm0) * farm2
	}
	return farm2
}

// farmMiddle hashes 33 to 64 bytes.
func farmMiddle(s []byte) uint64 {
	n := len(s)
	mul := farmMul(n)
	a, b := word(s)*farm2, word(s[8:])
	c, d := word(s[n-8:])*mul, word(s[n-16:])*farm2
	y := rotate(a+b, 43) + rotate(c, 30) + d
	z := farmJoin(y, a+rotate(b+farm2, 18)+c, mul)
	e, f := word(s[16:])*mul, word(s[24:])
	g, h := (y+word(s[n-32:]))*mul, (z+word(s[n-24:]))*mul
	return farmJoin(rotate(e+f, 43)+rotate(g, 30)+h, e+rotate(f+a, 18)+g, mul)
}

// farmPair hashes 32 bytes to two words, given two.
func farmPair(s []byte, a, b uint64) (uint64, uint64) {
	w, x, y, z := word(s), word(s[8:]), word(s[16:]), word(s[24:])
	a += w
	b = rotate(b+a+z, 21)
	c := a
	a += x + y
	b += rotate(a, 44)
	return a + z, b + c
}

// farmLong hashes more than 64 bytes, 64 at a time; the last 64 overlap with those before.
func farmLong(s []byte) uint64 {
	seed := uint64(81)
	x, y := seed*farm2+word(s), seed*farm1+113
	z := fold47(y*farm2+113) * farm2
	var v0, v1, w0, w1 uint64
	last := s[len(s)-64:]
	for rest := s; len(rest) > 64; rest = rest[64:] {
		x = rotate(x+y+v0+word(rest[8:]), 37) * farm1
		y = rotate(y+v1+word(rest[48:]), 42) * farm1
		x ^= w1
		y += v0 + word(rest[40:])
		z = rotate(z+w0, 33) * farm1
		v0, v1 = farmPair(rest, v1*farm1, x+w0)
		w0, w1 = farmPair(rest[32:], z+w1, y+word(rest[16:]))
		x, z = z, x
	}
	mul := farm1 + z&0xff<<1
	w0 += uint64(len(s)-1) & 63
	v0 += w0
	w0 += v0
	x = rotate(x+y+v0+word(last[8:]), 37) * mul
	y = rotate(y+v1+word(last[48:]), 42) * mul
	x ^= w1 * 9
	y += v0*9 + word(last[40:])
	z = rotate(z+w0, 33) * mul
	v0, v1 = farmPair(last, v1*mul, x+w0)
	w0, w1 = farmPair(last[32:], z+w1, y+word(last[16:]))
	x, z = z, x
	return farmJoin(farmJoin(v0, w0, mul)+fold47(y)*farm0+z, farmJoin(v1, w1, mul)+x, mul)
}
