package kernel

// ConcatRows copies an operand of a concatenation into its place: rows of size bytes go to out, which steps by stride.
func ConcatRows(out, in []byte, size, stride int) {
	for at := 0; len(in) >= size && size > 0; at += stride {
		copy(out[at:at+size], in[:size])
		in = in[size:]
	}
}

// ConcatScaled is ConcatRows for a uint8 operand whose scale or zero point differs from the output's:
//
//	out = clamp(round(in·scale + bias) + zero),  scale = inScale·(1/outScale),  bias = −inZero·scale
//
// rounded half away from zero. Source: TFLite, reference_ops::ConcatenationWithScaling.
func ConcatScaled(out, in []byte, size, stride int, scale, bias float32, zero int32) {
	for at := 0; len(in) >= size && size > 0; at += stride {
		dst := out[at : at+size]
		for i, v := range in[:size] {
			dst[i] = uint8(min(max(roundInt32(float32(float32(v)*scale)+bias)+zero, 0), 255))
		}
		in = in[size:]
	}
}

// Number is any element type that CAST converts between.
type Number interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64
}

// Cast computes out[i] = B(in[i]), integers wrapping around.
func Cast[B, A Number](out []B, in []A) {
	for i, v := range in {
		out[i] = B(v)
	}
}
