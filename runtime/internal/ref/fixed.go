package ref

import "math"

// Fixed is a number as gemmlowp's fixed-point functions hold it, in a signed integer of 16 or 32 bits of which Whole, besides
// the sign, lie before the binary point: Raw·2^(Whole−Bits+1). Source of this file: gemmlowp/fixedpoint/fixedpoint.h.
type Fixed struct {
	Raw         int64
	Bits, Whole int
}

// like is x, rounded, in the bits of f.
func (f Fixed) like(x float64, whole int) Fixed {
	raw := math.Round(math.Ldexp(x, f.Bits-1-whole))
	return Fixed{Saturate(int64(raw), f.Bits), f.Bits, whole}
}

// plus is a + b, which wraps around.
func (f Fixed) plus(b Fixed) Fixed {
	return Fixed{Wrap(f.Raw+b.Raw, f.Bits), f.Bits, f.Whole}
}

func (f Fixed) negative() Fixed     { return Fixed{-f.Raw, f.Bits, f.Whole} }
func (f Fixed) minus(b Fixed) Fixed { return f.plus(b.negative()) }

// times is a·b to nearest, ties up, with the whole bits of both (SaturatingRoundingDoublingHighMul).
func (f Fixed) times(b Fixed) Fixed {
	raw := Up(f.Raw*b.Raw, 1<<(f.Bits-1))
	return Fixed{Saturate(raw, f.Bits), f.Bits, f.Whole + b.Whole}
}

// scaled is f·2ⁿ in the same format: saturating to the left, ties away from zero to the right
// (SaturatingRoundingMultiplyByPOT).
func (f Fixed) scaled(n int) Fixed {
	raw := Away(f.Raw<<max(n, 0), 1<<max(-n, 0))
	return Fixed{Saturate(raw, f.Bits), f.Bits, f.Whole}
}

// rescaled is f with another number of whole bits.
func (f Fixed) rescaled(whole int) Fixed {
	f = f.scaled(f.Whole - whole)
	f.Whole = whole
	return f
}

// expQuarter is eᵃ for a in [−¼, 0), by the series of eˣ/e^⅛ up to x⁴ with x = a + ⅛
// (exp_on_interval_between_negative_one_quarter_and_0_excl).
func (f Fixed) expQuarter() Fixed {
	x := f.plus(f.like(1./8, 0))
	x2 := x.times(x)
	x3, x4 := x2.times(x), x2.times(x2)
	rest := x4.scaled(-2).plus(x3).times(f.like(1./3, 0)).plus(x2).scaled(-1) // x²/2 + x³/6 + x⁴/24
	first := f.like(math.Exp(-1./8), 0)
	product := first.times(x.plus(rest))
	return Fixed{Saturate(first.Raw+product.Raw, f.Bits), f.Bits, 0}
}

// Exp is eᵃ for a ≤ 0: of what is below ¼, less ¼, by the series, and for each power of two in the rest a factor
// (exp_on_negative_values).
func (f Fixed) Exp() Fixed {
	if f.Raw == 0 {
		return f.like(1, 0)
	}
	if f.Whole > 5 && f.Raw < f.like(-32, f.Whole).Raw {
		return f.like(0, 0)
	}
	quarter := f.like(1./4, f.Whole).Raw
	low := (f.Raw%quarter+quarter)%quarter - quarter
	y := Fixed{low, f.Bits, f.Whole}.rescaled(0).expQuarter()
	rest := low - f.Raw // a multiple of ¼
	for e := -2; e < f.Whole && e <= 4; e++ {
		if power := f.like(1./4, f.Whole).Raw << (e + 2); rest/power%2 != 0 {
			y = y.times(f.like(math.Exp(-math.Pow(2, float64(e))), 0))
		}
	}
	return y
}

// half2 is x ≈ 2/(1+a) for a in [0, 1], by three of Newton's steps x + x·(1−x·(1+a)/2) from 48/17 − 32/17·(1+a)/2, with two
// whole bits.
func (f Fixed) half2() Fixed {
	half := f
	half.Raw = Away(f.Raw+f.like(1, 0).Raw, 2) // RoundingHalfSum
	x := f.like(48./17, 2).plus(half.times(f.like(-32./17, 2)))
	for range 3 {
		miss := f.like(1, 2).minus(half.times(x))
		x = x.plus(x.times(miss).rescaled(2))
	}
	return x
}

// Inverse is 1/(1+a) for a in [0, 1] (one_over_one_plus_x_for_x_in_0_1).
func (f Fixed) Inverse() Fixed {
	x := f.half2()
	x.Whole = 1 // halved
	return x.rescaled(0)
}

// Logistic is 1/(1+e⁻ᵃ), by symmetry for a < 0.
func (f Fixed) Logistic() Fixed {
	switch {
	case f.Raw == 0:
		return f.like(0.5, 0)
	case f.Raw > 0:
		return f.negative().Exp().Inverse()
	}
	return f.like(1, 0).minus(f.Exp().Inverse())
}

// Tanh is (1−e)/(1+e) with e = e^(−2|a|), with a's sign: 2/(1+e) − 1.
func (f Fixed) Tanh() Fixed {
	if f.Raw == 0 {
		return f.like(0, 0)
	}
	n := f
	if n.Raw > 0 {
		n = n.negative()
	}
	n.Whole++ // twice
	y := n.Exp().half2().minus(f.like(1, 2)).rescaled(0)
	if f.Raw < 0 {
		return y.negative()
	}
	return y
}

// Reciprocal is 1/x for an integer x > 0, as a fraction of 32 bits times 2^−bits.
// Source: tflite/kernels/internal/common.h, GetReciprocal.
func Reciprocal(x int64) (fraction, bits int64) {
	for x>>(bits+1) > 0 {
		bits++
	}
	part := Fixed{x<<(31-bits) - 1<<31, 32, 0} // x = (1 + part)·2^bits
	return part.Inverse().Raw, bits
}

// InvSqrt is 1/√x for an integer x > 0 as a Multiplier: x is shifted in pairs of bits until it is in [½, 2), as a number of
// three whole bits, and five of Newton's steps y·(3−x·y²)/2 follow, from 1; the product with √½ is the root's fraction.
// Source: tflite/kernels/internal/common.h, GetInvSqrtQuantizedMultiplierExp.
func InvSqrt(x int64) Multiplier {
	if x <= 1 {
		return Multiplier{Q: 1<<31 - 1}
	}
	shift := 11
	for ; x >= 1<<29; shift++ {
		x /= 4
	}
	for ; x < 1<<27; shift-- {
		x *= 4
	}
	in := Fixed{x / 2, 32, 3}
	y := in.like(1, 3)
	for range 5 {
		cube := y.times(y).times(y).rescaled(3)
		y = in.like(1.5, 3).times(y).minus(in.scaled(-1).times(cube)).rescaled(3)
	}
	y = y.times(in.like(math.Sqrt2/2, 0))
	if shift < 0 {
		return Multiplier{Q: y.Raw << -shift}
	}
	return Multiplier{Q: y.Raw, Shift: -shift}
}
