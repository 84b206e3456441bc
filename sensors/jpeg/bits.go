package jpeg

import (
	"bytes"
	"encoding/binary"
)

// padding is what a block may read past the end of its data before anyone looks: 64 codes of 16 bits with 16 bits each,
// and a refill.
const padding = 64*4 + 8

// bits reads an entropy-coded segment from its most significant bit on. Its zero bytes after 0xFF have been removed
// beforehand, so that a refill is one load.
type bits struct {
	buf []byte // the segment, then padding of zeros
	end int    // of the segment
	pos int    // next byte of buf to load

	acc uint64 // what was loaded, topmost bit first
	n   uint   // how many bits of acc count; those below are zero or the same as in buf
}

// load makes b read the segment that starts at data[at], and returns where it ends: at a marker or at the end of data.
func (b *bits) load(data []byte, at int) int {
	b.buf = b.buf[:0]
	for at < len(data) {
		i := bytes.IndexByte(data[at:], 0xff)
		if i < 0 {
			b.buf = append(b.buf, data[at:]...)
			at = len(data)
			break
		}
		b.buf = append(b.buf, data[at:at+i]...)
		at += i
		if at+1 == len(data) || data[at+1] != 0 {
			break
		}
		b.buf = append(b.buf, 0xff)
		at += 2
	}
	b.end = len(b.buf)
	b.buf = append(b.buf, make([]byte, padding)...)
	b.pos, b.acc, b.n = 0, 0, 0
	return at
}

// refill makes at least 56 bits count.
func (b *bits) refill() {
	b.acc |= binary.BigEndian.Uint64(b.buf[b.pos:]) >> b.n
	b.pos += int((63 - b.n) >> 3)
	b.n |= 56
}

// take returns the next n bits, 1 to 32.
func (b *bits) take(n uint) uint32 {
	if b.n < 32 {
		b.refill()
	}
	v := uint32(b.acc >> (64 - n))
	b.acc <<= n
	b.n -= n
	return v
}

// over reports whether more bits were taken than the segment has.
func (b *bits) over() bool { return b.pos-int(b.n>>3) > b.end }

// extend returns the number that n bits v stand for: those with the top bit clear are negative (T.81, F.2.2.1).
func extend(v uint32, n uint) int32 {
	if v < 1<<(n-1) {
		return int32(v) - 1<<n + 1
	}
	return int32(v)
}
