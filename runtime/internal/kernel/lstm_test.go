package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func tanh32(x float32) float32 { return float32(math.Tanh(float64(x))) }

// randomLSTM has every part that an LSTM can have; projected says whether outputs are fewer than cells.
func randomLSTM(r *rand.Rand, coupled, peephole, normed, projected bool) LSTM {
	l := LSTM{Sequence: Sequence{Batch: 2, Time: 4, Inputs: 3, Cells: 5, Outputs: 5, TimeMajor: r.IntN(2) == 0, Backward: r.IntN(2) == 0},
		Act: tanh32, CellClip: 0.8}
	if projected {
		l.Outputs, l.Proj, l.ProjBias, l.ProjClip = 2, Matrix{F: floats32(r, 10)}, floats32(r, 2), 0.9
	}
	l.Stride = l.Outputs
	for i, g := range []*LSTMGate{&l.Input, &l.Forget, &l.Cell, &l.Output} {
		if i == 0 && coupled {
			continue
		}
		*g = LSTMGate{FromInput: Matrix{F: floats32(r, 15)}, FromState: Matrix{F: floats32(r, 5*l.Outputs)}, Bias: floats32(r, 5), Act: Logistic}
		if i == 2 {
			g.Act = tanh32
		} else if peephole {
			g.Peephole = floats32(r, 5)
		}
		if normed {
			g.Norm = floats32(r, 5)
		}
	}
	return l
}

// TestLSTMAgreesWithTheFormulas runs every combination of parts against float64 arithmetic, over two calls so that the
// states carry over.
func TestLSTMAgreesWithTheFormulas(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 2))
	for parts := range 16 {
		l := randomLSTM(r, parts&1 != 0, parts&2 != 0, parts&4 != 0, parts&8 != 0)
		run := NewLSTM(l)
		h, c := make([]float32, 2*l.Outputs), make([]float32, 2*l.Cells)
		want := &lstm64{l: &l, h: make([]float64, 2*l.Outputs), c: make([]float64, 2*l.Cells)}
		for range 2 {
			in, out := floats32(r, 2*4*3), make([]float32, 2*4*l.Outputs)
			run.Run(out, in, nil, LSTMState{h, c})
			for i, v := range want.run(in) {
				if math.Abs(float64(out[i])-v) > 1e-4 {
					t.Fatalf("parts %04b: element %d is %g, want %g", parts, i, out[i], v)
				}
			}
		}
	}
}

// lstm64 is the textbook LSTM with its states.
type lstm64 struct {
	l    *LSTM
	h, c []float64
}

func (s *lstm64) run(in []float32) []float64 {
	l := s.l
	out := make([]float64, l.Batch*l.Time*l.Outputs)
	for b := range l.Batch {
		h, c := s.h[b*l.Outputs:(b+1)*l.Outputs], s.c[b*l.Cells:(b+1)*l.Cells]
		for t := range l.Time {
			from, to := l.rows(b, t)
			s.step(as[float64](in[from:from+l.Inputs]), h, c)
			copy(out[to:], h)
		}
	}
	return out
}

func (s *lstm64) step(x, h, c []float64) {
	l := s.l
	f, g := s.gate(&l.Forget, x, h, c), s.gate(&l.Cell, x, h, nil)
	i := make([]float64, len(f))
	if l.Input.FromInput.None() {
		for k := range i {
			i[k] = 1 - f[k]
		}
	} else {
		i = s.gate(&l.Input, x, h, c)
	}
	for k := range c {
		c[k] = min(max(f[k]*c[k]+i[k]*g[k], -float64(l.CellClip)), float64(l.CellClip))
	}
	o := s.gate(&l.Output, x, h, c)
	for k := range o {
		o[k] *= math.Tanh(c[k])
	}
	copy(h, o)
	for k := range h {
		if !l.Proj.None() {
			h[k] = min(max(dot64(l.Proj.F, k, o)+float64(l.ProjBias[k]), -float64(l.ProjClip)), float64(l.ProjClip))
		}
	}
}

func (s *lstm64) gate(g *LSTMGate, x, h, c []float64) []float64 {
	z := make([]float64, s.l.Cells)
	var mean, squares float64
	for k := range z {
		z[k] = dot64(g.FromInput.F, k, x) + dot64(g.FromState.F, k, h)
		if g.Peephole != nil && c != nil {
			z[k] += float64(g.Peephole[k]) * c[k]
		}
		if g.Norm == nil {
			z[k] += float64(g.Bias[k])
		}
		mean += z[k] / float64(len(z))
	}
	for k := range z {
		squares += (z[k] - mean) * (z[k] - mean) / float64(len(z))
	}
	for k := range z {
		if g.Norm != nil {
			z[k] = (z[k]-mean)/math.Sqrt(squares+1e-8)*float64(g.Norm[k]) + float64(g.Bias[k])
		}
		z[k] = float64(g.Act(float32(z[k])))
	}
	return z
}

// dot64 is row k of w times x.
func dot64(w []float32, k int, x []float64) (s float64) {
	for i, v := range x {
		s += float64(w[k*len(x)+i]) * v
	}
	return s
}

// TestHybridLSTMNearTheFloatOne gives both the same weights, as int8 and as float32.
func TestHybridLSTMNearTheFloatOne(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 2))
	for _, rule := range []QuantizeRow{QuantizeRowSymmetric, QuantizeRowTFLite} {
		exact := randomLSTM(r, false, true, false, true)
		hybrid := exact
		for _, p := range [][2]*Matrix{{&exact.Input.FromInput, &hybrid.Input.FromInput}, {&exact.Forget.FromInput, &hybrid.Forget.FromInput},
			{&exact.Cell.FromInput, &hybrid.Cell.FromInput}, {&exact.Output.FromInput, &hybrid.Output.FromInput},
			{&exact.Input.FromState, &hybrid.Input.FromState}, {&exact.Forget.FromState, &hybrid.Forget.FromState},
			{&exact.Cell.FromState, &hybrid.Cell.FromState}, {&exact.Output.FromState, &hybrid.Output.FromState}, {&exact.Proj, &hybrid.Proj}} {
			q := numbers[int8](r, len(p[0].F))
			cols := map[int]int{15: 3, 10: 2}[len(q)]
			if p[0] == &exact.Proj {
				cols = 5
			}
			*p[1] = NewMatrix8(q, cols, 1.0/100, rule)
			p[0].F = nil
			for _, v := range q {
				p[0].F = append(p[0].F, float32(v)/100)
			}
		}
		in, a, b := floats32(r, 24), make([]float32, 16), make([]float32, 16)
		NewLSTM(exact).Run(a, in, nil, LSTMState{make([]float32, 4), make([]float32, 10)})
		NewLSTM(hybrid).Run(b, in, nil, LSTMState{make([]float32, 4), make([]float32, 10)})
		for i := range a {
			if math.Abs(float64(a[i]-b[i])) > 0.05 {
				t.Fatalf("element %d is %g, want about %g", i, b[i], a[i])
			}
		}
	}
}
