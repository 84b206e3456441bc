package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func normalFloats(r *rand.Rand, n int) (v []float32, exact []float64) {
	v, exact = make([]float32, n), make([]float64, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
		exact[i] = float64(v[i])
	}
	return v, exact
}

func near(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d <= 1e-5*(1+math.Abs(w))) {
			t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], w)
		}
	}
}

func TestFloatConvolutionIsTheTextbooks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	pool := NewPool(2)
	defer pool.Close()
	for range 60 {
		p := newProblem[int8](r, false)
		in, exactIn := normalFloats(r, len(p.in))
		w, exactW := normalFloats(r, len(p.wts))
		b, exactB := normalFloats(r, p.channels)
		out := make([]float32, p.w.N*p.w.Y*p.w.X*p.channels)
		NewFloatConv2D(p.w, 1, p.channels, pool).Run(out, in, w, b)
		near(t, "conv", out, ref.Conv2DSums(ref.Window(p.w), exactIn, exactW, exactB))
	}
}

func TestFloatDepthwiseIsTheTextbooks(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 5))
	for range 60 {
		p := newProblem[int8](r, true)
		in, exactIn := normalFloats(r, len(p.in))
		w, exactW := normalFloats(r, len(p.wts))
		b, exactB := normalFloats(r, p.channels)
		out := make([]float32, p.w.N*p.w.Y*p.w.X*p.channels)
		NewFloatDepthwise(p.w, p.channels/p.w.C, nil).Run(out, in, w, b)
		near(t, "depthwise", out, ref.DepthwiseSums(ref.Window(p.w), exactIn, exactW, exactB))
	}
}

// blockDiagonal spreads grouped weights [O,taps,C/groups] over all C channels, zero outside the group.
func blockDiagonal[T any](w []T, o, taps, c, groups int) []T {
	each, wide := c/groups, make([]T, o*taps*c)
	for i := range o {
		g := i / (o / groups)
		for tap := range taps {
			copy(wide[(i*taps+tap)*c+g*each:], w[(i*taps+tap)*each:][:each])
		}
	}
	return wide
}

// A grouped convolution is the plain one whose weights are zero outside the group.
func TestGroupedConvolution(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	for range 40 {
		p := newProblem[int8](r, false)
		groups := 1 + r.IntN(3)
		c, o, taps := p.w.C*groups, p.channels*groups, p.w.KernelH*p.w.KernelW
		p.w.C, p.channels = c, o
		p.bias, p.q.Scale = nil, nil
		p.in, p.wts = randomBytes[int8](r, p.w.N*p.w.H*p.w.W*c), randomBytes[int8](r, o*taps*c/groups)
		p.quantize(r)
		got, want := make([]int8, p.w.N*p.w.Y*p.w.X*o), make([]int8, p.w.N*p.w.Y*p.w.X*o)
		NewGroupedConv2D(p.w, groups, o, p.params(nil)).Run(p.in, got)
		in, _ := normalFloats(r, len(p.in))
		w, _ := normalFloats(r, len(p.wts))
		float, wide := make([]float32, len(got)), make([]float32, len(got))
		NewFloatConv2D(p.w, groups, o, nil).Run(float, in, w, nil)
		NewFloatConv2D(p.w, 1, o, nil).Run(wide, in, blockDiagonal(w, o, taps, c, groups), nil)
		p.wts = blockDiagonal(p.wts, o, taps, c, groups)
		NewConv2D(p.w, o, p.params(nil)).Run(p.in, want)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v in %d groups: got %v, want %v", p.w, groups, got, want)
		}
		exact := make([]float64, len(wide))
		for i, v := range wide {
			exact[i] = float64(v)
		}
		near(t, "grouped", float, exact)
	}
}

func TestFloatFullyConnected(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for _, o := range []int{1, 3, 4, 63, 64, 65, 130} {
		w := Window{N: 3, H: 1, W: 1, C: 7, Y: 1, X: 1, KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
		in, exactIn := normalFloats(r, 21)
		weights, exactW := normalFloats(r, 7*o)
		b, exactB := normalFloats(r, o)
		out := make([]float32, 3*o)
		NewFloatFullyConnected(3, 7, o, nil).Run(out, in, weights, b)
		near(t, "fully connected", out, ref.Conv2DSums(ref.Window(w), exactIn, exactW, exactB))
	}
}

// One row 3 −4 1 6, kernel 3, padded on both sides; worked by hand.
func TestFloatPools(t *testing.T) {
	w := Window{N: 1, H: 1, W: 4, C: 1, Y: 1, X: 4, KernelH: 1, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, PadLeft: 1}
	p := &FloatPool{Pool2D: Pool2D{Window: w}, Low: -1e9, High: 5}
	for _, c := range []struct {
		name string
		run  func(out, in []float32)
		want []float64
	}{
		{"average", p.AverageFloat, []float64{-0.5, 0, 1, 3.5}},
		{"max", p.MaxFloat, []float64{3, 3, 5, 5}},
		{"L2", p.L2Float, []float64{math.Sqrt(12.5), math.Sqrt(26. / 3), math.Sqrt(53. / 3), math.Sqrt(18.5)}},
	} {
		out := make([]float32, 4)
		c.run(out, []float32{3, -4, 1, 6})
		near(t, c.name, out, c.want)
	}
}
