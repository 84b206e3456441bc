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

// maxToBytes does it for eight at a time, and returns for how many.
//
// With the top bits of a set and those of b cleared, a byte of a−b borrows nothing from the next, and its top bit says whether the
// lower seven bits of a are the larger. The top bits themselves decide where they differ.
func maxToBytes(dst, in []byte, signed bool) int {
	const top = 0x8080808080808080
	var flip uint64 // of two signed bytes, the one without a top bit is the larger
	if signed {
		flip = top
	}
	i := 0
	for ; i <= len(dst)-8 && i <= len(in)-8; i += 8 {
		a, b := binary.LittleEndian.Uint64(dst[i:i+8]), binary.LittleEndian.Uint64(in[i:i+8])
		apart := a ^ b
		lower := (a | top) - b&^top
		larger := ((a^flip)&apart | lower&^apart) & top
		mask := larger<<1 - larger>>7 // 0xff where a is the larger
		binary.LittleEndian.PutUint64(dst[i:i+8], b^apart&mask)
	}
	return i
}
