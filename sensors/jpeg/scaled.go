package jpeg

import "encoding/binary"

// The N lowest coefficients of 8, transformed by the cosine transform of N points and times N/8 in two directions, are
// the block at N samples. In the scaling of T.81 that is a division by 8 after transforms without factors, as for N = 8.

// half transforms the lowest 4x4 coefficients into a 4x4 block.
func half(dst []uint8, stride int, b *[64]int32) {
	var mid, out [32]int32
	lines4(&mid, (*[32]int32)(b[:]), cosBits-colBits)
	lines4(&out, &mid, cosBits+colBits+3)
	for y := range 4 {
		row := (*[4]int32)(out[8*y:])
		p, q, r, s := row[0]+128, row[1]+128, row[2]+128, row[3]+128
		if uint32(p|q|r|s) > 255 {
			p, q, r, s = int32(clip(p)), int32(clip(q)), int32(clip(r)), int32(clip(s))
		}
		binary.LittleEndian.PutUint32(dst[y*stride:], uint32(p|q<<8|r<<16|s<<24))
	}
}

// lines4 transforms the first four columns of in, of four numbers each, into rows of out, rounding away shift bits. Rows
// have room for eight, as those of a block. The factors are √2·cos(2Nπ/16).
func lines4(out, in *[32]int32, shift uint) {
	shift &= 31
	round := int32(1) << (shift - 1)
	for i := range 4 {
		x0, x1, x2, x3 := in[i], in[i+8], in[i+16], in[i+24]
		e0, e1 := (x0+x2)<<cosBits+round, (x0-x2)<<cosBits+round
		r := (x1 + x3) * c6
		o0, o1 := r+x1*c2Lessc6, r-x3*c2Andc6
		row := (*[4]int32)(out[8*i:])
		row[0], row[1], row[2], row[3] = (e0+o0)>>shift, (e1+o1)>>shift, (e1-o1)>>shift, (e0-o0)>>shift
	}
}

// quarter transforms the lowest 2x2 coefficients into a 2x2 block.
func quarter(dst []uint8, stride int, b *[64]int32) {
	sum, diff := b[0]+b[8]+4, b[0]-b[8]+4
	sumX, diffX := b[1]+b[9], b[1]-b[9]
	dst[0], dst[1] = clip((sum+sumX)>>3+128), clip((sum-sumX)>>3+128)
	dst[stride], dst[stride+1] = clip((diff+diffX)>>3+128), clip((diff-diffX)>>3+128)
}
