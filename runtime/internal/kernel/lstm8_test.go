package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLSTM8NearTheFloatOne gives an integer and a float LSTM the same weights and inputs.
func TestLSTM8NearTheFloatOne(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const w, x, h, inZero, outZero = 1.0 / 128, 1.0 / 64, 1.0 / 128, 5, -3
	seq := Sequence{Batch: 2, Time: 5, Inputs: 4, Cells: 6, Outputs: 6, Stride: 6}
	exact := LSTM{Sequence: seq, Act: tanh32}
	quantized := LSTM8{Sequence: seq, CellExp: -12, Hidden: NewMultiplier(math.Ldexp(1/h, -30)), HiddenZero: outZero, OutZero: outZero}
	fine := []*LSTMGate{&exact.Input, &exact.Forget, &exact.Cell, &exact.Output}
	for i, g := range []*LSTMGate8{&quantized.Input, &quantized.Forget, &quantized.Cell, &quantized.Output} {
		g.FromInput, g.FromState = small(r, 24), small(r, 36)
		g.InputScale, g.StateScale = NewMultiplier(w*x*4096), NewMultiplier(w*h*4096)
		g.InputBias, g.StateBias = rowSums(g.FromInput, 4), rowSums(g.FromState, 6)
		*fine[i] = LSTMGate{Bias: make([]float32, 6), Act: Logistic}
		for k := range 6 {
			bias := int32(r.IntN(2000) - 1000)
			g.InputBias[k], g.StateBias[k] = bias-inZero*g.InputBias[k], -outZero*g.StateBias[k]
			fine[i].Bias[k] = float32(bias) * w * x
		}
		fine[i].FromInput.F, fine[i].FromState.F = unscaled(g.FromInput, w, 0), unscaled(g.FromState, w, 0)
		if i == 2 {
			g.Tanh, fine[i].Act = true, tanh32
		}
	}
	in, out, want := numbers[int8](r, 40), make([]int8, 60), make([]float32, 60)
	state := []int8{outZero, outZero, outZero, outZero, outZero, outZero, outZero, outZero, outZero, outZero, outZero, outZero}
	NewLSTM8(quantized).Run(out, in, state, make([]int16, 12))
	NewLSTM(exact).Run(want, unscaled(in, x, inZero), nil, LSTMState{make([]float32, 12), make([]float32, 12)})
	for i := range out {
		if got := (float64(out[i]) - outZero) * h; math.Abs(got-float64(want[i])) > 0.03 {
			t.Errorf("element %d is %g, want about %g", i, got, want[i])
		}
	}
}

func small(r *rand.Rand, n int) []int8 {
	out := make([]int8, n)
	for i := range out {
		out[i] = int8(r.IntN(128) - 64)
	}
	return out
}

func unscaled[T int8 | uint8](q []T, scale float32, zero int32) []float32 {
	var out []float32
	for _, v := range q {
		out = append(out, float32(int32(v)-zero)*scale)
	}
	return out
}

func TestTanhFixed16(t *testing.T) {
	for bits := range 7 {
		for x := math.MinInt16; x <= math.MaxInt16; x += 7 {
			want := math.Tanh(math.Ldexp(float64(x), bits-15))
			if got := float64(tanhFixed16(int16(x), bits)) / 32768; math.Abs(got-want) > 2e-3 {
				t.Fatalf("tanh of %d with %d integer bits is %g, want %g", x, bits, got, want)
			}
		}
	}
}

// TestNormalizeNearTheRealOne holds integer layer normalisation, with weights of one, to the exact one.
func TestNormalizeNearTheRealOne(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	g := LSTMGate8{NormScale: NewMultiplier(1.0 / 1024), NormGuard: 1, NormBias: make([]int32, 16)}
	x, f := make([]int16, 16), make([]float32, 16)
	for i := range x {
		x[i] = int16(r.IntN(4000) - 1000)
		f[i] = float32(x[i])
		g.Norm = append(g.Norm, 1024)
	}
	normalize(f)
	g.normalize(x)
	for i := range x {
		if got := float64(x[i]) / 4096; math.Abs(got-float64(f[i])) > 0.01 {
			t.Errorf("element %d is %g, want about %g", i, got, f[i])
		}
	}
}

// TestPeepholesOfAProjection: TFLite counts cells by outputs, over all batches that it steps together.
func TestPeepholesOfAProjection(t *testing.T) {
	for _, c := range []struct {
		name           string
		batch, outputs int
		together       bool
		want           []int
	}{
		{"no projection", 2, 3, true, []int{0, 1, 2, 0, 1, 2}},
		{"two outputs, batch by batch", 2, 2, false, []int{0, 1, -1}},
		{"two outputs, batches together", 2, 2, true, []int{0, 1, 0, 1, -1, -1}},
		{"more outputs than cells", 2, 4, true, []int{0, 1, 2, 0, 1, 2}},
	} {
		l := NewLSTM8(LSTM8{Sequence: Sequence{Batch: c.batch, Cells: 3, Outputs: c.outputs, TimeMajor: c.together}})
		if !slices.Equal(l.weigh, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, l.weigh, c.want)
		}
	}
}
