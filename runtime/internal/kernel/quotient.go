package kernel

import (
	"math"
	"math/bits"
)

// QuotientFixed returns quantized a/b by TFLite's fixed-point rule: a times the reciprocal of b, found by Newton's method,
// and brought to the output's scale. b must not be its zero point. Source: TFLite, div.cc (Prepare), DivElementwise.
func QuotientFixed(a, b, out Affine, lo, hi int32) Int32Op {
	m := NewMultiplier(float64(a.Scale / float32(b.Scale*out.Scale)))
	return func(x, y int32) int32 {
		x, y = x-a.Zero, y-b.Zero
		if y < 0 {
			x, y = -x, -y
		}
		inverse, over := reciprocal(y)
		headroom := signBits(x)
		q := doublingHighMul(doublingHighMul(x<<headroom, inverse), m.Q)
		q = anyShiftRight(q, headroom+over-m.Shift)
		return min(max(q+out.Zero, lo), hi)
	}
}

// signBits counts the bits below the sign that equal it: how far v can be shifted left.
func signBits(v int32) int {
	if v < 0 {
		v = ^v
	}
	return bits.LeadingZeros32(uint32(v)) - 1
}

// reciprocal returns 1/x for x > 0 as inverse·2^−(31+over). Source: TFLite, GetReciprocal.
func reciprocal(x int32) (inverse int32, over int) {
	shift := bits.LeadingZeros32(uint32(x))
	return inverseOnePlus(int32(uint32(x)<<shift - 1<<31)), 31 - shift
}

// inverseOnePlus returns 1/(1+a) for a in [0, 1), both with 31 fractional bits, by three Newton steps in numbers of 29
// fractional bits. Source: gemmlowp, one_over_one_plus_x_for_x_in_0_1.
func inverseOnePlus(a int32) int32 {
	const one, c48over17, c32over17 = 1 << 29, 1515870810, 1010580540
	half := int32((int64(a) + math.MaxInt32 + 1) / 2) // (1+a)/2, rounded
	x := c48over17 + doublingHighMul(half, -c32over17)
	for range 3 {
		x += shiftSaturating(doublingHighMul(x, one-doublingHighMul(half, x)), 2)
	}
	return shiftSaturating(x, 1)
}

// shiftSaturating returns v·2ⁿ, held to the int32 range.
func shiftSaturating(v int32, n int) int32 {
	return int32(min(max(int64(v)<<n, math.MinInt32), math.MaxInt32))
}
