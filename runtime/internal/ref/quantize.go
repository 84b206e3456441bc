package ref

import "math"

// QuantizeXNN is x·(1/scale), held to lo … hi less the zero point and rounded, ties to even; NaN becomes hi.
// Source: XNNPACK src/f32-qs8-vcvt, src/f32-qu8-vcvt.
func QuantizeXNN(x float64, to Affine, lo, hi int64) int64 {
	v := f32(x * f32(1/float64(to.Scale)))
	if v != v {
		return hi
	}
	return int64(math.RoundToEven(Clamp(v, float64(lo-to.Zero), float64(hi-to.Zero)))) + to.Zero
}

// QuantizeFixed is x/scale in float64, rounded, ties away from zero, in an int32; the zero point is added with wrap-around. NaN
// becomes the zero point. Source: tflite/kernels/internal/reference/quantize.h, AffineQuantize.
func QuantizeFixed(x float64, to Affine, lo, hi int64) int64 {
	v := toInt(math.Round(x / float64(to.Scale)))
	return Clamp(Wrap(v+to.Zero, 32), lo, hi)
}

// Requantize brings q from one scale to another. Source: tflite/kernels/quantize.cc, Prepare; reference/requantize.h.
func Requantize(q int64, from, to Affine, lo, hi int64) int64 {
	m := NewMultiplier(float64(from.Scale) / float64(to.Scale))
	return Clamp(Wrap(m.Apply(Wrap(q-from.Zero, 32))+to.Zero, 32), lo, hi)
}

// ConvertXNN does so with a multiplier of 8 fractional bits, rounded once, ties up.
// Source: XNNPACK src/microparams-init.c, xnn_init_qs8_cvt_scalar_params; src/qs8-vcvt.
func ConvertXNN(q int64, from, to Affine, lo, hi int64) int64 {
	m := int64(math.RoundToEven(256 * f32(float64(from.Scale)/float64(to.Scale))))
	return Clamp(Up((q-from.Zero)*m, 256)+to.Zero, lo, hi)
}

// Nibble is number i of a row of two's complement half bytes, the first in the low half.
// Source: tflite/kernels/internal/portable_tensor_utils.h, UnpackDenseInt4IntoInt8.
func Nibble(row []byte, i int) int64 {
	return Wrap(int64(row[i/2])>>(4*(i%2)), 4)
}

// ConcatScaled brings a uint8 operand of a concatenation to the output's scale in float32, ties away from zero.
// Source: tflite/kernels/internal/reference/concatenation.h, ConcatenationWithScaling.
func ConcatScaled(from, to Affine) func(q int64) int64 {
	scale := f32(float64(from.Scale) * f32(1/float64(to.Scale)))
	bias := f32(float64(-from.Zero) * scale)
	return func(q int64) int64 {
		return Wrap(toInt(math.Round(f32(f32(float64(q)*scale)+bias)))+to.Zero, 32)
	}
}
