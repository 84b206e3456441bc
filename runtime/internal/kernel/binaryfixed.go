package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Quantized is an element type with a scale and a zero point.
type Quantized interface{ int8 | uint8 | int16 }

// Affine is quantization as a kernel sees it: real = Scale·(q − Zero).
type Affine struct {
	Scale float32
	Zero  int32
}

// Int32Op computes one quantized result from two quantized operands.
type Int32Op func(a, b int32) int32

// BinaryQ computes out[i] = f(a[i], b[i]) over the walk w; f clamps.
func BinaryQ[T Quantized](w *Broadcast, f Int32Op, out, a, b []T) {
	stepA, stepB := w.a[MaxRank-1], w.b[MaxRank-1]
	w.rows(func(o, i, j, n int) {
		dst := out[o : o+n]
		for k := range dst {
			dst[k] = T(f(int32(a[i+k*stepA]), int32(b[j+k*stepB])))
		}
	})
}

// SumFixed returns quantized a + sign·b by TFLite's fixed-point rule: both operands are shifted left, brought to twice
// the larger scale, added, and brought to the output's scale. left is 20 for bytes and 15 for int16.
// Source: TFLite, add.cc and sub.cc (Prepare), reference_ops::AddElementwise.
func SumFixed(a, b, out Affine, sign int32, left int, lo, hi int32) Int32Op {
	twice := float64(2 * max(a.Scale, b.Scale))
	ma, mb := NewMultiplier(float64(a.Scale)/twice), NewMultiplier(float64(b.Scale)/twice)
	mo := NewMultiplier(twice / float64(float32(int32(1)<<left)*out.Scale))
	return func(x, y int32) int32 {
		sum := ma.Apply((x-a.Zero)<<left) + sign*mb.Apply((y-b.Zero)<<left)
		return min(max(mo.ApplyRight(sum)+out.Zero, lo), hi)
	}
}

// SumPOT returns int16 a + sign·b where all scales are powers of two: the operands are shifted right by ra and rb, rounded,
// and added with saturation. Source: TFLite, the int16 Add of reference/add.h and Sub16.
func SumPOT(ra, rb int, sign, lo, hi int32) Int32Op {
	return func(x, y int32) int32 {
		sum := roundingShiftRight16(x, ra) + sign*roundingShiftRight16(y, rb)
		return min(max(sum, lo, math.MinInt16), hi, math.MaxInt16)
	}
}

// ProductQ is quantized multiplication of bytes by XNNPACK's rule. Source: XNNPACK, xnn_init_qs8_mul_minmax_scalar_params; rounding:
// Requant.
type ProductQ struct {
	rule simd.ProductRule
	req  Requant
}

// NewProductQ prepares it. ok is false where the product's scale over the output's lies outside [2⁻¹⁶, 2⁸), which XNNPACK refuses.
func NewProductQ(a, b, out Affine, lo, hi int32) (q *ProductQ, ok bool) {
	scale := float32(a.Scale*b.Scale) / out.Scale
	if !(scale >= 1.0/65536 && scale < 256) {
		return nil, false
	}
	r := NewRequant([]float32{scale}, out.Zero, lo, hi)
	return &ProductQ{simd.ProductRule{ZeroA: a.Zero, ZeroB: b.Zero, Scale: scale, Lo: r.lo, Hi: r.hi, Zero: out.Zero}, r}, true
}

func (q *ProductQ) one(a, b int32) int32 {
	return q.req.scaled((a-q.rule.ZeroA)*(b-q.rule.ZeroB), q.rule.Scale)
}

// Multiply computes out[i] = a[i]·b[i] over the walk w.
func Multiply[T int8 | uint8](q *ProductQ, w *Broadcast, out, a, b []T) {
	stepA, stepB := w.a[MaxRank-1], w.b[MaxRank-1]
	w.rows(func(o, i, j, n int) {
		dst, k := out[o:o+n], 0
		if stepA == 1 && stepB == 1 {
			k = simd.Products(&q.rule, dst, a[i:i+n], b[j:j+n])
		}
		for ; k < n; k++ {
			dst[k] = T(q.one(int32(a[i+k*stepA]), int32(b[j+k*stepB])))
		}
	})
}

// Extremes computes the larger or the smaller of each a[i] and b[i] over the walk w.
func Extremes[T int8 | uint8](w *Broadcast, larger bool, out, a, b []T) {
	stepA, stepB, f := w.a[MaxRank-1], w.b[MaxRank-1], Smaller[T]
	if larger {
		f = Larger[T]
	}
	w.rows(func(o, i, j, n int) {
		dst, k := out[o:o+n], 0
		if stepA == 1 && stepB == 1 {
			k = simd.Extremes(larger, dst, a[i:i+n], b[j:j+n])
		}
		for ; k < n; k++ {
			dst[k] = f(a[i+k*stepA], b[j+k*stepB])
		}
	})
}

// ProductFixed returns quantized a·b by TFLite's fixed-point rule. Source: TFLite, mul.cc (Prepare), MulElementwise.
func ProductFixed(a, b, out Affine, lo, hi int32) Int32Op {
	m := NewMultiplier(float64(float32(a.Scale*b.Scale) / out.Scale))
	return func(x, y int32) int32 {
		return min(max(m.Apply((x-a.Zero)*(y-b.Zero))+out.Zero, lo), hi)
	}
}

// SquaredDifferenceFixed returns quantized (a − b)² of int8. Source: TFLite, squared_difference.cc.
func SquaredDifferenceFixed(a, b, out Affine) Int32Op {
	const left = 7
	twice := float64(2 * max(a.Scale, b.Scale))
	ma, mb := NewMultiplier(float64(a.Scale)/twice), NewMultiplier(float64(b.Scale)/twice)
	mo := NewMultiplier(twice * twice / float64((1<<(2*left))*out.Scale))
	return func(x, y int32) int32 {
		d := ma.Apply((x-a.Zero)<<left) - mb.Apply((y-b.Zero)<<left)
		return min(max(mo.Apply(d*d)+out.Zero, math.MinInt8), math.MaxInt8)
	}
}
