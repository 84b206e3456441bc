package kernel

import (
	"encoding/binary"
	"unsafe"
)

// maxTo computes dst[i] = max(dst[i], in[i]), both as long.
func maxTo[T Quantized](dst, in []T) {
	in = in[:len(dst)]
	i := 0
	if unsafe.Sizeof(*new(T)) == 1 {
		i = maxToBytes(raw(dst), raw(in), ^T(0) < 0)
	}
	for ; i < len(dst); i++ {
		dst[i] = max(dst[i], in[i])
	}
}

const tops = 0x8080808080808080 // the top bit of each byte of a word

// maxToBytes does it for eight at a time, and returns for how many.
func maxToBytes(dst, in []byte, signed bool) int {
	var flip uint64 // of two signed bytes, the one without a top bit is the larger
	if signed {
		flip = tops
	}
	i := 0
	for ; i <= len(dst)-8 && i <= len(in)-8; i += 8 {
		a, b := binary.LittleEndian.Uint64(dst[i:i+8]), binary.LittleEndian.Uint64(in[i:i+8])
		binary.LittleEndian.PutUint64(dst[i:i+8], maxWord(a, b, flip))
	}
	return i
}

// maxWord returns the larger of each two bytes.
//
// With the top bits of a set and those of b cleared, a byte of a−b borrows nothing from the next, and its top bit says whether the
// lower seven bits of a are the larger. The top bits themselves decide where they differ.
func maxWord(a, b, flip uint64) uint64 {
	apart := a ^ b
	lower := (a | tops) - b&^tops
	larger := ((a^flip)&apart | lower&^apart) & tops
	mask := larger<<1 - larger>>7 // 0xff where a is the larger
	return b ^ apart&mask
}

// maxOfRows sets dst[i] to the largest of the n ≥ 1 bytes of in from i·stride on: of bytes q that by which q^flip is largest, flip
// being 0x80 for int8.
func maxOfRows(dst, in []byte, stride, n int, flip byte) {
	if n >= 16 {
		for i := range dst {
			dst[i] = maxOfWords(in[i*stride:][:n], flip)
		}
		return
	}
	for i := range dst {
		row := in[i*stride:][:n]
		best := row[0] ^ flip
		for _, q := range row[1:] {
			best = max(best, q^flip)
		}
		dst[i] = best ^ flip
	}
}

// maxOfWords returns the largest of a row of 16 bytes or more, as maxOfRows. It takes two words at a time, each for a maximum
// of its own, as a step waits long for the one before; the last two may overlap those before them.
func maxOfWords(row []byte, flip byte) byte {
	word := uint64(flip) * 0x0101010101010101
	last := row[len(row)-16:]
	even, odd := binary.LittleEndian.Uint64(last)^word, binary.LittleEndian.Uint64(last[8:])^word
	for ; len(row) > 16; row = row[16:] {
		even = maxWord(even, binary.LittleEndian.Uint64(row)^word, 0)
		odd = maxWord(odd, binary.LittleEndian.Uint64(row[8:])^word, 0)
	}
	best := maxWord(even, odd, 0)
	best = maxWord(best, best>>32, 0)
	best = maxWord(best, best>>16, 0)
	best = maxWord(best, best>>8, 0)
	return byte(best) ^ flip
}
