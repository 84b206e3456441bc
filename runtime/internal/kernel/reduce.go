package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Fold walks a tensor in step with its reduction over some dimensions.
type Fold struct {
	dims, steps, index []int // for each input dimension, outermost first: its length; its step in the output, 0 where reduced
	Out                int   // elements of the output
	Count              int   // inputs that each output is made of
}

// NewFold returns the walk over an input of shape dims with the dimensions marked in reduced taken away.
func NewFold(dims []int, reduced []bool) *Fold {
	f := &Fold{dims: dims, steps: make([]int, len(dims)), index: make([]int, len(dims)), Out: 1, Count: 1}
	for i := len(dims) - 1; i >= 0; i-- {
		if reduced[i] {
			f.Count *= dims[i]
			continue
		}
		f.steps[i] = f.Out
		f.Out *= dims[i]
	}
	return f
}

// advance moves the index to the input's next element and returns its place in the output.
func (f *Fold) advance(at int) int {
	for d := len(f.dims) - 1; d >= 0; d-- {
		f.index[d]++
		at += f.steps[d]
		if f.index[d] < f.dims[d] {
			return at
		}
		at -= f.steps[d] * f.index[d]
		f.index[d] = 0
	}
	return at
}

// Reduce computes acc[o] = op(… op(op(start, in₀), in₁) …) over the inputs of each output, in order.
func Reduce[A, T any](f *Fold, acc []A, in []T, start A, op func(A, T) A) {
	fill(acc, start)
	fill(f.index, 0)
	at := 0
	for _, v := range in {
		acc[at] = op(acc[at], v)
		at = f.advance(at)
	}
}

// Mean is a quantized mean or sum over some dimensions by XNNPACK's rule: exact int32 sums, then
//
//	q = clamp(rint(float32(sum)·k + z)),  k = (in scale/out scale)·(1/count),  z = outZero − float32(count·inZero)·k
//
// in float32; for a sum without the 1/count. Source: XNNPACK, src/operators/reduce-nd.c and the int32 conversion it ends
// with.
type Mean struct {
	fold *Fold
	k, z float32
	sums []int32
}

// NewMean prepares a mean, or a sum, over a walk.
func NewMean(f *Fold, sum bool, in, out Affine) *Mean {
	m := &Mean{fold: f, sums: make([]int32, f.Out), k: in.Scale / out.Scale}
	if !sum {
		m.k *= float32(1 / float32(f.Count))
	}
	m.z = float32(out.Zero) - float32(float32(int32(f.Count)*in.Zero)*m.k)
	return m
}

// RunMean computes out from in.
func RunMean[T int8 | uint8](m *Mean, out, in []T) {
	addUp(m.fold, m.sums, in)
	lo, hi := byteLimits[T]()
	for i, s := range m.sums {
		v := math.RoundToEven(float64(float32(float32(s)*m.k) + m.z))
		out[i] = T(int32(min(max(v, float64(lo)), float64(hi))))
	}
}

// addUp computes the sum of each output's inputs: row by row where whole rows go to whole rows.
func addUp[T int8 | uint8](f *Fold, sums []int32, in []T) {
	d := len(f.dims) - 1
	if d < 0 || f.steps[d] == 0 || f.dims[d] < 8 {
		Reduce(f, sums, in, 0, func(sum int32, v T) int32 { return sum + int32(v) })
		return
	}
	fill(sums, 0)
	fill(f.index, 0)
	n, at := f.dims[d], 0
	for ; len(in) > 0; in = in[n:] {
		addRow(sums[at:at+n], in[:n])
		f.index[d] = n - 1
		at = f.advance(at + n - 1)
	}
}

// addRow computes sums[i] += in[i].
func addRow[T int8 | uint8](sums []int32, in []T) {
	if simd.AddRow(sums, in) {
		return
	}
	for i, v := range in {
		sums[i] += int32(v)
	}
}

// MeanFixed is a quantized mean by TFLite's fixed-point rule, for types that XNNPACK does not take.
// Source: TFLite, reference_ops::QuantizedMeanOrSum.
type MeanFixed struct {
	fold    *Fold
	m       Multiplier
	in, out Affine
	sums    []int32
}

// NewMeanFixed prepares a mean over a walk.
func NewMeanFixed(f *Fold, in, out Affine) *MeanFixed {
	m := NewMultiplier(float64(in.Scale) / float64(out.Scale))
	shift := 0
	for f.Count>>(shift+1) > 0 {
		shift++
	}
	shift = max(min(shift, 32, 31+m.Shift), 0)
	m = Multiplier{Q: int32(int64(m.Q) << shift / int64(f.Count)), Shift: m.Shift - shift}
	return &MeanFixed{fold: f, m: m, in: in, out: out, sums: make([]int32, f.Out)}
}

// RunMeanFixed computes out from in.
func RunMeanFixed[T Quantized](m *MeanFixed, out, in []T) {
	Reduce(m.fold, m.sums, in, 0, func(sum int32, v T) int32 { return sum + int32(v) })
	lo, hi := quantLimits[T]()
	for i, s := range m.sums {
		out[i] = T(min(max(m.m.Apply(s-m.in.Zero*int32(m.fold.Count))+m.out.Zero, lo), hi))
	}
}

// SumFloatRule computes a quantized sum by TFLite's float rule, for types that XNNPACK does not take: round(sum·k + z) by
// roundInt32, to which the zero point is added with wrap-around. sums has fold.Out elements. Source: TFLite,
// optimized_ops::QuantizedMeanOrSum.
func SumFloatRule[T Quantized](f *Fold, sums []int32, in, out Affine, dst, src []T) {
	Reduce(f, sums, src, 0, func(sum int32, v T) int32 { return sum + int32(v) })
	lo, hi := quantLimits[T]()
	k := in.Scale / out.Scale
	z := float32(float32(float32(-in.Zero)*k) * float32(f.Count))
	for i, s := range sums {
		dst[i] = T(min(max(roundInt32(float32(float32(s)*k)+z)+out.Zero, lo), hi))
	}
}
