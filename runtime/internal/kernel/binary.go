package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Plain is an element type that arithmetic works on as it is, without scales.
type Plain interface {
	~int8 | ~uint8 | ~int16 | ~int32 | ~uint32 | ~int64 | ~float32
}

// Binary computes out[i] = clamp(f(a[i], b[i])) over the walk w, between lo and hi; NaN stays.
func Binary[T Plain](w *Broadcast, f func(a, b T) T, lo, hi T, out, a, b []T) {
	stepA, stepB := w.a[MaxRank-1], w.b[MaxRank-1]
	w.rows(func(o, i, j, n int) {
		dst := out[o : o+n]
		if stepA == 1 && stepB == 1 { // mostly; nothing is left to be checked for each element
			x, y := a[i:i+n], b[j:j+n]
			for k := range dst {
				dst[k] = within(f(x[k], y[k]), lo, hi)
			}
			return
		}
		for k := range dst {
			dst[k] = within(f(a[i+k*stepA], b[j+k*stepB]), lo, hi)
		}
	})
}

// FloatOp is a function of two float32, which package simd may have a loop for.
type FloatOp = simd.FloatOp

// FloatBounds hold a result; NaN stays.
type FloatBounds = simd.FloatBounds

// The functions, named as below.
const (
	FloatSum        = simd.FloatSum
	FloatDifference = simd.FloatDifference
	FloatProduct    = simd.FloatProduct
	FloatQuotient   = simd.FloatQuotient
	FloatLarger     = simd.FloatLarger
	FloatSmaller    = simd.FloatSmaller
)

// floatOp returns a function as it is for one element.
func floatOp(op FloatOp) func(a, b float32) float32 {
	return [...]func(a, b float32) float32{
		FloatSum: Sum[float32], FloatDifference: Difference[float32], FloatProduct: Product[float32], FloatQuotient: Quotient[float32],
		FloatLarger: Larger[float32], FloatSmaller: Smaller[float32],
	}[op]
}

// BinaryFloat is Binary of float32.
func BinaryFloat(w *Broadcast, op FloatOp, to FloatBounds, out, a, b []float32) {
	f, stepA, stepB := floatOp(op), w.a[MaxRank-1], w.b[MaxRank-1]
	w.rows(func(o, i, j, n int) {
		dst, x, y := out[o:o+n], a[i:i+1+(n-1)*stepA], b[j:j+1+(n-1)*stepB]
		for k := simd.FloatPairs(op, dst, x, y, to); k < n; k++ {
			dst[k] = within(f(x[k*stepA], y[k*stepB]), to.Lo, to.Hi)
		}
	})
}

// within is v, or the bound that it is beyond; NaN stays.
func within[T Plain](v, lo, hi T) T {
	if v < lo {
		v = lo
	}
	if v > hi {
		v = hi
	}
	return v
}

// Sum is a + b; integers wrap around, here and below.
func Sum[T Plain](a, b T) T { return a + b }

// Difference is a − b.
func Difference[T Plain](a, b T) T { return a - b }

// Product is a·b.
func Product[T Plain](a, b T) T { return a * b }

// Quotient is a/b; integers are cut towards zero, and b must not be zero.
func Quotient[T int32 | float32](a, b T) T { return a / b }

// SquaredDifference is (a − b)².
func SquaredDifference[T int32 | float32](a, b T) T { return (a - b) * (a - b) }

// Larger is a if a > b, else b: where one is NaN, b.
func Larger[T Plain](a, b T) T {
	if a > b {
		return a
	}
	return b
}

// Smaller is a if a < b, else b.
func Smaller[T Plain](a, b T) T {
	if a < b {
		return a
	}
	return b
}

// Power is aᵇ.
func Power(a, b float32) float32 { return float32(math.Pow(float64(a), float64(b))) }

// PowerInt is aᵇ for b ≥ 0, computed in float64 and held to the int32 range (TFLite calls std::pow and converts).
func PowerInt(a, b int32) int32 {
	return int32(min(max(math.Pow(float64(a), float64(b)), math.MinInt32), math.MaxInt32))
}

// WholeExponent returns the whole number at b, or 0 where there is none of 1 or more within 10⁻⁵. Source: TFLite, BroadcastPow4D.
func WholeExponent(b float32) int32 {
	e := math.Round(float64(b))
	if d := math.Abs(float64(b - float32(e))); e < 1 || e > math.MaxInt32 || !(d < 1e-5) {
		return 0
	}
	return int32(e)
}

// Powers computes out[i] = in[i]ᵉ for a whole e ≥ 1 by squaring: integers wrap around, floats are held to the finite ones.
// Source: TFLite, optimized_ops::IntegerExponentPow.
func Powers[T int32 | float32](out, in []T, e int32) {
	for i, v := range in {
		out[i] = wholePower(v, e)
	}
}

func wholePower[T int32 | float32](a T, e int32) T {
	if e == 1 {
		return a
	}
	p := wholePower(a, e/2)
	if p = toFinite(p * p); e%2 == 1 {
		p = toFinite(a * p)
	}
	return p
}

// toFinite holds a float to the finite ones; NaN stays, and so do integers.
func toFinite[T int32 | float32](v T) T {
	if f := float64(v); f > math.MaxFloat32 || f < -math.MaxFloat32 {
		return T(math.Copysign(math.MaxFloat32, f))
	}
	return v
}

// AddTo computes sum[i] += in[i].
func AddTo[T Plain](sum, in []T) {
	in = in[:len(sum)]
	for i, v := range in {
		sum[i] += v
	}
}
