package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// AddQ is quantized addition by XNNPACK's rule: both operands times 21-bit multipliers of one shift, added and shifted
// right with ties up.
//
//	out = clamp(zero + (bias + a·ma + b·mb) >> shift)
//
// Source: XNNPACK, xnn_init_qs8_add_minmax_scalar_params and the qs8 and qu8 vadd kernels.
type AddQ struct {
	ma, mb, bias int32
	shift        int
	zero, lo, hi int32
}

// NewAddQ prepares the addition. ok is false where a ratio of scales lies outside [2⁻¹⁰, 2⁸), which XNNPACK refuses.
func NewAddQ(scaleA, scaleB, scaleOut float32, zeroA, zeroB, zero, lo, hi int32) (q AddQ, ok bool) {
	a, b := scaleA/scaleOut, scaleB/scaleOut
	for _, r := range []float32{a, b} {
		if !(r >= 1.0/1024 && r < 256) {
			return q, false
		}
	}
	_, exp := math.Frexp(float64(max(a, b))) // max = f·2^exp with f in [½, 1)
	q.shift = 20 - (exp - 1)
	q.ma = int32(math.RoundToEven(math.Ldexp(float64(a), q.shift)))
	q.mb = int32(math.RoundToEven(math.Ldexp(float64(b), q.shift)))
	q.bias = 1<<(q.shift-1) - q.ma*zeroA - q.mb*zeroB
	q.zero, q.lo, q.hi = zero, lo, hi
	return q, true
}

// NewSubQ prepares a subtraction: the addition with the second multiplier negated.
func NewSubQ(scaleA, scaleB, scaleOut float32, zeroA, zeroB, zero, lo, hi int32) (q AddQ, ok bool) {
	q, ok = NewAddQ(scaleA, scaleB, scaleOut, zeroA, zeroB, zero, lo, hi)
	q.bias += 2 * q.mb * zeroB
	q.mb = -q.mb
	return q, ok
}

// Add computes out[i] = a[i] + b[i] over the walk w.
func Add[T int8 | uint8](q *AddQ, w *Broadcast, out, a, b []T) {
	if w.same {
		a, b = a[:len(out)], b[:len(out)]
		rule := simd.SumRule{MA: q.ma, MB: q.mb, Bias: q.bias, Shift: int32(q.shift), Zero: q.zero, Lo: q.lo, Hi: q.hi}
		if simd.Add(&rule, out, a, b) {
			return
		}
		for i := range out {
			out[i] = T(q.one(int32(a[i]), int32(b[i])))
		}
		return
	}
	stepA, stepB := w.a[MaxRank-1], w.b[MaxRank-1]
	w.rows(func(o, i, j, n int) {
		for k := range n {
			out[o+k] = T(q.one(int32(a[i+k*stepA]), int32(b[j+k*stepB])))
		}
	})
}

func (q *AddQ) one(a, b int32) int32 {
	return min(max((q.bias+a*q.ma+b*q.mb)>>q.shift+q.zero, q.lo), q.hi)
}

// Clamp limits each element to [lo, hi]; NaN stays.
func Clamp(x []float32, lo, hi float32) {
	one := [1]float32{1}
	x = x[simd.FloatPairs(simd.FloatProduct, x, x, one[:], simd.FloatBounds{Lo: lo, Hi: hi}):] // a product with 1 is what it was
	for i, v := range x {
		if v < lo {
			x[i] = lo
		}
		if v > hi {
			x[i] = hi
		}
	}
}
