package kernel

import "math"

// Requant turns int32 accumulators into quantized outputs by XNNPACK's rule:
//
//	q = zero + rint(clamp(float32(acc)·scale, min−zero, max−zero))
//
// all in float32, ties to even. Source: XNNPACK, the "fp32" requantization of its qs8 and qu8 convolution and fully
// connected kernels; the scale is input·weight/output, divided and multiplied in float32 in that order.
type Requant struct {
	Scale []float32 // one, or one an output channel
	Zero  int32     // output zero point
	lo    float32   // min − zero
	hi    float32   // max − zero
}

// NewRequant returns the rule for outputs of zero point zero clamped to [lo, hi].
func NewRequant(scale []float32, zero, lo, hi int32) Requant {
	return Requant{Scale: scale, Zero: zero, lo: float32(lo - zero), hi: float32(hi - zero)}
}

// ConvScale returns XNNPACK's requantization scales for weights of the given scales.
func ConvScale(in float32, weights []float32, out float32) []float32 {
	scale := make([]float32, len(weights))
	for i, w := range weights {
		scale[i] = float32(in*w) / out
	}
	return scale
}

// rintMagic is 1.5·2²³: adding it to a float32 of magnitude below 2²² leaves rint of that number in the low bits.
const rintMagic = 12582912

// rint rounds v to the nearest integer, ties to even; |v| must be below 2²².
func rint(v float32) int32 {
	return int32(math.Float32bits(v+rintMagic)) - int32(math.Float32bits(rintMagic))
}

// One requantizes an accumulator of channel c.
func (r *Requant) One(acc int32, c int) int32 {
	if len(r.Scale) == 1 {
		c = 0
	}
	return r.scaled(acc, r.Scale[c])
}

func (r *Requant) scaled(acc int32, scale float32) int32 {
	v := float32(float32(acc) * scale)
	if v < r.lo {
		v = r.lo
	}
	if v > r.hi {
		v = r.hi
	}
	return rint(v) + r.Zero
}

// Row requantizes acc, one accumulator a channel from channel c0 on, into out.
func Row[T int8 | uint8](r *Requant, out []T, acc []int32, c0 int) {
	if len(r.Scale) == 1 {
		s := r.Scale[0]
		for i, a := range acc {
			out[i] = T(r.scaled(a, s))
		}
		return
	}
	scale := r.Scale[c0:]
	for i, a := range acc {
		out[i] = T(r.scaled(a, scale[i]))
	}
}
