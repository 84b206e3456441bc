package kernel

import "math"

// Multiplier is a real number as TFLite's builtin kernels hold it: Q·2^(Shift−31), |Q| in [2³⁰, 2³¹).
// Source: TFLite, QuantizeMultiplier and the gemmlowp fixed-point primitives it feeds.
type Multiplier struct {
	Q     int32
	Shift int // positive shifts left
}

// NewMultiplier returns the Multiplier nearest to real. Zero and anything under 2⁻³² become zero.
func NewMultiplier(real float64) Multiplier {
	if real == 0 {
		return Multiplier{}
	}
	frac, exp := math.Frexp(real)
	q := int64(math.Round(frac * (1 << 31)))
	if q == 1<<31 {
		q /= 2
		exp++
	}
	if exp < -31 {
		return Multiplier{}
	}
	if exp > 30 {
		exp, q = 30, math.MaxInt32
	}
	return Multiplier{Q: int32(q), Shift: exp}
}

// Apply returns x·m, rounded twice as gemmlowp does: to nearest with ties up in the high multiply, then to nearest
// with ties away from zero in the right shift.
func (m Multiplier) Apply(x int32) int32 {
	left, right := 0, -m.Shift
	if m.Shift > 0 {
		left, right = m.Shift, 0
	}
	return roundingShiftRight(doublingHighMul(x<<left, m.Q), right)
}

// ApplyOnce returns x·m rounded once, to nearest with ties up; m.Shift must be at most 30. Source: ruy,
// apply_multiplier.cc, which TFLite's optimized kernels use where they multiply matrices.
func (m Multiplier) ApplyOnce(x int32) int32 {
	shift := 31 - m.Shift
	return int32((int64(x)*int64(m.Q) + 1<<(shift-1)) >> shift)
}

// ApplyWide returns x·m for a sum of up to 48 bits, with m cut to 15 bits, rounded to nearest with ties up. A multiplier of
// 2¹⁴ or more, which TFLite does not allow, wraps around. Source: TFLite, MultiplyByQuantizedMultiplier for int64.
func (m Multiplier) ApplyWide(x int64) int32 {
	q := int64(math.MaxInt16)
	if m.Q < 0x7fff0000 {
		q = int64(m.Q+1<<15) >> 16
	}
	shift := 15 - m.Shift
	if shift < 1 {
		return int32(x * q << -shift)
	}
	return int32((x*q + 1<<(shift-1)) >> shift)
}

// doublingHighMul returns the high half of 2ab, rounded to nearest (gemmlowp's SaturatingRoundingDoublingHighMul).
func doublingHighMul(a, b int32) int32 {
	if a == math.MinInt32 && b == math.MinInt32 {
		return math.MaxInt32
	}
	ab := int64(a) * int64(b)
	nudge := int64(1) << 30
	if ab < 0 {
		nudge = 1 - nudge
	}
	return int32((ab + nudge) / (1 << 31))
}

// roundingShiftRight returns x/2ⁿ, rounded to nearest with ties away from zero (gemmlowp's RoundingDivideByPOT).
func roundingShiftRight(x int32, n int) int32 {
	mask := int32(int64(1)<<n - 1)
	threshold := mask >> 1
	if x < 0 {
		threshold++
	}
	y := x >> n
	if x&mask > threshold {
		y++
	}
	return y
}

// roundingShiftRight16 is roundingShiftRight of an int16. gemmlowp then has 16 bits for the mask of what is shifted out:
// from n = 16 on it is −1, and whatever is not negative counts as more than half.
func roundingShiftRight16(x int32, n int) int32 {
	switch {
	case n < 16:
		return roundingShiftRight(x, n)
	case x < 0:
		return -1
	}
	return 1
}
