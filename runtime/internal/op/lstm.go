package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// The operands of an LSTM, by their places.
const (
	lstmFromInput = 1  // four weights: input, forget, cell, output gate
	lstmFromState = 5  // four
	lstmPeephole  = 9  // three: not of the cell gate
	lstmBias      = 12 // four
	lstmProj      = 16
	lstmProjBias  = 17
	lstmState     = 18
	lstmCell      = 19
	lstmNorm      = 20 // four, or left out
)

// lstmNode reads the operands of an LSTM.
type lstmNode struct {
	n          *Node
	o          tflite.SequenceLSTMOptions
	seq        kernel.Sequence
	aux        *tensor.Tensor    // a second input, or nil
	auxWeights [4]*tensor.Tensor // its weights, of each gate
}

// prepareLSTM: LSTM, one step, with 20 or 24 operands.
func prepareLSTM(n *Node) (Step, error) {
	o := options[tflite.LSTMOptions](n)
	if o.Basic {
		return prepareBasicLSTM(n)
	}
	return prepareLSTMOf(n, 2, tflite.SequenceLSTMOptions{Activation: o.Activation, CellClip: o.CellClip, ProjClip: o.ProjClip,
		TimeMajor: true, AsymmetricQuantizeInputs: o.AsymmetricQuantizeInputs})
}

// prepareSequenceLSTM: UNIDIRECTIONAL_SEQUENCE_LSTM.
func prepareSequenceLSTM(n *Node) (Step, error) {
	return prepareLSTMOf(n, 3, options[tflite.SequenceLSTMOptions](n))
}

// prepareLSTMOf: in [N,K], or of rank 3 [N,T,K] or [T,N,K]; out the same with the outputs in place of K.
func prepareLSTMOf(n *Node, rank int, o tflite.SequenceLSTMOptions) (Step, error) {
	if err := n.operands(1, 24, 1); err != nil {
		return nil, err
	}
	if len(n.In) != 20 && len(n.In) != 24 {
		return nil, malformed("%d inputs, want 20 or 24", len(n.In))
	}
	l := &lstmNode{n: n, o: o}
	if err := l.sequence(rank); err != nil {
		return nil, err
	}
	in := n.In[0]
	n.Stateful, n.MACs = true, l.macs()
	n.Out[0].Shape = append(append(tensor.Shape{}, in.Shape[:rank-1]...), l.seq.Outputs)
	if err := n.takeRecurrent(int64(128+8*l.seq.Batch)*int64(l.seq.Cells) + int64(l.seq.Inputs) + 16*int64(l.seq.Outputs)); err != nil {
		return nil, err
	}
	switch in.DType {
	case tensor.Float32:
		return l.float()
	case tensor.Int8:
		return l.int8()
	}
	return nil, unsupported("input %s", in.DType)
}

func (l *lstmNode) macs() int64 {
	s := l.seq
	return int64(s.Batch) * int64(s.Time) * 4 * int64(s.Cells) * int64(s.Inputs+s.Outputs)
}

// sequence works out the shape from input and weights.
func (l *lstmNode) sequence(rank int) (err error) {
	if l.seq, err = sequenceOf(l.n.In[0].Shape, rank, l.o.TimeMajor); err != nil {
		return err
	}
	for _, i := range []int{2, 3, 4, 6, 7, 8, 13, 14, 15} {
		if l.n.In[i] == nil {
			return malformed("input %d is left out", i)
		}
	}
	w, r := l.n.In[lstmFromInput+3].Shape, l.n.In[lstmFromState+3].Shape
	if len(w) != 2 || len(r) == 0 || len(r) > 2 {
		return malformed("weights of the output gate are %s and %s", w, r)
	}
	l.seq.Cells, l.seq.Outputs, l.seq.Stride, l.seq.Pool = w[0], r[len(r)-1], r[len(r)-1], l.n.Pool
	if l.n.In[lstmProj] == nil && l.seq.Outputs != l.seq.Cells {
		return malformed("%d outputs of %d cells without a projection", l.seq.Outputs, l.seq.Cells)
	}
	return nil
}

func (l *lstmNode) float() (Step, error) {
	n, s := l.n, l.seq
	h, c, out := n.In[lstmState], n.In[lstmCell], n.Out[0]
	if out.DType != tensor.Float32 {
		return nil, unsupported("input float32 with output %s", out.DType)
	}
	if err := state("output state", h, tensor.Float32, int64(s.Batch)*int64(s.Outputs)); err != nil {
		return nil, err
	}
	if err := state("cell state", c, tensor.Float32, int64(s.Batch)*int64(s.Cells)); err != nil {
		return nil, err
	}
	k := kernel.LSTM{Sequence: s, Aux: l.auxSize(), CellClip: l.o.CellClip, ProjClip: l.o.ProjClip}
	var err error
	if k.Act, err = activationFunc(l.o.Activation); err != nil {
		return nil, err
	}
	for i, g := range []*kernel.LSTMGate{&k.Input, &k.Forget, &k.Cell, &k.Output} {
		if *g, err = l.gate(i, k.Act); err != nil {
			return nil, err
		}
	}
	if k.Proj, err = matrix("projection", n.In[lstmProj], s.Outputs, s.Cells, l.o.AsymmetricQuantizeInputs); err != nil {
		return nil, err
	}
	if k.ProjBias, err = vector[float32]("projection bias", n.In[lstmProjBias], tensor.Float32, s.Outputs); err != nil {
		return nil, err
	}
	run, in, aux := kernel.NewLSTM(k), n.In[0], l.aux
	return func() error {
		run.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(aux),
			kernel.LSTMState{H: tensor.As[float32](h.Data), C: tensor.As[float32](c.Data)})
		return nil
	}, nil
}

// auxSize returns the elements of the second input, 0 without one.
func (l *lstmNode) auxSize() int {
	if l.aux == nil {
		return 0
	}
	return l.aux.Shape[len(l.aux.Shape)-1]
}

// gate reads gate i: input, forget, cell, output.
func (l *lstmNode) gate(i int, act func(float32) float32) (g kernel.LSTMGate, err error) {
	n, s := l.n, l.seq
	w, r := n.In[lstmFromInput+i], n.In[lstmFromState+i]
	if w == nil {
		return g, nil
	}
	if g.Act = act; i != 2 {
		g.Act = kernel.Logistic
	}
	if g.FromInput, err = matrix("input weights", w, s.Cells, s.Inputs, l.o.AsymmetricQuantizeInputs); err != nil {
		return g, err
	}
	if g.FromState, err = l.recurrent(r); err != nil {
		return g, err
	}
	if l.aux != nil {
		if l.auxWeights[i] == nil {
			return g, malformed("auxiliary weights of gate %d are left out", i)
		}
		if g.FromAux, err = matrix("auxiliary weights", l.auxWeights[i], s.Cells, l.auxSize(), l.o.AsymmetricQuantizeInputs); err != nil {
			return g, err
		}
	}
	if w.DType != n.In[lstmFromInput+1].DType || !g.FromState.Diag && r.DType != w.DType {
		return g, unsupported("weights of several types")
	}
	if g.Peephole, err = l.peephole(i); err != nil {
		return g, err
	}
	if g.Norm, err = vector[float32]("normalization", n.optional(lstmNorm+i), tensor.Float32, s.Cells); err != nil {
		return g, err
	}
	if n.In[lstmBias+i] == nil {
		return g, malformed("bias of gate %d is left out", i)
	}
	g.Bias, err = vector[float32]("bias", n.In[lstmBias+i], tensor.Float32, s.Cells)
	return g, err
}

// recurrent reads weights over the state, [Cells,Outputs] or the diagonal of them.
func (l *lstmNode) recurrent(r *tensor.Tensor) (m kernel.Matrix, err error) {
	if r == nil {
		return m, malformed("recurrent weights are left out")
	}
	if len(r.Shape) != 1 {
		return matrix("recurrent weights", r, l.seq.Cells, l.seq.Outputs, l.o.AsymmetricQuantizeInputs)
	}
	if l.seq.Cells != l.seq.Outputs {
		return m, malformed("diagonal recurrent weights of %d cells and %d outputs", l.seq.Cells, l.seq.Outputs)
	}
	m.F, err = vector[float32]("recurrent weights", r, tensor.Float32, l.seq.Cells)
	m.Diag = true
	return m, err
}

// peephole reads the weights from the cell state to a gate as floats; nil where there are none.
func (l *lstmNode) peephole(i int) ([]float32, error) {
	t := l.cellWeights(i)
	if t == nil || t.DType == tensor.Float32 {
		return vector[float32]("peephole", t, tensor.Float32, l.seq.Cells)
	}
	if err := shaped("peephole", t, l.seq.Cells); err != nil {
		return nil, err
	}
	return timeWeights(t)
}

// cellWeights returns the operand that weighs the cell state for a gate, or nil.
func (l *lstmNode) cellWeights(i int) *tensor.Tensor {
	switch i {
	case 0, 1:
		return l.n.In[lstmPeephole+i]
	case 3:
		return l.n.In[lstmPeephole+2]
	}
	return nil
}
