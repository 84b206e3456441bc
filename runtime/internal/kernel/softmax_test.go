package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// eachRow is f of the rows of depth elements of in, as the reference takes them.
func eachRow[A Number, T ref.Number](in []A, depth int, f func(row []T) []T) []T {
	var out []T
	for row := range slices.Chunk(in, depth) {
		out = append(out, f(as[T](row))...)
	}
	return out
}

// clamped limits x to what B holds.
func clamped[B Whole](x []int64) []int64 {
	lo, hi := ends[B]()
	for i, v := range x {
		x[i] = ref.Clamp(v, lo, hi)
	}
	return x
}

func TestSoftmaxOfBytesIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkSoftmax[int8, int8](t, r)
		checkSoftmax[uint8, uint8](t, r)
		checkSoftmax[uint8, int8](t, r)
		checkSoftmax[int8, int16](t, r)
		checkLogSoftmax[int8](t, r)
		checkLogSoftmax[uint8](t, r)
	})
}

func checkSoftmax[A int8 | uint8, B Quantized](t *testing.T, r *rand.Rand) {
	depth := 1 + r.IntN(9)
	in, scale, beta := numbers[A](r, depth*r.IntN(4)), ratio(r), float32(1)
	to, out := affineOf[B](r)
	if r.IntN(2) == 0 {
		to.Scale, out.Scale, beta = 1./256, 1./256, 0.7
	}
	to.Scale = max(to.Scale, 1e-6) // below, a probability leaves the int32
	out.Scale = to.Scale
	lo, _ := ends[B]()
	got := make([]B, len(in))
	SoftmaxRows(NewSoftmax(scale, beta, to.Scale, to.Zero), got, in, depth)
	want := eachRow(in, depth, func(row []int64) []int64 { return ref.SoftmaxBytes(row, scale, beta, out, lo == 0) })
	same(t, as[int64](got), clamped[B](want), in, depth, scale, beta, to)
}

func checkLogSoftmax[T int8 | uint8](t *testing.T, r *rand.Rand) {
	depth := 1 + r.IntN(9)
	in, scale := numbers[T](r, depth*r.IntN(4)), ratio(r)
	to, out := affineOf[T](r)
	got := make([]T, len(in))
	LogSoftmaxQ(NewSoftmax(scale, 1, to.Scale, to.Zero), scale, got, in, depth)
	want := eachRow(in, depth, func(row []int64) []int64 { return ref.LogSoftmaxBytes(row, scale, out) })
	same(t, as[int64](got), clamped[T](want), in, depth, scale, to)
}

func TestSoftmaxOf16BitsIsTheFormula(t *testing.T) {
	trials(t, 40, func(t *testing.T, r *rand.Rand) {
		depth, scale, beta := 1+r.IntN(20), ratio(r), float32(1+r.IntN(2))
		in := numbers[int16](r, depth*r.IntN(3))
		if r.IntN(2) == 0 {
			scale = 1. / 6000
		}
		got := make([]int16, len(in))
		NewSoftmax16(scale, beta).Rows(got, in, depth)
		same(t, as[int64](got), eachRow(in, depth, func(row []int64) []int64 { return ref.Softmax16(row, scale, beta) }), in, depth, scale)
	})
}

func TestSoftmaxOfFloatsIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		depth, beta := 1+r.IntN(9), float32(r.Float64()*2)
		in := reals(r, depth*r.IntN(4))
		if len(in) > 0 {
			spoil(r, in)
		}
		soft, log := make([]float32, len(in)), make([]float32, len(in))
		SoftmaxFloat(soft, in, depth, beta)
		LogSoftmaxFloat(log, in, depth)
		want := eachRow(in, depth, func(row []float64) []float64 { return ref.Softmax(row, float64(beta)) })
		size := 1.0 // what is rounded: the exponents' size counts, not the results'
		for _, v := range in {
			if a := math.Abs(float64(v)); a <= math.MaxFloat32 {
				size = max(size, a)
			}
		}
		for i, w := range want {
			if math.Abs(float64(soft[i])-w) > 1e-6*size*w+1e-40 || (soft[i] != soft[i]) != (w != w) {
				t.Fatalf("%v, beta %g: element %d is %g, want %g", in, beta, i, soft[i], w)
			}
		}
		wantLog := eachRow(in, depth, ref.LogSoftmax)
		for i, w := range wantLog {
			if g := float64(log[i]); g != w && (g == g || w == w) && !(math.Abs(g-w) <= 1e-6*size) {
				t.Fatalf("%v: the log of element %d is %g, want %g", in, i, g, w)
			}
		}
	})
}

func TestNormalizationsAreTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkL2Norm[int8](t, r)
		checkL2Norm[uint8](t, r)
		depth := 1 + r.IntN(9)
		in := reals(r, depth*r.IntN(4))
		got := make([]float32, len(in))
		L2NormFloat(got, in, depth)
		nearly(t, got, eachRow(in, depth, ref.L2Norm), 1e-6, "length", in, depth)
		l := LocalResponse{Depth: depth, Radius: r.IntN(4), Bias: 1 + float32(r.Float64()), Alpha: float32(r.Float64()), Beta: float32(r.Float64())}
		l.Run(got, in)
		nearly(t, got, eachRow(in, depth, func(row []float64) []float64 {
			return ref.LocalResponse(row, l.Radius, float64(l.Bias), float64(l.Alpha), float64(l.Beta))
		}), 1e-6, "local response", l, in)
	})
}

func checkL2Norm[T int8 | uint8](t *testing.T, r *rand.Rand) {
	depth, zero := 1+r.IntN(40), zeroOf[T](r)
	in := numbers[T](r, depth*r.IntN(4))
	lo, _ := ends[T]()
	got := make([]T, len(in))
	L2NormFixed(got, in, depth, zero)
	want := eachRow(in, depth, func(row []int64) []int64 { return ref.L2NormBytes(row, int64(zero), lo < 0) })
	same(t, as[int64](got), clamped[T](want), in, depth, zero)
}
