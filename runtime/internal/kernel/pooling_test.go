package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestPoolingIsTheFormula(t *testing.T) {
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		checkPool[int8](t, r)
		checkPool[uint8](t, r)
		checkPool[int16](t, r)
		checkFloatPool(t, r)
	})
}

// pooling is a random window in which every output sees something.
func pooling(r *rand.Rand) Pool2D {
	l := newLayer(r, turned) // dilation is 1
	w := l.Window
	w.H, w.W = w.Y, w.X
	same := r.IntN(2) == 0 || w.H < w.KernelH || w.W < w.KernelW
	w.Y, w.PadTop = OutSize(w.H, w.KernelH, w.StrideH, 1, same)
	w.X, w.PadLeft = OutSize(w.W, w.KernelW, w.StrideW, 1, same)
	return Pool2D{Window: w}
}

func checkPool[T Quantized](t *testing.T, r *rand.Rand) {
	p := pooling(r)
	p.Lo, p.Hi = bounds[T](r)
	in, acc := numbers[T](r, p.N*p.H*p.W*p.C), make([]int32, p.C)
	out := make([]T, p.N*p.Y*p.X*p.C)
	for _, c := range []struct {
		name string
		run  func(p *Pool2D, out, in []T, acc []int32)
		f    func(seen []int64) int64
	}{{"average", AveragePool2D[T], ref.Average}, {"max", MaxPool2D[T], slices.Max[[]int64]}} {
		c.run(&p, out, in, acc)
		want := ref.Pool(ref.Window(p.Window), as[int64](in), func(seen []int64) int64 {
			return ref.Clamp(c.f(seen), int64(p.Lo), int64(p.Hi))
		})
		same(t, as[int64](out), want, c.name, p)
	}
}

func checkFloatPool(t *testing.T, r *rand.Rand) {
	p := FloatPool{Pool2D: pooling(r), Low: -1, High: float32(1 + r.IntN(1<<24))}
	in := reals(r, p.N*p.H*p.W*p.C)
	out := make([]float32, p.N*p.Y*p.X*p.C)
	for _, c := range []struct {
		name string
		run  func(out, in []float32)
		f    func(seen []float64) float64
	}{{"average", p.AverageFloat, ref.Mean}, {"L2", p.L2Float, ref.Quadratic}, {"max", p.MaxFloat, slices.Max[[]float64]}} {
		c.run(out, in)
		clamped := func(seen []float64) float64 { return ref.Clamp(c.f(seen), float64(p.Low), float64(p.High)) }
		size := ref.Pool(ref.Window(p.Window), sizes(in), ref.Quadratic)
		sums(t, out, ref.Pool(ref.Window(p.Window), as[float64](in), clamped), size, p.KernelH*p.KernelW+2, c.name, p)
	}
}
