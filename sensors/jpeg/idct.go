package jpeg

import "encoding/binary"

// The transform of whole blocks is the one of Loeffler, Ligtenberg and Moschytz, "Practical Fast 1-D DCT Algorithms with 11
// Multiplications", ICASSP 1989, run backwards, in the fixed point of libjpeg's accurate integer method: cosines with
// cosBits fraction bits, columns first, their results with colBits. All between the two roundings is exact, so that any
// arrangement of it gives the same bits.
const (
	cosBits = 13
	colBits = 2
)

// The factors, times 1<<cosBits and rounded; cN is √2·cos(Nπ/16).
const (
	c6       = 4433  // 0.541196100
	c2Lessc6 = 6270  // 0.765366865
	c2Andc6  = 15137 // 1.847759065
	c3       = 9633  // 1.175875602

	odd7 = 2446  // −c1+c3+c5−c7 = 0.298631336
	odd5 = 16819 //  c1+c3−c5+c7 = 2.053119869
	odd3 = 25172 //  c1+c3+c5−c7 = 3.072711026
	odd1 = 12299 //  c1+c3−c5−c7 = 1.501321110

	odd17 = -7373  // c7−c3 = −0.899976223
	odd35 = -20995 // −c1−c3 = −2.562915447
	odd37 = -16069 // −c3−c5 = −1.961570560
	odd15 = -3196  // c5−c3 = −0.390180644
)

// at returns where in a plane the block in column x and row y is.
func (c *component) at(x, y int) int {
	return (y*c.size*c.stride + x) * c.size
}

// put writes a block that starts at byte at of a plane: b at the component's scale, whose coefficients from n on, in
// zigzag order, are zero.
func (c *component) put(b *[64]int32, n, at int) {
	size := c.size
	stride, dst := c.stride*size, c.pix[at:]
	switch {
	case n == 1 || size == 1:
		flat(dst, stride, size, clip((b[0]+4)>>3+128))
	case size == 8:
		whole(dst, stride, b, n)
	case size == 4:
		half(dst, stride, b)
	default:
		quarter(dst, stride, b)
	}
}

func clip(v int32) uint8 { return uint8(min(max(v, 0), 255)) }

// flat fills a block with one value.
func flat(dst []uint8, stride, size int, v uint8) {
	row := uint64(v) * 0x0101010101010101
	for y := range size {
		switch d := dst[y*stride:]; size {
		case 8:
			binary.LittleEndian.PutUint64(d, row)
		case 4:
			binary.LittleEndian.PutUint32(d, uint32(row))
		case 2:
			binary.LittleEndian.PutUint16(d, uint16(row))
		default:
			d[0] = v
		}
	}
}

// whole transforms an 8x8 block.
func whole(dst []uint8, stride int, b *[64]int32, n int) {
	var mid, out [64]int32
	columns := 8
	if n <= 10 {
		columns = 4 // the first 10 in zigzag order are a triangle
	}
	lines(&mid, b, columns, cosBits-colBits)
	lines(&out, &mid, 8, cosBits+colBits+3)
	for y := range 8 {
		store8(dst[y*stride:], (*[8]int32)(out[8*y:]))
	}
}

// store8 writes 8 samples, clipped, in one go if none needs it.
func store8(dst []uint8, v *[8]int32) {
	a, b, c, d, e, f, g, h := v[0]+128, v[1]+128, v[2]+128, v[3]+128, v[4]+128, v[5]+128, v[6]+128, v[7]+128
	if uint32(a|b|c|d|e|f|g|h) > 255 {
		a, b, c, d = int32(clip(a)), int32(clip(b)), int32(clip(c)), int32(clip(d))
		e, f, g, h = int32(clip(e)), int32(clip(f)), int32(clip(g)), int32(clip(h))
	}
	low := uint32(a | b<<8 | c<<16 | d<<24)
	high := uint32(e | f<<8 | g<<16 | h<<24)
	binary.LittleEndian.PutUint64(dst, uint64(low)|uint64(high)<<32)
}

// lines transforms the first n columns of in into rows of out, rounding away shift bits; the other rows of out are left
// as they are. Done twice, columns are columns again.
func lines(out, in *[64]int32, n int, shift uint) {
	shift &= 31
	round := int32(1) << (shift - 1)
	for i := range n {
		x0, x1, x2, x3 := in[i&7], in[i&7+8], in[i&7+16], in[i&7+24]
		x4, x5, x6, x7 := in[i&7+32], in[i&7+40], in[i&7+48], in[i&7+56]
		row := (*[8]int32)(out[8*(i&7):])
		if x1|x2|x3|x4|x5|x6|x7 == 0 {
			v := (x0<<cosBits + round) >> shift
			*row = [8]int32{v, v, v, v, v, v, v, v}
			continue
		}
		r := (x2 + x6) * c6
		e2, e3 := r-x6*c2Andc6, r+x2*c2Lessc6
		e0, e1 := (x0+x4)<<cosBits+round, (x0-x4)<<cosBits+round
		e0, e3 = e0+e3, e0-e3
		e1, e2 = e1+e2, e1-e2

		z5 := (x7 + x3 + x5 + x1) * c3
		z1, z2 := (x7+x1)*odd17, (x5+x3)*odd35
		z3, z4 := (x7+x3)*odd37+z5, (x5+x1)*odd15+z5
		o0 := x7*odd7 + z1 + z3
		o1 := x5*odd5 + z2 + z4
		o2 := x3*odd3 + z2 + z3
		o3 := x1*odd1 + z1 + z4
		row[0], row[7] = (e0+o3)>>shift, (e0-o3)>>shift
		row[1], row[6] = (e1+o2)>>shift, (e1-o2)>>shift
		row[2], row[5] = (e2+o1)>>shift, (e2-o1)>>shift
		row[3], row[4] = (e3+o0)>>shift, (e3-o0)>>shift
	}
}
