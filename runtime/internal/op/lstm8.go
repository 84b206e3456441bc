package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// lstmScales are the scales that an int8 LSTM's gates share.
type lstmScales struct {
	in, h, out kernel.Affine
	hidden     kernel.Affine
	cellExp    int
}

// int8: activations and weights of int8, a cell state of int16.
// Source: TFLite, unidirectional_sequence_lstm.cc (PopulateQuantizedLstmParams8x8_16).
func (l *lstmNode) int8() (Step, error) {
	n, s := l.n, l.seq
	h, c, out := n.In[lstmState], n.In[lstmCell], n.Out[0]
	q, err := l.scales()
	if err != nil {
		return nil, err
	}
	k := kernel.LSTM8{Sequence: s, CellExp: q.cellExp, HiddenZero: q.hidden.Zero, OutZero: q.h.Zero,
		Hidden: kernel.NewMultiplier(float64(float32(math.Ldexp(1/float64(q.hidden.Scale), -30))))}
	if l.o.CellClip > 0 {
		k.CellClip = int16(min(l.o.CellClip/float32(math.Ldexp(1, q.cellExp)), 32767))
	}
	if l.o.ProjClip > 0 {
		k.ProjClip = int8(min(l.o.ProjClip/q.out.Scale, 127))
	}
	for i, g := range []*kernel.LSTMGate8{&k.Input, &k.Forget, &k.Cell, &k.Output} {
		if *g, err = l.gate8(i, &q); err != nil {
			return nil, err
		}
	}
	if err := l.projection8(&k, &q); err != nil {
		return nil, err
	}
	run, in := kernel.NewLSTM8(k), n.In[0]
	return func() error {
		run.Run(tensor.As[int8](out.Data), tensor.As[int8](in.Data), tensor.As[int8](h.Data), tensor.As[int16](c.Data))
		return nil
	}, nil
}

// scales reads the activations' scales and checks the states.
func (l *lstmNode) scales() (q lstmScales, err error) {
	n, s := l.n, l.seq
	h, c := n.In[lstmState], n.In[lstmCell]
	if n.Out[0].DType != tensor.Int8 {
		return q, unsupported("input int8 with output %s", n.Out[0].DType)
	}
	if err = state("output state", h, tensor.Int8, int64(s.Batch)*int64(s.Outputs)); err != nil {
		return q, err
	}
	if err = state("cell state", c, tensor.Int16, int64(s.Batch)*int64(s.Cells)); err != nil {
		return q, err
	}
	cell, err := affine("cell state", c)
	if err != nil {
		return q, err
	}
	exp, ok := log2(cell.Scale)
	if !ok || exp < -15 || exp > -9 {
		return q, unsupported("cell state of scale %g, want a power of two from 2^-15 to 2^-9", cell.Scale)
	}
	q.cellExp = exp
	if len(n.Inter) != 5 {
		return q, unsupported("%d intermediate tensors, want 5", len(n.Inter))
	}
	for _, p := range []struct {
		q *kernel.Affine
		t *tensor.Tensor
	}{{&q.in, n.In[0]}, {&q.h, h}, {&q.out, n.Out[0]}, {&q.hidden, n.Inter[4]}} {
		if *p.q, err = affine("activations", p.t); err != nil {
			return q, err
		}
	}
	return q, nil
}

// gate8 reads gate i: input, forget, cell, output.
func (l *lstmNode) gate8(i int, q *lstmScales) (g kernel.LSTMGate8, err error) {
	n, s := l.n, l.seq
	if n.In[lstmFromInput+i] == nil {
		return g, nil
	}
	norm, unit := n.optional(lstmNorm+i), float32(1.0/4096) // Q3.12
	if norm != nil {
		a, err := affine("intermediate", n.Inter[i])
		if err != nil {
			return g, err
		}
		unit = a.Scale
	}
	if n.In[lstmBias+i] == nil {
		return g, malformed("bias of gate %d is left out", i)
	}
	bias, err := vector[int32]("bias", n.In[lstmBias+i], tensor.Int32, s.Cells)
	if err != nil {
		return g, err
	}
	inner := bias
	if norm != nil {
		inner = nil
	}
	g.Tanh = i == 2
	if g.FromInput, g.InputBias, g.InputScale, err = weights8(n.In[lstmFromInput+i], s.Cells, s.Inputs, inner, -q.in.Zero, q.in.Scale, unit); err != nil {
		return g, err
	}
	if g.FromState, g.StateBias, g.StateScale, err = weights8(n.In[lstmFromState+i], s.Cells, s.Outputs, nil, -q.h.Zero, q.h.Scale, unit); err != nil {
		return g, err
	}
	if err := l.peephole8(i, &g, q, unit); err != nil || norm == nil {
		return g, err
	}
	g.NormBias = bias
	return g, norm8(norm, s.Cells, &g)
}

// weights8 reads int8 weights [rows,cols] with their bias, to which it adds zero times each row's sum, and the multiplier
// that brings sums to the scale unit.
func weights8(t *tensor.Tensor, rows, cols int, bias []int32, zero int32, in, unit float32) ([]int8, []int32, kernel.Multiplier, error) {
	var m kernel.Multiplier
	if t == nil {
		return nil, nil, m, malformed("recurrent weights are left out")
	}
	if err := shaped("weights", t, rows, cols); err != nil {
		return nil, nil, m, err
	}
	a, err := affine("weights", t)
	if err != nil {
		return nil, nil, m, err
	}
	if t.DType != tensor.Int8 || a.Zero != 0 {
		return nil, nil, m, unsupported("weights %s with zero point %d", t.DType, a.Zero)
	}
	w, sums := tensor.As[int8](t.Data), make([]int32, rows)
	copy(sums, bias)
	for i := range sums {
		for _, v := range w[i*cols : (i+1)*cols] {
			sums[i] += zero * int32(v)
		}
	}
	return w, sums, kernel.NewMultiplier(float64(float32(a.Scale*in) / unit)), nil
}

// peephole8 reads the int16 weights of the cell state for a gate.
func (l *lstmNode) peephole8(i int, g *kernel.LSTMGate8, q *lstmScales, unit float32) error {
	t := l.cellWeights(i)
	if t == nil {
		return nil
	}
	a, err := affine("peephole", t)
	if err != nil {
		return err
	}
	g.PeepholeScale = kernel.NewMultiplier(float64(float32(math.Ldexp(float64(a.Scale), q.cellExp) / float64(unit))))
	g.Peephole, err = vector[int16]("peephole", t, tensor.Int16, l.seq.Cells)
	return err
}

// norm8 reads the int16 weights of a gate's layer normalisation.
func norm8(t *tensor.Tensor, cells int, g *kernel.LSTMGate8) (err error) {
	a, err := affine("normalization", t)
	if err != nil {
		return err
	}
	g.NormScale, g.NormGuard = kernel.NewMultiplier(float64(a.Scale)), max(1, int32(min(10000*a.Scale, 1<<30)))
	g.Norm, err = vector[int16]("normalization", t, tensor.Int16, cells)
	return err
}

// projection8 reads the projection, if there is one.
func (l *lstmNode) projection8(k *kernel.LSTM8, q *lstmScales) (err error) {
	t, s := l.n.In[lstmProj], l.seq
	if t == nil {
		return nil
	}
	bias, err := vector[int32]("projection bias", l.n.In[lstmProjBias], tensor.Int32, s.Outputs)
	if err != nil {
		return err
	}
	k.Proj, k.ProjBias, k.ProjScale, err = weights8(t, s.Outputs, s.Cells, bias, q.hidden.Zero, q.hidden.Scale, q.h.Scale)
	return err
}
