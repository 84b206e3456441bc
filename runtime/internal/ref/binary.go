package ref

import (
	"math"
	"math/big"
)

// Affine is quantization: real = Scale·(q − Zero).
type Affine struct {
	Scale float32
	Zero  int64
}

// Real is the real number of q in float32.
func (a Affine) Real(q int64) float64 { return f32(float64(a.Scale) * float64(q-a.Zero)) }

// Op computes a quantized result of two operands, not yet limited to what the output holds. Where TFLite computes in int32,
// sums and products wrap around.
type Op func(a, b int64) int64

// AddXNN is a + sign·b by XNNPACK's rule: the ratios of the scales are rounded to multipliers over 2^shift, the larger of
// which has 21 bits; the exact sum is rounded once, ties up.
// Source: XNNPACK src/microparams-init.c, xnn_init_qs8_add_minmax_scalar_params; src/qs8-vadd.
func AddXNN(a, b, out Affine, sign int64) Op {
	ra, rb := f32(float64(a.Scale)/float64(out.Scale)), f32(float64(b.Scale)/float64(out.Scale))
	shift := 20 - math.Ilogb(max(ra, rb))
	ma, mb := int64(math.RoundToEven(math.Ldexp(ra, shift))), int64(math.RoundToEven(math.Ldexp(rb, shift)))
	return func(x, y int64) int64 {
		return Up((x-a.Zero)*ma+sign*(y-b.Zero)*mb, 1<<shift) + out.Zero
	}
}

// onTwice returns what brings operands, shifted left, to twice the larger scale, and that scale.
func onTwice(a, b Affine, left int) (x, y func(int64) int64, twice float64) {
	twice = 2 * float64(max(a.Scale, b.Scale))
	of := func(a Affine) func(int64) int64 {
		m := NewMultiplier(float64(a.Scale) / twice)
		return func(q int64) int64 { return m.Apply(Wrap((q-a.Zero)<<left, 32)) }
	}
	return of(a), of(b), twice
}

// AddFixed is a + sign·b by TFLite's rule: both on twice the larger scale with left more bits, 20 for bytes and 15 for
// int16, and the sum brought to the output's.
// Source: tflite/kernels/add.cc and sub.cc, Prepare; tflite/kernels/internal/reference/add.h, AddElementwise.
func AddFixed(a, b, out Affine, sign int64, left int) Op {
	x, y, twice := onTwice(a, b, left)
	m := NewMultiplier(twice / math.Ldexp(float64(out.Scale), left))
	return func(p, q int64) int64 { return Wrap(m.Right(x(p)+sign*y(q))+out.Zero, 32) }
}

// SquaredDifferenceFixed is (a − b)², the difference on twice the larger scale with 7 more bits.
// Source: tflite/kernels/squared_difference.cc.
func SquaredDifferenceFixed(a, b, out Affine) Op {
	x, y, twice := onTwice(a, b, 7)
	m := NewMultiplier(twice * twice / math.Ldexp(float64(out.Scale), 14))
	return func(p, q int64) int64 {
		d := x(p) - y(q)
		return Wrap(m.Apply(Wrap(d*d, 32))+out.Zero, 32)
	}
}

// AddPOT is a + sign·b of int16 whose scales are powers of two, 2^ra and 2^rb below the output's: shifted right, ties away
// from zero, and added with saturation.
// Source: tflite/kernels/internal/reference/add.h, Add of int16; tflite/kernels/internal/optimized/optimized_ops.h, Sub16.
func AddPOT(ra, rb int, sign int64) Op {
	return func(x, y int64) int64 { return Saturate(DividePOT16(x, ra)+sign*DividePOT16(y, rb), 16) }
}

// DividePOT16 is x/2ⁿ of an int16, ties away from zero, as gemmlowp computes it in 16 bits: from n = 16 on the mask of what
// is shifted out is −1, and every x ≥ 0 counts as more than half.
// Source: gemmlowp/fixedpoint/fixedpoint.h, RoundingDivideByPOT.
func DividePOT16(x int64, n int) int64 {
	switch {
	case n < 16:
		return Away(x, 1<<n)
	case x < 0:
		return -1
	}
	return 1
}

// ProductXNN is a·b, the exact product requantized by the float32 rule, which also limits it to lo … hi.
// Source: XNNPACK src/microparams-init.c, xnn_init_qs8_mul_minmax_scalar_params.
func ProductXNN(a, b, out Affine, lo, hi int64) Op {
	scale := float32(f32(float64(a.Scale)*float64(b.Scale)) / float64(out.Scale))
	return func(x, y int64) int64 { return Requant((x-a.Zero)*(y-b.Zero), scale, out.Zero, lo, hi) }
}

// ProductFixed is a·b, the exact product brought to the output's scale.
// Source: tflite/kernels/mul.cc, Prepare; tflite/kernels/internal/reference/mul.h, MulElementwise.
func ProductFixed(a, b, out Affine) Op {
	m := NewMultiplier(f32(f32(float64(a.Scale)*float64(b.Scale)) / float64(out.Scale)))
	return func(x, y int64) int64 { return Wrap(m.Apply(Wrap((x-a.Zero)*(y-b.Zero), 32))+out.Zero, 32) }
}

// QuotientFixed is a/b for b ≠ 0: a, shifted left as far as it goes, times the reciprocal of |b|, times the scales' ratio,
// and shifted back, ties away from zero.
// Source: tflite/kernels/div.cc, Prepare; tflite/kernels/internal/reference/div.h, DivElementwise.
func QuotientFixed(a, b, out Affine) Op {
	m := NewMultiplier(f32(float64(a.Scale) / f32(float64(b.Scale)*float64(out.Scale))))
	return func(x, y int64) int64 {
		x, y = x-a.Zero, y-b.Zero
		if y < 0 {
			x, y = -x, -y
		}
		inverse, bits := Reciprocal(y)
		left := 0
		for left < 31 && Wrap(x<<(left+1), 32)>>(left+1) == x {
			left++
		}
		q := Up(Up((x<<left)*inverse, 1<<31)*m.Q, 1<<31)
		return Wrap(ShiftAway(q, left+int(bits)-m.Shift)+out.Zero, 32)
	}
}

// FloorDiv is ⌊a/b⌋ of integers or reals, the quotient in float64. Source: tflite/kernels/floor_div.cc.
func FloorDiv(a, b float64) float64 { return math.Floor(a / b) }

// FloorMod is a − b·⌊a/b⌋, exactly, for finite a and b ≠ 0.
func FloorMod(a, b float64) float64 {
	x, y := new(big.Rat).SetFloat64(a), new(big.Rat).SetFloat64(b)
	q := new(big.Rat).Quo(x, y)
	floor := new(big.Rat).SetInt(new(big.Int).Div(q.Num(), q.Denom()))
	r, _ := x.Sub(x, floor.Mul(floor, y)).Float32()
	return float64(r)
}

// Power is aᵇ of integers, b ≥ 0, held to the int32 range. Source: tflite/kernels/pow.cc, which calls std::pow.
func Power(a, b int64) int64 {
	if b > 64 { // out of range, or a power of −1, 0 or 1
		b = 64 + b%2
	}
	p := new(big.Int).Exp(big.NewInt(a), big.NewInt(b), nil)
	if !p.IsInt64() {
		return Saturate(int64(p.Sign())<<62, 32)
	}
	return Saturate(p.Int64(), 32)
}
