package kernel

import (
	"math"
	"unsafe"

	"edged/runtime/internal/simd"
)

// QuantizeFloat computes out[i] = rint(in[i]·(1/scale)) + zero, clamped; NaN becomes the greatest value.
// Source: XNNPACK, the f32-qs8 and f32-qu8 vcvt kernels.
func QuantizeFloat[T int8 | uint8](out []T, in []float32, scale float32, zero int32) {
	lo, hi := byteLimits[T]()
	inverse := 1 / scale
	least, most := float32(lo-zero), float32(hi-zero)
	if simd.Quantize(out[:len(in)], in, inverse, least, most, zero) {
		return
	}
	for i, x := range in {
		v := float32(x * inverse)
		if !(v < most) {
			v = most
		}
		if v < least {
			v = least
		}
		out[i] = T(rint(v) + zero)
	}
}

// roundInt32 rounds to nearest, ties away from zero, held to the int32 range; NaN is 0. Source: TFLite, TfLiteRound and a
// cast, which WebAssembly makes saturate.
func roundInt32[F float32 | float64](v F) int32 {
	return truncate[int32](math.Round(float64(v)), math.MinInt32, math.MaxInt32)
}

// Dequantize computes out[i] = (in[i] − zero)·scale.
func Dequantize[T Quantized | int32](out []float32, in []T, scale float32, zero int32) {
	for i, q := range in {
		out[i] = float32(int32(q)-zero) * scale
	}
}

// QuantizeRound computes out[i] = round(in[i]/scale) + zero, clamped; the quotient is a float64, and the sum wraps around.
// Source: TFLite's builtin QUANTIZE (AffineQuantize, in which the scale is a double), used for types that XNNPACK does not
// take; rounding: roundInt32.
func QuantizeRound[T Quantized](out []T, in []float32, scale float32, zero int32) {
	lo, hi := quantLimits[T]()
	for i, x := range in {
		out[i] = T(min(max(roundInt32(float64(x)/float64(scale))+zero, lo), hi))
	}
}

// QuantizeChannels is QuantizeRound with a scale and a zero point for each index along a dimension of len(scale) whose steps
// are inner elements apart. Source: TFLite, reference_ops::PerChannelQuantize.
func QuantizeChannels[T Quantized](out []T, in []float32, inner int, scale []float32, zero []int32) {
	lo, hi := quantLimits[T]()
	for i, x := range in {
		c := i / inner % len(scale)
		out[i] = T(min(max(roundInt32(x/scale[c])+zero[c], lo), hi))
	}
}

// QuantizeInt4 is QuantizeRound to −8 … 7, packed two to a byte, the first in the lower half.
func QuantizeInt4(out []byte, in []float32, scale float32, zero int32) {
	clear(out)
	for i, x := range in {
		out[i/2] |= byte(min(max(roundInt32(x/scale)+zero, -8), 7)&15) << (i % 2 * 4)
	}
}

// DequantizeChannels computes out[i] = (in[i] − zero[c])·scale[c], c being the index along a dimension of len(scale) whose
// steps are inner elements apart.
func DequantizeChannels[T Quantized | int32](out []float32, in []T, inner int, scale []float32, zero []int32) {
	for i, q := range in {
		c := i / inner % len(scale)
		out[i] = float32(int32(q)-zero[c]) * scale[c]
	}
}

// DequantizeInt4 computes out[i] = (in[i] − zero)·scale from two's complement nibbles, the first in the low half.
func DequantizeInt4(out []float32, in []byte, scale float32, zero int32) {
	for i := range out {
		q := int32(int8(in[i/2]<<4) >> 4)
		if i%2 == 1 {
			q = int32(int8(in[i/2]) >> 4)
		}
		out[i] = float32(q-zero) * scale
	}
}

// DequantizeHalf computes out[i] = in[i], IEEE 754 half precision to single.
func DequantizeHalf(out []float32, in []uint16) {
	for i, h := range in {
		out[i] = HalfToFloat(h)
	}
}

// Requantize computes out[i] = outZero + m·(in[i] − inZero), clamped, by TFLite's fixed-point rule.
// Source: TFLite's builtin QUANTIZE (reference_ops::Requantize), used where types or scales differ in ways that
// XNNPACK does not take.
func Requantize[A, B Quantized | int32](out []B, in []A, m Multiplier, inZero, outZero int32) {
	lo, hi := quantLimits[B]()
	for i, q := range in {
		out[i] = B(min(max(m.Apply(int32(q)-inZero)+outZero, lo), hi))
	}
}

// Convert computes out[i] = clamp(outZero + ((in[i]−inZero)·multiplier + 128) >> 8) with multiplier = rint(256·ratio of
// the scales). Source: XNNPACK, the qs8 and qu8 vcvt kernels.
func Convert[T int8 | uint8](out, in []T, multiplier, inZero, outZero int32) {
	lo, hi := byteLimits[T]()
	for i, q := range in {
		out[i] = T(min(max(((int32(q)-inZero)*multiplier+128)>>8+outZero, lo), hi))
	}
}

// quantLimits returns the least and largest value of T.
func quantLimits[T Quantized | int32]() (lo, hi int32) {
	bits := 8 * int32(unsafe.Sizeof(T(0)))
	if ^T(0) > 0 {
		return 0, 255
	}
	return -1 << (bits - 1), 1<<(bits-1) - 1
}

// byteLimits returns the least and largest value of T.
func byteLimits[T int8 | uint8]() (lo, hi int32) {
	if ^T(0) < 0 {
		return -128, 127
	}
	return 0, 255
}
