package kernel

import "math"

// Multiplier is a real number as TFLite's builtin kernels hold it: Q·2^(Shift−31), |Q| in [2³⁰, 2³¹).
// Source: TFLite, QuantizeMultiplier and the gemmlowp fixed-point primitives it feeds. Multipliers that need a shift which
// an integer has no room for are the kernels' callers' fault in C++; what LiteRT makes of them is what processors make: they
// take a shift modulo the bits of the integer.
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
	return Multiplier{Q: int32(q), Shift: exp}
}

// Apply returns x·m, rounded twice as gemmlowp does: to nearest with ties up in the high multiply, then to nearest
// with ties away from zero in the right shift.
func (m Multiplier) Apply(x int32) int32 {
	left, right := 0, -m.Shift
	if m.Shift > 0 {
		left, right = m.Shift, 0
	}
	return roundingShiftRight(doublingHighMul(x<<(left&31), m.Q), right)
}

// ApplySaturated is Apply with a left shift that saturates. Source: gemmlowp, fixedpoint.h (ShiftLeft) as output_stages.h uses
// it.
func (m Multiplier) ApplySaturated(x int32) int32 {
	if m.Shift <= 0 {
		return m.Apply(x)
	}
	wide := min(max(int64(x)<<min(m.Shift, 31), math.MinInt32), math.MaxInt32)
	return doublingHighMul(int32(wide), m.Q)
}

// ApplyRight is Apply where TFLite expects m below 1 and shifts to the right alone: a larger m gives nonsense, and the same
// nonsense here. Source: TFLite, MultiplyByQuantizedMultiplierSmallerThanOneExp.
func (m Multiplier) ApplyRight(x int32) int32 {
	return anyShiftRight(doublingHighMul(x, m.Q), -m.Shift)
}

// ApplyOnce returns x·m rounded once, to nearest with ties up. Source: ruy, apply_multiplier.cc, which TFLite's optimized
// kernels use where they multiply matrices.
func (m Multiplier) ApplyOnce(x int32) int32 {
	return int32(shiftRightUp(int64(x)*int64(m.Q), 31-m.Shift))
}

// ApplyWide returns x·m for a sum of up to 48 bits, with m cut to 15 bits, rounded to nearest with ties up. Source: TFLite,
// MultiplyByQuantizedMultiplier for int64.
func (m Multiplier) ApplyWide(x int64) int32 {
	q := int64(math.MaxInt16)
	if m.Q < 0x7fff0000 {
		q = int64(m.Q+1<<15) >> 16
	}
	return int32(shiftRightUp(x*q, 15-m.Shift))
}

// shiftRightUp returns x/2ⁿ to nearest, ties up; n and n−1 count modulo 64.
func shiftRightUp(x int64, n int) int64 { return (x + 1<<((n-1)&63)) >> (n & 63) }

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

// anyShiftRight is roundingShiftRight for counts too that gemmlowp does not provide for, below 0 or over 31: its mask is −1
// then, which rounds up whatever is not negative, and machines count shifts modulo 32 (x86, ARM64, WebAssembly). So 0/x is
// one more than the output's zero point in LiteRT's DIV.
func anyShiftRight(x int32, n int) int32 {
	if 0 <= n && n < 32 {
		return roundingShiftRight(x, n)
	}
	y := x >> (n & 31)
	if x >= 0 {
		y++
	}
	return y
}
