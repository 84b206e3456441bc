package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// rnnCell is one direction of a layer of plain recurrent cells: its operands and where it writes.
type rnnCell struct {
	weights, recurrent, bias, state *tensor.Tensor
	in, aux, auxWeights             *tensor.Tensor // aux and its weights may be nil
	out                             *tensor.Tensor
	seq                             kernel.Sequence // of in
}

// prepareRNN: RNN, one step: in [N,K], weights [U,K], recurrent weights [U,U], bias [U], state [N,U]; out [N,U].
func prepareRNN(n *Node) (Step, error) {
	o := options[tflite.RNNOptions](n)
	return prepareRNNOf(n, 2, tflite.SequenceRNNOptions{Activation: o.Activation, AsymmetricQuantizeInputs: o.AsymmetricQuantizeInputs})
}

// prepareSequenceRNN: UNIDIRECTIONAL_SEQUENCE_RNN, as RNN over in [N,T,K] or [T,N,K].
func prepareSequenceRNN(n *Node) (Step, error) {
	return prepareRNNOf(n, 3, options[tflite.SequenceRNNOptions](n))
}

func prepareRNNOf(n *Node, rank int, o tflite.SequenceRNNOptions) (Step, error) {
	if err := n.operands(5, 5, 1); err != nil {
		return nil, err
	}
	c := rnnCell{weights: n.In[1], recurrent: n.In[2], bias: n.In[3], state: n.In[4], in: n.In[0], out: n.Out[0]}
	if err := c.sequence(rank, o.TimeMajor); err != nil {
		return nil, err
	}
	if err := c.watched(n); err != nil {
		return nil, err
	}
	c.out.Shape = append(append(tensor.Shape{}, c.in.Shape[:rank-1]...), c.seq.Cells)
	n.Stateful, n.MACs, c.seq.Pool = true, c.macs(), n.Pool
	if err := n.takeRecurrent(c.bytes()); err != nil {
		return nil, err
	}
	return c.step(o.Activation, o.AsymmetricQuantizeInputs)
}

// sequence works out the shape from input and weights.
func (c *rnnCell) sequence(rank int, timeMajor bool) (err error) {
	if c.seq, err = sequenceOf(c.in.Shape, rank, timeMajor); err != nil {
		return err
	}
	if len(c.weights.Shape) != 2 {
		return malformed("weights are %s, want 2 dimensions", c.weights.Shape)
	}
	c.seq.Cells = c.weights.Shape[0]
	c.seq.Outputs, c.seq.Stride = c.seq.Cells, c.seq.Cells
	return nil
}

// watched counts what the direction keeps, and gives it the context of n's Steps.
func (c *rnnCell) watched(n *Node) error {
	c.seq.Pool = n.Pool
	return n.takeRecurrent(int64(c.seq.Inputs) + 2*int64(c.seq.Cells))
}

// sequenceOf reads an input's shape: [N,K], or of rank 3 [N,T,K] or [T,N,K].
func sequenceOf(in tensor.Shape, rank int, timeMajor bool) (s kernel.Sequence, err error) {
	if len(in) != rank || in.Elems() == 0 {
		return s, malformed("input is %s, want %d dimensions", in, rank)
	}
	s = kernel.Sequence{Batch: in[0], Time: 1, Inputs: in[rank-1], TimeMajor: timeMajor}
	if rank == 3 {
		s.Time = in[1]
		if timeMajor {
			s.Batch, s.Time = in[1], in[0]
		}
	}
	return s, nil
}

func (c *rnnCell) macs() int64 {
	return int64(c.seq.Batch) * int64(c.seq.Time) * int64(c.seq.Cells) * int64(c.seq.Inputs+c.seq.Cells)
}

// bytes is what the kernel keeps for rows that it quantizes.
func (c *rnnCell) bytes() int64 {
	n := int64(c.seq.Inputs) + int64(c.seq.Cells)
	if c.aux != nil {
		n += int64(c.aux.Shape[len(c.aux.Shape)-1])
	}
	return n
}

// step reads weights and state and returns the direction's Step.
func (c *rnnCell) step(act tflite.Activation, asymmetric bool) (Step, error) {
	s := c.seq
	if c.in.DType != tensor.Float32 || c.out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", c.in.DType, c.out.DType)
	}
	if err := state("state", c.state, tensor.Float32, int64(s.Batch)*int64(s.Cells)); err != nil {
		return nil, err
	}
	k, err := c.kernel(act, asymmetric)
	if err != nil {
		return nil, err
	}
	run, in, aux, h, out := kernel.NewRNN(k), c.in, c.aux, c.state, c.out
	return func() error {
		run.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(aux), tensor.As[float32](h.Data))
		return nil
	}, nil
}

func (c *rnnCell) kernel(act tflite.Activation, asymmetric bool) (k kernel.RNN, err error) {
	k.Sequence = c.seq
	if k.Act, err = activationFunc(act); err != nil {
		return k, err
	}
	if c.recurrent.DType != c.weights.DType {
		return k, unsupported("weights %s and recurrent weights %s", c.weights.DType, c.recurrent.DType)
	}
	if k.FromInput, err = matrix("weights", c.weights, k.Cells, k.Inputs, asymmetric); err != nil {
		return k, err
	}
	if k.FromState, err = matrix("recurrent weights", c.recurrent, k.Cells, k.Cells, asymmetric); err != nil {
		return k, err
	}
	if c.aux != nil {
		k.Aux = c.aux.Shape[len(c.aux.Shape)-1]
		if k.FromAux, err = matrix("auxiliary weights", c.auxWeights, k.Cells, k.Aux, asymmetric); err != nil {
			return k, err
		}
	}
	k.Bias, err = vector[float32]("bias", c.bias, tensor.Float32, k.Cells)
	return k, err
}
