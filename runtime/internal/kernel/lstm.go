package kernel

import "math"

// Sequence is the shape of a recurrent layer: Time steps of Batch rows, batch by batch or step by step.
type Sequence struct {
	Batch, Time, Inputs, Cells, Outputs int
	TimeMajor                           bool // [Time,Batch,…], otherwise [Batch,Time,…]
	Pool                                *Pool
	Backward                            bool // the last step first
	Stride, Offset                      int  // of rows of the output; Stride is Outputs or more
}

// row returns which row of the input and the output is that of step t of batch b.
func (s *Sequence) row(b, t int) int {
	if s.Backward {
		t = s.Time - 1 - t
	}
	if s.TimeMajor {
		return t*s.Batch + b
	}
	return b*s.Time + t
}

// rows returns where step t of batch b has its input and its output.
func (s *Sequence) rows(b, t int) (in, out int) {
	row := s.row(b, t)
	return row * s.Inputs, row*s.Stride + s.Offset
}

// LSTMGate computes act(W·x + A·y + R·h + p⊙c + b), or with layer normalisation act(n⊙normal(W·x + A·y + R·h + p⊙c) + b).
type LSTMGate struct {
	FromInput, FromState Matrix    // W [Cells,Inputs], R [Cells,Outputs]
	FromAux              Matrix    // A [Cells,Aux], or none
	Peephole, Norm, Bias []float32 // p, n, b [Cells]; p and n may be nil
	Act                  func(float32) float32
}

// LSTM is a long short-term memory of float32, with int8 weights or without:
//
//	c = clip(f⊙c + i⊙g),  h = o⊙act(c), or clip(P·(o⊙act(c)) + b)
//
// Where the input gate has no weights, i = 1 − f. Source: TFLite, lstm_eval.cc (LstmStepFloat, LstmStepHybrid).
type LSTM struct {
	Sequence
	Aux                         int // elements of the second input y, 0 without one
	Input, Forget, Cell, Output LSTMGate
	Act                         func(float32) float32
	Proj                        Matrix // P [Outputs,Cells], or none
	ProjBias                    []float32
	CellClip, ProjClip          float32 // 0 does not clip

	i, f, g, o []float32
	x, y, h, p *QuantizedRow
}

// LSTMState is what an LSTM remembers: h [Batch,Outputs] and c [Batch,Cells].
type LSTMState struct{ H, C []float32 }

// NewLSTM prepares the kernel.
func NewLSTM(l LSTM) *LSTM {
	for _, s := range []*[]float32{&l.i, &l.f, &l.g, &l.o} {
		*s = make([]float32, l.Cells)
	}
	l.x, l.h = NewQuantizedRow(l.Inputs, l.Forget.FromInput.Rule), NewQuantizedRow(l.Outputs, l.Forget.FromState.Rule)
	l.y, l.p = NewQuantizedRow(l.Aux, l.Forget.FromAux.Rule), NewQuantizedRow(l.Cells, l.Proj.Rule)
	return &l
}

// Run computes out from in and the second input aux, and moves on the state.
func (l *LSTM) Run(out, in, aux []float32, s LSTMState) {
	for b := range l.Batch {
		state, cell := s.H[b*l.Outputs:(b+1)*l.Outputs], s.C[b*l.Cells:(b+1)*l.Cells]
		for t := 0; t < l.Time && !l.Pool.Stopped(); t++ {
			row := l.row(b, t)
			l.x.Set(in[row*l.Inputs : (row+1)*l.Inputs])
			l.y.Set(aux[row*l.Aux : (row+1)*l.Aux])
			l.step(state, cell)
			copy(out[row*l.Stride+l.Offset:][:l.Outputs], state)
		}
	}
}

func (l *LSTM) step(state, cell []float32) {
	l.h.Set(state)
	coupled := l.Input.FromInput.None()
	if !coupled {
		l.gate(l.i, &l.Input, cell)
	}
	l.gate(l.f, &l.Forget, cell)
	l.gate(l.g, &l.Cell, nil)
	for k, f := range l.f {
		i := 1 - f
		if !coupled {
			i = l.i[k]
		}
		cell[k] = float32(f*cell[k]) + float32(l.g[k]*i)
	}
	clip(cell, l.CellClip)
	l.gate(l.o, &l.Output, cell)
	for k, v := range cell {
		l.o[k] *= l.Act(v)
	}
	l.project(state)
}

// project makes the cells' outputs, which are in o, the new state.
func (l *LSTM) project(state []float32) {
	if l.Proj.None() {
		copy(state, l.o)
		return
	}
	fill(state, 0)
	copy(state, l.ProjBias)
	l.p.Set(l.o)
	l.Proj.AddTo(state, l.p)
	clip(state, l.ProjClip)
}

// gate computes one gate into acc; cell is nil where it has no peephole.
func (l *LSTM) gate(acc []float32, g *LSTMGate, cell []float32) {
	fill(acc, 0)
	if g.Norm == nil {
		copy(acc, g.Bias)
	}
	g.FromInput.AddTo(acc, l.x)
	g.FromAux.AddTo(acc, l.y)
	g.FromState.AddTo(acc, l.h)
	if g.Peephole != nil && cell != nil {
		for k, w := range g.Peephole {
			acc[k] += float32(w * cell[k])
		}
	}
	if g.Norm != nil {
		normalize(acc)
		for k := range acc {
			acc[k] = float32(acc[k]*g.Norm[k]) + g.Bias[k]
		}
	}
	for k, v := range acc {
		acc[k] = g.Act(v)
	}
}

// normalize brings x to mean 0 and deviation 1. Source: TFLite, PortableMeanStddevNormalization.
func normalize(x []float32) {
	var sum, squares float32
	for _, v := range x {
		sum += v
	}
	mean := sum / float32(len(x))
	for i := range x {
		x[i] -= mean
		squares += float32(x[i] * x[i])
	}
	inverse := 1 / float32(math.Sqrt(float64(squares/float32(len(x))+1e-8)))
	for i := range x {
		x[i] *= inverse
	}
}

// clip holds x to ±limit if limit is positive.
func clip(x []float32, limit float32) {
	if limit > 0 {
		Clamp(x, -limit, limit)
	}
}
