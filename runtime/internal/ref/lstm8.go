package ref

// LSTMGate8 is LSTMGate in integers: sums of int8 products, scaled to Q3.12 or, for layer normalisation, to a scale of their
// own. Biases have in them what the zero points come to.
type LSTMGate8 struct {
	W, R                     [][]int64
	InputBias, StateBias     []int64
	InputScale, StateScale   Multiplier
	Peephole, Norm           []int64 // or nil
	NormBias                 []int64
	PeepholeScale, NormScale Multiplier
	NormGuard                int64 // the least variance
	Tanh                     bool  // otherwise logistic
}

// LSTM8 is LSTM of int8 with a cell state of int16 of scale 2^CellExp.
// Source: tflite/kernels/lstm_eval.cc, LstmStepInteger8x8_16;
// tflite/kernels/internal/reference/portable_tensor_utils.cc.
type LSTM8 struct {
	Input                *LSTMGate8 // or nil
	Forget, Cell, Output LSTMGate8
	CellExp              int
	CellClip, ProjClip   int64
	Hidden, ProjScale    Multiplier
	HiddenZero, OutZero  int64
	Proj                 [][]int64 // or nil
	ProjBias             []int64
}

// Step changes the states h and c of the rows that TFLite steps at once.
func (l *LSTM8) Step(x, h, c [][]int64) {
	f, g, i := l.Forget.run(x, h, c), l.Cell.run(x, h, nil), [][]int64(nil)
	if l.Input != nil {
		i = l.Input.run(x, h, c)
	}
	for b := range c {
		for k := range c[b] {
			gate := int64(1<<15-1) - f[b][k]
			if i != nil {
				gate = i[b][k]
			}
			kept := Away(f[b][k]*c[b][k], 1<<15)
			added := Wrap(Away(gate*g[b][k], 1<<(30+l.CellExp)), 16)
			c[b][k] = held(Saturate(kept+added, 16), l.CellClip)
		}
	}
	o := l.Output.run(x, h, c)
	for b := range h {
		for k, v := range c[b] {
			o[b][k] *= Fixed{v, 16, 15 + l.CellExp}.Tanh().Raw
		}
		l.emit(h[b], o[b])
	}
}

// emit makes the cells' outputs the new state, by way of the projection if there is one; its bias has in it what the hidden
// zero point, taken off here, comes to.
func (l *LSTM8) emit(h, o []int64) {
	if l.Proj == nil {
		for k, v := range o {
			h[k] = Saturate(Wrap(l.Hidden.Apply(v)+l.HiddenZero, 32), 8)
		}
		return
	}
	hidden := make([]int64, len(o))
	for k, v := range o {
		hidden[k] = Saturate(Wrap(l.Hidden.Apply(v)-l.HiddenZero, 32), 8)
	}
	for k, sum := range FullyConnected(hidden, flat(l.Proj), l.ProjBias) {
		h[k] = held(Saturate(Wrap(l.ProjScale.Apply(sum)+l.OutZero, 32), 8), l.ProjClip)
	}
}

func (g *LSTMGate8) run(x, h, c [][]int64) [][]int64 {
	out := make([][]int64, len(x))
	for b := range x {
		for k := range g.W {
			v := Saturate(g.InputScale.Apply(g.InputBias[k]+inner(g.W[k], x[b])), 16)
			v = Saturate(v+g.StateScale.Apply(g.StateBias[k]+inner(g.R[k], h[b])), 16)
			out[b] = append(out[b], v)
		}
	}
	if g.Peephole != nil && c != nil {
		g.peephole(out, c)
	}
	for b := range out {
		if g.Norm != nil {
			g.normalize(out[b])
		}
		for k, v := range out[b] {
			if g.Tanh {
				out[b][k] = Fixed{v, 16, 3}.Tanh().Raw
			} else {
				out[b][k] = Fixed{v, 16, 3}.Logistic().Raw
			}
		}
	}
	return out
}

// peephole adds the weighted cell state. TFLite takes a row to be as long as the output: with a projection to fewer than
// the cells, the rows of several batches are out of step, and the last cells get nothing.
func (g *LSTMGate8) peephole(z, c [][]int64) {
	cells, outputs := len(c[0]), len(g.R[0])
	for e := range min(len(c)*outputs, len(c)*cells) {
		v := &z[e/cells][e%cells]
		*v = Saturate(*v+g.PeepholeScale.Apply(g.Peephole[e%outputs]*c[e/cells][e%cells]), 16)
	}
}

// normalize is layer normalisation with ten more bits, 2²⁰/n cut to an integer and all else as in the formula; products of
// 32 bits wrap around. Source: tflite/kernels/internal/reference/portable_tensor_utils.cc, PortableApplyLayerNorm.
func (g *LSTMGate8) normalize(x []int64) {
	n, squares := int64(len(x)), int64(0)
	for _, v := range x {
		squares += v * v
	}
	mean := Wrap(Sum(x)*1024/n, 32)
	variance := Wrap((squares*(1<<20/n)-mean*mean)/(1<<20), 32)
	if variance < 1 {
		variance = g.NormGuard
	}
	inverse := InvSqrt(variance)
	wide := Multiplier{g.NormScale.Q, g.NormScale.Shift + 12}
	for k, v := range x {
		v = inverse.Apply(Wrap(1024*v-mean, 32))
		v = Away(Wrap(v*g.Norm[k]+g.NormBias[k], 32), 1024)
		x[k] = Saturate(wide.Apply(v), 16)
	}
}

func flat(rows [][]int64) (all []int64) {
	for _, row := range rows {
		all = append(all, row...)
	}
	return all
}

// held is x within ±limit, or as it is if that is 0.
func held(x, limit int64) int64 {
	if limit > 0 {
		return Clamp(x, -limit, limit)
	}
	return x
}
