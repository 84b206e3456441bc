package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// The rows are worked by hand from the two sources.
func TestQuantizeRows(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name  string
		rule  QuantizeRow
		in    []float32
		want  []int8
		scale float32
		zero  int32
	}{
		{"XNNPACK, −1…1.55", QuantizeRowXNN, []float32{-1, 0, 1.55, 0.5}, []int8{-128, -28, 127, 22}, 0.01, -28},
		{"XNNPACK, positive only", QuantizeRowXNN, []float32{2.55, 1, 0}, []int8{127, -28, -128}, 0.01, -128},
		{"XNNPACK, negative only", QuantizeRowXNN, []float32{-2.55, -1}, []int8{-128, 27}, 0.01, 127},
		{"XNNPACK, zeros", QuantizeRowXNN, []float32{0, 0}, []int8{127, 127}, 1, 127},
		{"TFLite, −1…1.55", QuantizeRowTFLite, []float32{-1, 0, 1.55, 0.5}, []int8{-128, -28, 127, 22}, 0.01, -28},
		{"TFLite, zeros", QuantizeRowTFLite, []float32{0, 0}, []int8{0, 0}, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := make([]int8, len(c.in))
			scale, zero := c.rule(out, c.in)
			if !slices.Equal(out, c.want) || zero != c.zero || math.Abs(float64(scale-c.scale)) > 1e-8 {
				t.Errorf("got %v, scale %g, zero %d; want %v, %g, %d", out, scale, zero, c.want, c.scale, c.zero)
			}
		})
	}
	for _, rule := range []QuantizeRow{QuantizeRowXNN, QuantizeRowTFLite} { // whatever comes out, nothing panics
		rule(make([]int8, 4), []float32{inf, -inf, float32(math.NaN()), 1})
	}
}

// TestHybridNearTheRealSum compares with float arithmetic on the same weights; the activations' rounding bounds the error.
func TestHybridNearTheRealSum(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	pool := NewPool(3)
	defer pool.Close()
	for range 60 {
		depthwise := r.IntN(2) == 0
		p := newProblem[int8](r, depthwise)
		in, bias := make([]float32, len(p.in)), make([]float32, p.channels)
		for i := range in {
			in[i] = float32(r.NormFloat64())
		}
		for i := range bias {
			bias[i] = float32(r.NormFloat64())
		}
		got := make([]float32, p.w.N*p.w.Y*p.w.X*p.channels)
		h := HybridParams{Weights: p.wts, Scale: p.q.Scale, Range: QuantizeRowXNN, Lo: -3, Hi: 3, Pool: pool}
		if depthwise {
			NewHybridDepthwise(p.w, p.channels/p.w.C, h).Run(got, in, bias)
		} else {
			NewHybridConv2D(p.w, p.channels, h).Run(got, in, bias)
		}
		want := realConv(&p, depthwise, in, bias)
		taps := float64(p.w.KernelH * p.w.KernelW * p.w.C)
		for i := range got {
			limit := taps * 128 * float64(p.q.Scale[i%p.channels]) * 0.03
			if d := math.Abs(float64(got[i]) - min(max(want[i], -3), 3)); d > limit {
				t.Fatalf("%+v: element %d is %g, want %g ± %g", p.w, i, got[i], want[i], limit)
			}
		}
	}
}

// realConv is the convolution in float64.
func realConv(p *problem[int8], depthwise bool, in, bias []float32) []float64 {
	w := make([]float64, len(p.wts))
	for i, v := range p.wts {
		c := i % p.channels
		if !depthwise {
			c = i / (len(p.wts) / p.channels)
		}
		w[i] = float64(v) * float64(p.q.Scale[c])
	}
	if depthwise {
		return ref.DepthwiseSums(ref.Window(p.w), as[float64](in), w, as[float64](bias))
	}
	return ref.Conv2DSums(ref.Window(p.w), as[float64](in), w, as[float64](bias))
}

// as converts each element.
func as[B, A int8 | int16 | int32 | int64 | float32 | float64](in []A) []B {
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = B(v)
	}
	return out
}

// TestHybridFCExact: whole numbers that the row's quantization holds exactly give exact sums.
func TestHybridFCExact(t *testing.T) {
	p := HybridParams{Weights: []int8{1, 2, 3, -1, 0, 1}, Scale: []float32{1, 0.5}, Range: QuantizeRowXNN,
		Lo: float32(math.Inf(-1)), Hi: float32(math.Inf(1))}
	got := make([]float32, 4)
	NewHybridFC(2, 3, 2, p).Run(got, []float32{-128, 127, 0, 0, 255, 1}, []float32{1, -1})
	if want := []float32{127, 63, 514, -0.5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
