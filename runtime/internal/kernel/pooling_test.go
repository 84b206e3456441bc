package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestPoolingIsTheFormula(t *testing.T) {
	pool := newEager(t, 2)
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		checkPool[int8](t, r, pool)
		checkPool[uint8](t, r, pool)
		checkPool[int16](t, r, pool)
		checkFloatPool(t, r, pool)
	})
}

// pooling is a random window in which every output sees something.
func pooling(r *rand.Rand) Window {
	l := newLayer(r, turned) // dilation is 1
	w := l.Window
	w.H, w.W = w.Y, w.X
	same := r.IntN(2) == 0 || w.H < w.KernelH || w.W < w.KernelW
	w.Y, w.PadTop = OutSize(w.H, w.KernelH, w.StrideH, 1, same)
	w.X, w.PadLeft = OutSize(w.W, w.KernelW, w.StrideW, 1, same)
	return w
}

func checkPool[T Quantized](t *testing.T, r *rand.Rand, pool *Pool) {
	w := pooling(r)
	lo, hi := bounds[T](r)
	in, out := numbers[T](r, w.N*w.H*w.W*w.C), make([]T, w.N*w.Y*w.X*w.C)
	for _, c := range []struct {
		name string
		run  *Pooling[T]
		f    func(seen []int64) int64
	}{{"average", NewAveragePool[T](w, lo, hi, pool), ref.Average}, {"max", NewMaxPool[T](w, lo, hi, pool), slices.Max[[]int64]}} {
		c.run.Run(out, in)
		want := ref.Pool(ref.Window(w), as[int64](in), func(seen []int64) int64 { return ref.Clamp(c.f(seen), int64(lo), int64(hi)) })
		same(t, as[int64](out), want, c.name, w)
	}
}

func checkFloatPool(t *testing.T, r *rand.Rand, pool *Pool) {
	w, lo, hi := pooling(r), float32(-1), float32(1+r.IntN(1<<24))
	in, out := reals(r, w.N*w.H*w.W*w.C), make([]float32, w.N*w.Y*w.X*w.C)
	for _, c := range []struct {
		name string
		run  *Pooling[float32]
		f    func(seen []float64) float64
	}{{"average", NewAveragePoolFloat(w, lo, hi, pool), ref.Mean}, {"L2", NewL2PoolFloat(w, lo, hi, pool), ref.Quadratic},
		{"max", NewMaxPoolFloat(w, lo, hi, pool), slices.Max[[]float64]}} {
		c.run.Run(out, in)
		clamped := func(seen []float64) float64 { return ref.Clamp(c.f(seen), float64(lo), float64(hi)) }
		size := ref.Pool(ref.Window(w), sizes(in), ref.Quadratic)
		sums(t, out, ref.Pool(ref.Window(w), as[float64](in), clamped), size, w.KernelH*w.KernelW+2, c.name, w)
	}
}

// Every two bytes, in every place of eight and behind them.
func TestMaxToBytes(t *testing.T) {
	checkMaxTo[int8](t)
	checkMaxTo[uint8](t)
}

func checkMaxTo[T int8 | uint8](t *testing.T) {
	a, b := make([]T, 11), make([]T, 11)
	for i := range 256 {
		for j := range 256 {
			for k := range a {
				a[k], b[k] = T(i+k*37), T(j+k*101)
			}
			got := slices.Clone(a)
			maxTo(got, b)
			for k := range got {
				if got[k] != max(a[k], b[k]) {
					t.Fatalf("of %d and %d, place %d: got %d", a[k], b[k], k, got[k])
				}
			}
		}
	}
}
