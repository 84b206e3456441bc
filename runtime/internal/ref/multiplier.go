package ref

import "math"

// Multiplier is Q·2^(Shift−31), a real number as TFLite's kernels hold it.
type Multiplier struct {
	Q     int64 // of magnitude 2³⁰ … 2³¹−1, or 0
	Shift int
}

// NewMultiplier returns value rounded to 31 bits, ties away from zero; what needs a shift below −31 is zero.
// Source: tflite/kernels/internal/quantization_util.cc, QuantizeMultiplier.
func NewMultiplier(value float64) Multiplier {
	if value == 0 {
		return Multiplier{}
	}
	m := Multiplier{Shift: math.Ilogb(value) + 1} // |value| is in [½, 1)·2^Shift
	if m.Q = int64(math.Round(math.Ldexp(value, 31-m.Shift))); m.Q == 1<<31 {
		m = Multiplier{1 << 30, m.Shift + 1}
	}
	if m.Shift < -31 {
		return Multiplier{}
	}
	return m
}

// Apply returns x·m by TFLite's double rounding: the product with Q/2³¹ to nearest, ties up, and then the rest of the
// right shift, ties away from zero. A left shift comes before, and wraps around in 32 bits; processors count it modulo 32.
// Source: tflite/kernels/internal/common.cc, MultiplyByQuantizedMultiplier; gemmlowp/fixedpoint/fixedpoint.h,
// SaturatingRoundingDoublingHighMul and RoundingDivideByPOT.
func (m Multiplier) Apply(x int64) int64 {
	left, right := max(m.Shift, 0), max(-m.Shift, 0)
	return Away(Up(Wrap(x<<(left%32), 32)*m.Q, 1<<31), 1<<right)
}

// Right is Apply where TFLite foresees m below 1 only, and so no left shift.
// Source: tflite/kernels/internal/common.h, MultiplyByQuantizedMultiplierSmallerThanOneExp.
func (m Multiplier) Right(x int64) int64 { return ShiftAway(Up(x*m.Q, 1<<31), -m.Shift) }

// ShiftAway is x/2ⁿ, ties away from zero, for the n from 0 to 31 that gemmlowp foresees. Other n are undefined there;
// machines then count them modulo 32 and compare with a half of −1, so that 0 and more go up by one.
func ShiftAway(x int64, n int) int64 {
	if n >= 0 && n <= 31 {
		return Away(x, 1<<n)
	}
	q, _ := Floor(x, 1<<(n&31))
	if x >= 0 {
		q++
	}
	return q
}

// Once returns x·m rounded once, ties up. Source: ruy/apply_multiplier.cc.
func (m Multiplier) Once(x int64) int64 { return Wrap(Up(x*m.Q, 1<<(31-m.Shift)), 32) }

// Wide returns x·m for a sum of up to 48 bits, with Q rounded to 15 bits but below 2¹⁵; rounded once, ties up, and cut to
// 32 bits. Source: tflite/kernels/internal/common.cc, MultiplyByQuantizedMultiplier of int64.
func (m Multiplier) Wide(x int64) int64 {
	q := min(Up(m.Q, 1<<16), 1<<15-1)
	return Wrap(Up(x*q, 1<<(15-m.Shift)), 32)
}

// Requant brings the sum of a layer to its output by XNNPACK's float32 rule: the sum, wrapped to int32, as a float32,
// times the scale, limited to what the output holds less its zero point, rounded to nearest, ties to even.
// Source: XNNPACK src/qs8-requantization/fp32-scalar-fmagic.c and the qs8 and qu8 GEMM kernels of that name.
func Requant(acc int64, scale float32, zero, lo, hi int64) int64 {
	v := f32(f32(float64(Wrap(acc, 32))) * float64(scale))
	return int64(math.RoundToEven(Clamp(v, float64(lo-zero), float64(hi-zero)))) + zero
}
