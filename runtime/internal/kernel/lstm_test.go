package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func tanh32(x float32) float32 { return float32(math.Tanh(float64(x))) }

// wide64 is f on float64, by way of float32.
func wide64(f func(float32) float32) func(float64) float64 {
	return func(x float64) float64 { return float64(f(float32(x))) }
}

// rows cuts numbers into rows of n for the reference.
func rows[A Number, T ref.Number](s []A, n int) (all [][]T) {
	if len(s) == 0 {
		return nil
	}
	for row := range slices.Chunk(s, n) {
		all = append(all, as[T](row))
	}
	return all
}

func sequence(r *rand.Rand) Sequence {
	one := func(n int) int { return 1 + r.IntN(n) }
	s := Sequence{Batch: one(3), Time: one(4), Inputs: one(5), Cells: one(6), TimeMajor: r.IntN(2) == 0, Backward: r.IntN(2) == 0}
	s.Outputs = s.Cells
	return s
}

// wide leaves room beside the outputs, as for the other direction.
func (s *Sequence) wide(r *rand.Rand) {
	s.Offset = r.IntN(3)
	s.Stride = s.Outputs + s.Offset + r.IntN(2)
}

// walk calls f with the rows of input and output of each step of a batch, in order.
func (s *Sequence) walk(b int, f func(row int)) {
	for k := range s.Time {
		if s.Backward {
			k = s.Time - 1 - k
		}
		if s.TimeMajor {
			f(k*s.Batch + b)
		} else {
			f(b*s.Time + k)
		}
	}
}

// randomLSTM has a random choice of the parts that an LSTM can have.
func randomLSTM(r *rand.Rand) LSTM {
	part := func() bool { return r.IntN(2) == 0 }
	l := LSTM{Sequence: sequence(r), Act: tanh32}
	if part() {
		l.CellClip, l.ProjClip = 0.8, 0.9
	}
	if part() {
		l.Aux = 1 + r.IntN(3)
	}
	if part() {
		l.Outputs = 1 + r.IntN(l.Cells)
		l.Proj, l.ProjBias = Matrix{F: floats32(r, l.Outputs*l.Cells)}, floats32(r, l.Outputs)
	}
	l.wide(r)
	coupled, peephole, normed := part(), part(), part()
	for i, g := range []*LSTMGate{&l.Input, &l.Forget, &l.Cell, &l.Output} {
		if i == 0 && coupled {
			continue
		}
		*g = LSTMGate{FromInput: Matrix{F: floats32(r, l.Cells*l.Inputs)}, FromState: Matrix{F: floats32(r, l.Cells*l.Outputs)}, Bias: floats32(r, l.Cells), Act: Logistic}
		if l.Aux > 0 {
			g.FromAux.F = floats32(r, l.Cells*l.Aux)
		}
		if i == 2 {
			g.Act = tanh32
		} else if peephole {
			g.Peephole = floats32(r, l.Cells)
		}
		if normed && l.Cells > 1 { // of one cell the deviation is 0, and rounding is all that there is
			g.Norm = floats32(r, l.Cells)
		}
	}
	return l
}

// refLSTM is l for the reference.
func refLSTM(l *LSTM) *ref.LSTM {
	gate := func(g *LSTMGate) ref.LSTMGate {
		return ref.LSTMGate{W: rows[float32, float64](g.FromInput.F, l.Inputs), A: rows[float32, float64](g.FromAux.F, max(1, l.Aux)),
			R: rows[float32, float64](g.FromState.F, l.Outputs), Peephole: orNil(g.Peephole), Norm: orNil(g.Norm), Bias: as[float64](g.Bias), Act: wide64(g.Act)}
	}
	f := &ref.LSTM{Forget: gate(&l.Forget), Cell: gate(&l.Cell), Output: gate(&l.Output), Act: math.Tanh,
		Proj: rows[float32, float64](l.Proj.F, l.Cells), ProjBias: as[float64](l.ProjBias), CellClip: float64(l.CellClip), ProjClip: float64(l.ProjClip)}
	if !l.Input.FromInput.None() {
		g := gate(&l.Input)
		f.Input = &g
	}
	return f
}

func orNil(s []float32) []float64 {
	if s == nil {
		return nil
	}
	return as[float64](s)
}

// The states carry over from the first call to the second.
func TestLSTMIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		l := randomLSTM(r)
		run, want := NewLSTM(l), refLSTM(&l)
		state := LSTMState{make([]float32, l.Batch*l.Outputs), make([]float32, l.Batch*l.Cells)}
		h, c := rows[float32, float64](state.H, l.Outputs), rows[float32, float64](state.C, l.Cells)
		for range 2 {
			in, aux, out := reals(r, l.Batch*l.Time*l.Inputs), floats32(r, l.Batch*l.Time*l.Aux), make([]float32, l.Batch*l.Time*l.Stride)
			for i := range in {
				in[i] = max(min(in[i], 9), -9)
			}
			run.Run(out, in, aux, state)
			x := rows[float32, float64](in, l.Inputs)
			for b := range l.Batch {
				l.walk(b, func(row int) {
					want.Step(x[row], as[float64](aux[row*l.Aux:(row+1)*l.Aux]), h[b], c[b])
					for k, v := range h[b] {
						if got := float64(out[row*l.Stride+l.Offset+k]); math.Abs(got-v) > 2e-4 {
							t.Fatalf("%+v: output %d of row %d is %g, want %g", l.Sequence, k, row, got, v)
						}
					}
				})
			}
		}
	})
}

// The weights are the same as int8 and as float32.
func TestHybridLSTMNearTheFloatOne(t *testing.T) {
	trials(t, 40, func(t *testing.T, r *rand.Rand) {
		exact := randomLSTM(r)
		for _, g := range []*LSTMGate{&exact.Input, &exact.Forget, &exact.Cell, &exact.Output} {
			g.Norm = nil // it stretches errors
		}
		hybrid, rule := exact, []QuantizeRow{QuantizeRowSymmetric, QuantizeRowTFLite}[r.IntN(2)]
		narrow := func(exact, hybrid *Matrix, cols int) {
			if exact.F != nil {
				q := small(r, len(exact.F))
				*hybrid = NewMatrix8(q, cols, 1.0/100, rule)
				exact.F = unscaled(q, 1.0/100, 0)
			}
		}
		for _, p := range [][2]*LSTMGate{{&exact.Input, &hybrid.Input}, {&exact.Forget, &hybrid.Forget}, {&exact.Cell, &hybrid.Cell}, {&exact.Output, &hybrid.Output}} {
			narrow(&p[0].FromInput, &p[1].FromInput, exact.Inputs)
			narrow(&p[0].FromAux, &p[1].FromAux, exact.Aux)
			narrow(&p[0].FromState, &p[1].FromState, exact.Outputs)
		}
		narrow(&exact.Proj, &hybrid.Proj, exact.Cells)
		state := func() LSTMState {
			return LSTMState{make([]float32, exact.Batch*exact.Outputs), make([]float32, exact.Batch*exact.Cells)}
		}
		n := exact.Batch * exact.Time
		in, aux, a, b := floats32(r, n*exact.Inputs), floats32(r, n*exact.Aux), make([]float32, n*exact.Stride), make([]float32, n*exact.Stride)
		NewLSTM(exact).Run(a, in, aux, state())
		NewLSTM(hybrid).Run(b, in, aux, state())
		for i := range a {
			if math.Abs(float64(a[i]-b[i])) > 0.05 {
				t.Fatalf("%+v: element %d is %g, want about %g", exact.Sequence, i, b[i], a[i])
			}
		}
	})
}
