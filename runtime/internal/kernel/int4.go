package kernel

// UnpackInt4 unpacks signed numbers of four bits, two to a byte, the first in the lower half.
func UnpackInt4(out []int8, in []byte) {
	for i := range out {
		b := int8(in[i/2])
		if i%2 == 0 {
			b <<= 4
		}
		out[i] = b >> 4
	}
}

// PackInt4 is UnpackInt4's inverse; of each number the lower four bits count. An odd half at the end is 0.
func PackInt4(out []byte, in []int8) {
	clear(out)
	for i, v := range in {
		out[i/2] |= byte(v&15) << (i % 2 * 4)
	}
}
