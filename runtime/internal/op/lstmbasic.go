package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareBasicLSTM: LSTM of kernel type BASIC, one step. Operands: in [N,K], output state [N,C], weights [4C,K+C],
// bias [4C], cell state [N,C]. Results: the output [N,C] and the new cell state [N,C], which also become the states; and
// two by-products, inputs and state side by side [N,K+C] and the gates [N,4C].
func prepareBasicLSTM(n *Node) (Step, error) {
	if err := n.operands(5, 5, 4); err != nil {
		return nil, err
	}
	in, h := n.In[0], n.In[1]
	if len(in.Shape) != 2 || len(h.Shape) != 2 || in.Shape[0] != h.Shape[0] {
		return nil, malformed("input is %s and output state %s", in.Shape, h.Shape)
	}
	l := kernel.LSTMCell{Batch: in.Shape[0], Inputs: in.Shape[1], Cells: h.Shape[1]}
	for i, dims := range [][]int64{{int64(l.Batch), int64(l.Cells)}, {int64(l.Batch), int64(l.Cells)},
		{int64(l.Batch), int64(l.Inputs) + int64(l.Cells)}, {int64(l.Batch), 4 * int64(l.Cells)}} {
		shape, err := sized(dims...)
		if err != nil {
			return nil, err
		}
		n.Out[i].Shape = shape
	}
	if err := shaped("weights", n.In[2], 4*l.Cells, l.Inputs+l.Cells); err != nil {
		return nil, err
	}
	n.Stateful = true
	n.MACs = int64(l.Batch) * 4 * int64(l.Cells) * int64(l.Inputs+l.Cells)
	if in.DType == tensor.Uint8 {
		return basicLSTM8(n, l)
	}
	return basicLSTMFloat(n, l)
}

// basicTypes checks the types of a basic LSTM's operands and results: of activations and weights, of the bias, and of the cell
// state with the gates.
func (n *Node) basicTypes(l kernel.LSTMCell, act, bias, cell tensor.DType) error {
	for i, want := range []tensor.DType{act, act, act, bias, cell} {
		if n.In[i].DType != want {
			return unsupported("input %d is %s, want %s", i, n.In[i].DType, want)
		}
	}
	for i, want := range []tensor.DType{act, cell, act, cell} {
		if n.Out[i].DType != want {
			return unsupported("output %d is %s, want %s", i, n.Out[i].DType, want)
		}
	}
	if err := state("output state", n.In[1], act, int64(l.Batch)*int64(l.Cells)); err != nil {
		return err
	}
	return state("cell state", n.In[4], cell, int64(l.Batch)*int64(l.Cells))
}

// keepStates makes the output and the new cell state the states of the next step.
func (n *Node) keepStates() {
	copy(n.In[1].Data, n.Out[0].Data)
	copy(n.In[4].Data, n.Out[1].Data)
}

func basicLSTMFloat(n *Node, l kernel.LSTMCell) (Step, error) {
	f := tensor.Float32
	if err := n.basicTypes(l, f, f, f); err != nil {
		return nil, err
	}
	bias, err := vector[float32]("bias", n.In[3], f, 4*l.Cells)
	if err != nil {
		return nil, err
	}
	fc := kernel.NewFloatFullyConnected(l.Batch, l.Inputs+l.Cells, 4*l.Cells, n.Pool)
	weights := tensor.As[float32](n.In[2].Data)
	return func() error {
		h, c := tensor.As[float32](n.In[1].Data), tensor.As[float32](n.In[4].Data)
		joined, gates := tensor.As[float32](n.Out[2].Data), tensor.As[float32](n.Out[3].Data)
		kernel.JoinLSTMCell(&l, joined, tensor.As[float32](n.In[0].Data), h)
		fc.Run(gates, joined, weights, bias)
		l.UpdateFloat(tensor.As[float32](n.Out[0].Data), tensor.As[float32](n.Out[1].Data), gates, c)
		n.keepStates()
		return nil
	}, nil
}

// basicLSTM8: activations of uint8 in Q0.7 around 128, a cell state of int16 in Q4.11.
// Source: TFLite, lstm.cc (basic::Eval).
func basicLSTM8(n *Node, l kernel.LSTMCell) (Step, error) {
	if err := n.basicTypes(l, tensor.Uint8, tensor.Int32, tensor.Int16); err != nil {
		return nil, err
	}
	cell, err := affine("cell state", n.Out[1])
	if err != nil {
		return nil, err
	}
	if exp, ok := log2(cell.Scale); !ok || exp != -11 {
		return nil, unsupported("cell state of scale %g, want 2^-11", cell.Scale)
	}
	g := kernel.Gates8{Weights: tensor.As[uint8](n.In[2].Data)}
	w, err := affine("weights", n.In[2])
	if err != nil {
		return nil, err
	}
	b, err := affine("bias", n.In[3])
	if err != nil {
		return nil, err
	}
	if g.Bias, err = vector[int32]("bias", n.In[3], tensor.Int32, 4*l.Cells); err != nil {
		return nil, err
	}
	g.Zero, g.Scale = w.Zero, kernel.NewMultiplier(float64(4096*b.Scale))
	return func() error {
		c, joined, gates := tensor.As[int16](n.In[4].Data), n.Out[2].Data, tensor.As[int16](n.Out[3].Data)
		kernel.JoinLSTMCell(&l, joined, n.In[0].Data, n.In[1].Data)
		g.Run(gates, joined)
		l.Update8(n.Out[0].Data, tensor.As[int16](n.Out[1].Data), gates, c)
		n.keepStates()
		return nil
	}, nil
}
