package kernel

// LSTMGate8 is LSTMGate in integers: sums of int8 products, scaled to Q3.12 or, for layer normalisation, to its own scale.
type LSTMGate8 struct {
	FromInput, FromState     []int8  // [Cells,Inputs], [Cells,Outputs]
	InputBias, StateBias     []int32 // with what the zero points contribute
	InputScale, StateScale   Multiplier
	Peephole, Norm           []int16 // or nil
	NormBias                 []int32
	PeepholeScale, NormScale Multiplier
	NormGuard                int32
	Tanh                     bool // otherwise logistic
}

// LSTM8 is LSTM with int8 activations and weights, and a cell state of int16 whose scale is a power of two.
// Source: TFLite, lstm_eval.cc (LstmStepInteger8x8_16), portable_tensor_utils.cc.
type LSTM8 struct {
	Sequence
	Input, Forget, Cell, Output LSTMGate8 // Input without weights: i = 1 − f
	CellExp                     int       // the cell state's scale is 2^CellExp
	CellClip                    int16     // 0 does not clip
	Hidden                      Multiplier
	HiddenZero                  int32
	Proj                        []int8 // [Outputs,Cells], or nil
	ProjBias                    []int32
	ProjScale                   Multiplier
	ProjClip                    int8
	OutZero                     int32

	i, f, g, o []int16
	hidden     []int8
	weigh      []int
}

// NewLSTM8 prepares the kernel.
func NewLSTM8(l LSTM8) *LSTM8 {
	for _, s := range []*[]int16{&l.i, &l.f, &l.g, &l.o} {
		*s = make([]int16, l.Cells)
	}
	l.hidden, l.weigh = make([]int8, l.Cells), l.peepholes()
	return &l
}

// lstm8Row is what one step of one batch sees.
type lstm8Row struct {
	in, state []int8
	cell      []int16
	weigh     []int // which peephole weighs each cell, −1 for none
}

// peepholes returns which peephole weighs which cell, for all batches that TFLite steps together. It walks the cells of all
// of them by the number of outputs instead of cells, so with a projection to fewer outputs some cells are weighed by another's
// peephole or by none. (To more outputs it writes past the end; there each cell has its own here.)
// Source: TFLite, lstm_eval.cc (CalculateLstmGateInteger8x8_16).
func (l *LSTM8) peepholes() []int {
	together := 1
	if l.TimeMajor {
		together = l.Batch
	}
	weigh := make([]int, together*l.Cells)
	for i := range weigh {
		switch {
		case l.Outputs >= l.Cells:
			weigh[i] = i % l.Cells
		case i < together*l.Outputs:
			weigh[i] = i % l.Outputs
		default:
			weigh[i] = -1
		}
	}
	return weigh
}

// Run computes out from in and moves on the states h [Batch,Outputs] and c [Batch,Cells].
func (l *LSTM8) Run(out, in, h []int8, c []int16) {
	for b := range l.Batch {
		x := lstm8Row{state: h[b*l.Outputs : (b+1)*l.Outputs], cell: c[b*l.Cells : (b+1)*l.Cells], weigh: l.weigh[:l.Cells]}
		if len(l.weigh) > l.Cells {
			x.weigh = l.weigh[b*l.Cells : (b+1)*l.Cells]
		}
		for t := 0; t < l.Time && !l.Pool.Stopped(); t++ {
			from, to := l.rows(b, t)
			x.in = in[from : from+l.Inputs]
			l.step(&x)
			copy(out[to:to+l.Outputs], x.state)
		}
	}
}

func (l *LSTM8) step(x *lstm8Row) {
	coupled, cell := l.Input.FromInput == nil, x.cell
	if !coupled {
		l.Input.run(l.i, x)
	}
	l.Forget.run(l.f, x)
	l.Cell.run(l.g, x) // has no peephole
	for k, f := range l.f {
		i := one16 - f
		if !coupled {
			i = l.i[k]
		}
		kept := int16(roundingShiftRight(int32(f)*int32(cell[k]), 15))
		added := int16(roundingShiftRight(int32(i)*int32(l.g[k]), 30+l.CellExp))
		cell[k] = int16(saturate(int32(kept)+int32(added), 16))
		if l.CellClip > 0 {
			cell[k] = min(max(cell[k], -l.CellClip), l.CellClip)
		}
	}
	l.Output.run(l.o, x)
	for k, c := range cell {
		l.g[k] = tanhFixed16(c, 15+l.CellExp)
	}
	l.emit(x.state)
}

// emit makes the product of output gate and squashed cell, which is in g, the new state.
func (l *LSTM8) emit(state []int8) {
	hidden, zero := state, l.HiddenZero
	if l.Proj != nil { // TFLite takes the zero point off here and adds it to the projection's bias
		hidden, zero = l.hidden, -l.HiddenZero
	}
	for k, o := range l.o {
		hidden[k] = int8(saturate(l.Hidden.Apply(int32(o)*int32(l.g[k]))+zero, 8))
	}
	if l.Proj == nil {
		return
	}
	for o := range state {
		sum := l.ProjBias[o] + dot(l.hidden, l.Proj[o*l.Cells:(o+1)*l.Cells])
		state[o] = int8(saturate(l.ProjScale.Apply(sum)+l.OutZero, 8))
		if l.ProjClip > 0 {
			state[o] = min(max(state[o], -l.ProjClip), l.ProjClip)
		}
	}
}

// run computes one gate into acc, in Q0.15.
func (g *LSTMGate8) run(acc []int16, x *lstm8Row) {
	n, m := len(x.in), len(x.state)
	for k := range acc {
		v := saturate(g.InputScale.Apply(g.InputBias[k]+dot(x.in, g.FromInput[k*n:(k+1)*n])), 16)
		v = saturate(v+g.StateScale.Apply(g.StateBias[k]+dot(x.state, g.FromState[k*m:(k+1)*m])), 16)
		if p := x.weigh[k]; g.Peephole != nil && p >= 0 {
			v = saturate(v+g.PeepholeScale.Apply(int32(g.Peephole[p])*int32(x.cell[k])), 16)
		}
		acc[k] = int16(v)
	}
	if g.Norm != nil {
		g.normalize(acc)
	}
	for k, v := range acc {
		if g.Tanh {
			acc[k] = tanhFixed16(v, 3)
		} else {
			acc[k] = LogisticFixed16(v)
		}
	}
}

// normalize is layer normalisation in integers: mean and deviation with ten more bits. Source: TFLite,
// PortableApplyLayerNorm, whose overflows wrap around.
func (g *LSTMGate8) normalize(x []int16) {
	n := int64(len(x))
	var sum, squares int64
	for _, v := range x {
		sum += int64(v)
		squares += int64(int32(v) * int32(v))
	}
	mean := int32(sum * 1024 / n)
	variance := int32((squares*(1<<20/n) - int64(mean)*int64(mean)) / (1 << 20))
	if variance < 1 {
		variance = g.NormGuard
	}
	inverse := invSqrt(variance)
	for k, v := range x {
		scaled := inverse.Apply(1024*int32(v) - mean)
		sum := int64(scaled*int32(g.Norm[k]) + g.NormBias[k])
		if sum > 0 {
			sum += 512
		} else {
			sum -= 512
		}
		wide := Multiplier{Q: g.NormScale.Q, Shift: g.NormScale.Shift + 12}
		x[k] = int16(saturate(wide.Apply(int32(sum/1024)), 16))
	}
}

// tanhFixed16 returns tanh x in Q0.15 of x with the given count of integer bits, 0 to 6.
func tanhFixed16(x int16, integerBits int) int16 {
	a, bits := minusAbs(int32(x)), integerBits+1
	if a == 0 {
		return 0
	}
	e := int32(0)
	if bits <= 5 || a >= -1<<(20-bits) { // e⁻³² and less are 0
		e = expNegative16(a, bits)
	}
	y := saturate16(int64(reciprocal16(e)-1<<13) << 2)
	if x < 0 {
		y = -y
	}
	return int16(y)
}
