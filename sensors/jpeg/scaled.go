package jpeg

import "encoding/binary"

// The N lowest coefficients of 8, transformed by the cosine transform of N points and times N/8 in two directions, are
// the block at N samples. In the scaling of T.81 that is a division by 8 after transforms without factors, as for N = 8.

// half transforms the lowest 4x4 coefficients into a 4x4 block.
func half(dst []uint8, stride int, b *[64]int32) {
	var mid [4][4]int32
	for i := range 4 {
		mid[i] = four([4]int32{b[i], b[i+8], b[i+16], b[i+24]}, cosBits-colBits)
	}
	for y := range 4 {
		v := four([4]int32{mid[0][y], mid[1][y], mid[2][y], mid[3][y]}, cosBits+colBits+3)
		p, q, r, s := clip(v[0]+128), clip(v[1]+128), clip(v[2]+128), clip(v[3]+128)
		binary.LittleEndian.PutUint32(dst[y*stride:], uint32(p)|uint32(q)<<8|uint32(r)<<16|uint32(s)<<24)
	}
}

// four is the transform of 4 points, rounding away shift bits: √2·cos(2Nπ/16) are its factors.
func four(x [4]int32, shift uint) [4]int32 {
	shift &= 31
	round := int32(1) << (shift - 1)
	e0, e1 := (x[0]+x[2])<<cosBits+round, (x[0]-x[2])<<cosBits+round
	r := (x[1] + x[3]) * c6
	o0, o1 := r+x[1]*c2Lessc6, r-x[3]*c2Andc6
	return [4]int32{(e0 + o0) >> shift, (e1 + o1) >> shift, (e1 - o1) >> shift, (e0 - o0) >> shift}
}

// quarter transforms the lowest 2x2 coefficients into a 2x2 block.
func quarter(dst []uint8, stride int, b *[64]int32) {
	sum, diff := b[0]+b[8]+4, b[0]-b[8]+4
	sumX, diffX := b[1]+b[9], b[1]-b[9]
	dst[0], dst[1] = clip((sum+sumX)>>3+128), clip((sum-sumX)>>3+128)
	dst[stride], dst[stride+1] = clip((diff+diffX)>>3+128), clip((diff-diffX)>>3+128)
}
