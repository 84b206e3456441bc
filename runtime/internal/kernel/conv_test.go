package kernel

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// problem is a random layer, with its numbers as plain ints for the reference.
type problem[T int8 | uint8] struct {
	w        Window
	channels int
	in, wts  []T
	bias     []int32
	q        ref.Quant
}

func newProblem[T int8 | uint8](r *rand.Rand, depthwise bool) problem[T] {
	var p problem[T]
	one := func(n int) int { return 1 + r.IntN(n) }
	p.w = Window{N: one(2), H: one(9), W: one(9), C: one(9), KernelH: one(4), KernelW: one(4),
		StrideH: one(3), StrideW: one(3), DilationH: one(2), DilationW: one(2)}
	same := r.IntN(2) == 0 || p.w.H < (p.w.KernelH-1)*p.w.DilationH+1 || p.w.W < (p.w.KernelW-1)*p.w.DilationW+1
	p.w.Y, p.w.PadTop = OutSize(p.w.H, p.w.KernelH, p.w.StrideH, p.w.DilationH, same)
	p.w.X, p.w.PadLeft = OutSize(p.w.W, p.w.KernelW, p.w.StrideW, p.w.DilationW, same)
	p.channels = one(9)
	weights := p.channels * p.w.KernelH * p.w.KernelW * p.w.C
	if depthwise {
		p.channels = p.w.C * one(3)
		weights = p.channels * p.w.KernelH * p.w.KernelW
	}
	p.in, p.wts = randomBytes[T](r, p.w.N*p.w.H*p.w.W*p.w.C), randomBytes[T](r, weights)
	p.quantize(r)
	return p
}

func (p *problem[T]) quantize(r *rand.Rand) {
	lo, hi := byteLimits[T]()
	zero := func() int { return int(lo) + r.IntN(256) }
	p.q = ref.Quant{InZero: zero(), OutZero: zero(), Lo: int(lo), Hi: int(hi)}
	scales := p.channels
	if lo == 0 {
		scales, p.q.WZero = 1, zero()
	}
	for range scales {
		p.q.Scale = append(p.q.Scale, float32(r.Float64()*0.01+1e-5))
	}
	for range p.channels {
		p.bias = append(p.bias, int32(r.IntN(20000)-10000))
	}
}

func (p *problem[T]) params(pool *Pool) ConvParams[T] {
	return ConvParams[T]{Weights: p.wts, Bias: p.bias, InZero: int32(p.q.InZero), WZero: int32(p.q.WZero), Pool: pool,
		Req: NewRequant(p.q.Scale, int32(p.q.OutZero), int32(p.q.Lo), int32(p.q.Hi))}
}

func randomBytes[T int8 | uint8](r *rand.Rand, n int) []T {
	s := make([]T, n)
	extreme := r.IntN(4) == 0
	for i := range s {
		s[i] = T(r.IntN(256))
		if extreme {
			s[i] = T(128 * r.IntN(2)) // int8: 0 or −128; uint8: 0 or 128
		}
	}
	return s
}

func ints[T int8 | uint8](s []T) []int {
	var out []int
	for _, v := range s {
		out = append(out, int(v))
	}
	return out
}

func TestConvolutionsEqualTheFormula(t *testing.T) {
	pool := NewPool(3)
	defer pool.Close()
	for seed := range uint64(150) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			checkConv[int8](t, seed, pool)
			checkConv[uint8](t, seed, nil)
			checkDepthwise[int8](t, seed, nil)
			checkDepthwise[uint8](t, seed, pool)
			checkFullyConnected[int8](t, seed, pool)
			checkFullyConnected[uint8](t, seed, nil)
		})
	}
}

func checkConv[T int8 | uint8](t *testing.T, seed uint64, pool *Pool) {
	p := newProblem[T](rand.New(rand.NewPCG(seed, 1)), false)
	out := make([]T, p.w.N*p.w.Y*p.w.X*p.channels)
	NewConv2D(p.w, p.channels, p.params(pool)).Run(p.in, out)
	want := ref.Conv2D(ref.Window(p.w), p.q, ints(p.in), ints(p.wts), p.bias, p.channels)
	if got := ints(out); !slices.Equal(got, want) {
		t.Errorf("%+v, %d channels:\n got %v\nwant %v", p.w, p.channels, got, want)
	}
}

func checkDepthwise[T int8 | uint8](t *testing.T, seed uint64, pool *Pool) {
	p := newProblem[T](rand.New(rand.NewPCG(seed, 2)), true)
	out := make([]T, p.w.N*p.w.Y*p.w.X*p.channels)
	m := p.channels / p.w.C
	NewDepthwise(p.w, m, p.params(pool)).Run(p.in, out)
	want := ref.Depthwise(ref.Window(p.w), p.q, ints(p.in), ints(p.wts), p.bias, m)
	if got := ints(out); !slices.Equal(got, want) {
		t.Errorf("%+v, multiplier %d:\n got %v\nwant %v", p.w, m, got, want)
	}
}

func checkFullyConnected[T int8 | uint8](t *testing.T, seed uint64, pool *Pool) {
	r := rand.New(rand.NewPCG(seed, 3))
	n, k := 1+r.IntN(3), 1+r.IntN(70)
	p := problem[T]{channels: 1 + r.IntN(150), in: randomBytes[T](r, n*k)}
	p.wts = randomBytes[T](r, p.channels*k)
	p.quantize(r)
	out := make([]T, n*p.channels)
	NewFullyConnected(n, k, p.channels, p.params(pool)).Run(p.in, out)
	w := ref.Window{N: n, H: 1, W: 1, C: k, Y: 1, X: 1, KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
	want := ref.Conv2D(w, p.q, ints(p.in), ints(p.wts), p.bias, p.channels)
	if got := ints(out); !slices.Equal(got, want) {
		t.Errorf("%dx%d, %d channels:\n got %v\nwant %v", n, k, p.channels, got, want)
	}
}

func TestPoolingEqualsTheFormula(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			checkPool[int8](t, seed)
			checkPool[uint8](t, seed)
		})
	}
}

func checkPool[T int8 | uint8](t *testing.T, seed uint64) {
	p := newProblem[T](rand.New(rand.NewPCG(seed, 4)), true)
	p.w.DilationH, p.w.DilationW = 1, 1
	p.w.Y, p.w.PadTop = OutSize(p.w.H, p.w.KernelH, p.w.StrideH, 1, true)
	p.w.X, p.w.PadLeft = OutSize(p.w.W, p.w.KernelW, p.w.StrideW, 1, true)
	lo, hi := byteLimits[T]()
	pool := &Pool2D{Window: p.w, Lo: lo, Hi: hi}
	out, acc := make([]T, p.w.N*p.w.Y*p.w.X*p.w.C), make([]int32, p.w.C)
	AveragePool2D(pool, out, p.in, acc)
	if got, want := ints(out), ref.Pool(ref.Window(p.w), ints(p.in), ref.Average); !slices.Equal(got, want) {
		t.Errorf("average %+v:\n got %v\nwant %v", p.w, got, want)
	}
	MaxPool2D(pool, out, p.in, acc)
	if got, want := ints(out), ref.Pool(ref.Window(p.w), ints(p.in), slices.Max[[]int]); !slices.Equal(got, want) {
		t.Errorf("max %+v:\n got %v\nwant %v", p.w, got, want)
	}
}

func BenchmarkConv2D(b *testing.B) {
	for _, s := range []struct{ size, kernel, in, out int }{{28, 1, 96, 32}, {28, 3, 32, 32}} {
		b.Run(fmt.Sprintf("%dx%d/k%d/c%d/o%d/generic", s.size, s.size, s.kernel, s.in, s.out), func(b *testing.B) {
			w := Window{N: 1, H: s.size, W: s.size, C: s.in, KernelH: s.kernel, KernelW: s.kernel, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
			w.Y, w.PadTop = OutSize(w.H, s.kernel, 1, 1, true)
			w.X, w.PadLeft = OutSize(w.W, s.kernel, 1, 1, true)
			r := rand.New(rand.NewPCG(1, 1))
			p := problem[int8]{channels: s.out, wts: randomBytes[int8](r, s.out*s.kernel*s.kernel*s.in)}
			p.quantize(r)
			c := NewConv2D(w, s.out, p.params(nil))
			in, out := randomBytes[int8](r, s.size*s.size*s.in), make([]int8, s.size*s.size*s.out)
			for b.Loop() {
				c.Run(in, out)
			}
			macs := float64(len(out)) * float64(len(p.wts)/s.out)
			b.ReportMetric(macs*float64(b.N)/b.Elapsed().Seconds()/1e9, "GMAC/s")
		})
	}
}
