package jpeg

import "encoding/binary"

// zigzag is where in a block, by rows, each coefficient is (T.81, figure A.6).
var zigzag = [64]uint8{
	0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
	35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
}

// setScale says how many times smaller the plane is wanted; 0: not at all.
func (c *component) setScale(scale int) {
	switch scale {
	case 1:
		c.size, c.last = 8, 63
	case 2:
		c.size, c.last = 4, 24 // row 3, column 3
	case 4:
		c.size, c.last = 2, 4 // row 1, column 1
	case 8:
		c.size, c.last = 1, 0
	default:
		c.size, c.last = 0, 0
	}
}

// sequential decodes the block in column x and row y of a plane and transforms it. It is false if there is a code that means nothing.
func (d *Decoder) sequential(c *component, x, y int) bool {
	size, ok := d.dc[c.dc].symbol(&d.bits)
	if !ok || size > 16 {
		return false
	}
	if size > 0 {
		c.pred += extend(d.bits.take(uint(size)), uint(size))
	}
	q := &d.quant[c.quant]
	d.block[0] = c.pred * int32(q[0])
	k, ok := d.coefficients(&d.ac[c.ac], q, c.last)
	if ok && c.size != 0 {
		c.put(&d.block, k, c.at(x, y))
	}
	if k > 1 {
		d.block = [64]int32{}
	}
	return ok
}

// coefficients reads a block's AC coefficients, dequantizes those up to the last one wanted and steps over the others.
// It returns one more than the last one stored. The bits' state is kept in registers.
func (d *Decoder) coefficients(t *acCode, q *[64]uint16, last int) (stored int, ok bool) {
	b := &d.bits
	acc, n := b.acc, b.n
	k, stored := 1, 1
	for k <= last {
		if n < 32 {
			acc |= binary.BigEndian.Uint64(b.buf[b.pos:]) >> (n & 63)
			b.pos += int((63 - n) >> 3)
			n |= 56
		}
		if e := t.value[acc>>(64-lookBits)]; e != 0 {
			acc <<= e & 63
			n -= uint(e & 63)
			k += int(e >> 8 & 15)
			if k > last {
				k++
				break
			}
			d.block[zigzag[k&63]&63] = int32(e>>16) * int32(q[k&63])
			k++
			stored = k
			continue
		}
		symbol, length := t.next(acc)
		size := uint(symbol & 15)
		acc <<= length
		n -= length
		switch {
		case length == 0:
			return stored, false
		case size != 0:
			v := extend(uint32(acc>>(64-size)), size)
			acc <<= size
			n -= size
			k += int(symbol >> 4)
			if k <= last {
				d.block[zigzag[k&63]&63] = v * int32(q[k&63])
				stored = k + 1
			}
			k++
		case symbol == 0xf0:
			k += 16
		default: // the end of the block
			b.acc, b.n = acc, n
			return stored, true
		}
	}
	b.acc, b.n = acc, n
	return stored, d.pass(t, k)
}

// next returns the symbol that acc begins with, and its length; 0 if there is none.
func (c *code) next(acc uint64) (symbol uint8, length uint) {
	if e := c.look[acc>>(64-lookBits)]; e != 0 {
		return uint8(e), uint(e >> 8)
	}
	return c.long(uint32(acc >> 48))
}

// pass steps over the rest of a block, from coefficient k on.
func (d *Decoder) pass(t *acCode, k int) bool {
	b := &d.bits
	acc, n := b.acc, b.n
	for k < 64 {
		if n < 32 {
			acc |= binary.BigEndian.Uint64(b.buf[b.pos:]) >> (n & 63)
			b.pos += int((63 - n) >> 3)
			n |= 56
		}
		// Were 64 reached in the midst of several coefficients, the rest of them would be the next block's.
		s := t.step[acc>>(64-lookBits)]
		if coefs := int(s & 0xff); s != 0 && k+coefs < 64 {
			acc <<= s >> 8 & 63
			n -= uint(s >> 8 & 63)
			k += coefs
			if s&end != 0 {
				k = 64
			}
			continue
		}
		symbol, length := t.next(acc)
		size := uint(symbol & 15)
		if length == 0 {
			return false
		}
		acc <<= length + size
		n -= length + size
		k += int(symbol>>4) + 1
		if size == 0 && symbol != 0xf0 {
			k = 64
		}
	}
	b.acc, b.n = acc, n
	return k == 64
}
