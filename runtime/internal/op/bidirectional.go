package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// bidirectional is what layers that run a sequence in both directions share: a forward cell over in and a backward cell
// over back, each with a second input aux where the layer has weights for one.
type bidirectional struct {
	n             *Node
	in, back, aux *tensor.Tensor
	merge         bool // both directions' outputs in one tensor, side by side
}

// newBidirectional sorts out the inputs. Layers are stacked in two ways: with weights for a second input, both cells see
// both inputs (tf.contrib.rnn.stack_bidirectional_rnn); without, the second input is the backward cell's own
// (tf.nn.static_bidirectional_rnn).
func newBidirectional(n *Node, second, weights *tensor.Tensor, merge bool) (b bidirectional, err error) {
	b = bidirectional{n: n, in: n.In[0], back: n.In[0], merge: merge}
	want := 2
	if merge {
		want = 1
	}
	if len(n.Out) != want {
		return b, malformed("%d outputs, want %d", len(n.Out), want)
	}
	if second == nil {
		if weights != nil {
			return b, malformed("weights for a second input that is left out")
		}
		return b, nil
	}
	if second.DType != b.in.DType {
		return b, unsupported("inputs %s and %s", b.in.DType, second.DType)
	}
	if len(second.Shape) != 3 || len(b.in.Shape) != 3 || !slices.Equal(second.Shape[:2], b.in.Shape[:2]) {
		return b, malformed("inputs are %s and %s", b.in.Shape, second.Shape)
	}
	if weights != nil {
		b.aux = second
		return b, nil
	}
	b.back = second
	return b, nil
}

// outputs sets the outputs' shapes and tells the directions where they write.
func (b *bidirectional) outputs(forward, backward *kernel.Sequence) (f, r *tensor.Tensor) {
	backward.Backward = true
	lead := b.in.Shape[:2]
	shape := func(n int) tensor.Shape { return append(append(tensor.Shape{}, lead...), n) }
	f = b.n.Out[0]
	if !b.merge {
		r = b.n.Out[1]
		forward.Stride, backward.Stride = forward.Outputs, backward.Outputs
		f.Shape, r.Shape = shape(forward.Outputs), shape(backward.Outputs)
		return f, r
	}
	both := forward.Outputs + backward.Outputs
	forward.Stride, backward.Stride, backward.Offset = both, both, forward.Outputs
	f.Shape = shape(both)
	return f, f
}

// prepareBidirectionalRNN: BIDIRECTIONAL_SEQUENCE_RNN. Operands: in; weights, recurrent weights, bias and state forward,
// the same backward; a second input and its weights forward and backward, or none.
func prepareBidirectionalRNN(n *Node) (Step, error) {
	o := options[tflite.BidirectionalSequenceRNNOptions](n)
	if err := n.operands(9, 12, len(n.Out)); err != nil {
		return nil, err
	}
	if len(n.In) != 12 {
		return nil, malformed("%d inputs, want 12", len(n.In))
	}
	if (n.In[10] == nil) != (n.In[11] == nil) {
		return nil, malformed("a second input has weights in one direction only")
	}
	b, err := newBidirectional(n, n.In[9], n.In[10], o.MergeOutputs)
	if err != nil {
		return nil, err
	}
	if !o.TimeMajor {
		b.back = b.in // so does TFLite's kernel: without cross links it forgets the second input where batches come first
	}
	f := rnnCell{weights: n.In[1], recurrent: n.In[2], bias: n.In[3], state: n.In[4], in: b.in, aux: b.aux, auxWeights: n.In[10]}
	r := rnnCell{weights: n.In[5], recurrent: n.In[6], bias: n.In[7], state: n.In[8], in: b.back, aux: b.aux, auxWeights: n.In[11]}
	for _, c := range []*rnnCell{&f, &r} {
		if err := c.sequence(3, o.TimeMajor); err != nil {
			return nil, err
		}
		if err := c.watched(n); err != nil {
			return nil, err
		}
	}
	f.out, r.out = b.outputs(&f.seq, &r.seq)
	n.Stateful, n.MACs = true, f.macs()+r.macs()
	f.seq.Pool, r.seq.Pool = n.Pool, n.Pool
	if err := n.takeRecurrent(f.bytes() + r.bytes()); err != nil {
		return nil, err
	}
	forward, err := f.step(o.Activation, o.AsymmetricQuantizeInputs)
	if err != nil {
		return nil, err
	}
	backward, err := r.step(o.Activation, o.AsymmetricQuantizeInputs)
	if o.TimeMajor && f.weights.DType != tensor.Float32 {
		// TFLite's hybrid kernel goes through the whole sequence once for each of its steps, and the state shows it.
		return n.times(f.seq.Time, both(forward, backward)), err
	}
	return both(forward, backward), err
}

// times runs a Step so many times, or until the context ends.
func (n *Node) times(count int, step Step) Step {
	pool := n.Pool
	return func() error {
		for i := 0; i < count && !pool.Stopped(); i++ {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
}

// both runs one Step after the other.
func both(first, second Step) Step {
	return func() error {
		if err := first(); err != nil {
			return err
		}
		return second()
	}
}

// The operands of BIDIRECTIONAL_SEQUENCE_LSTM, by their places: the weights of each direction are 17 in the order of LSTM.
const (
	biForward, biBackward              = 1, 18
	biForwardState, biBackwardState    = 35, 37 // output state and cell state
	biAux, biForwardAux, biBackwardAux = 39, 40, 44
)

// prepareBidirectionalLSTM: BIDIRECTIONAL_SEQUENCE_LSTM.
func prepareBidirectionalLSTM(n *Node) (Step, error) {
	o := options[tflite.BidirectionalSequenceLSTMOptions](n)
	if len(n.In) != 48 || n.In[0] == nil {
		return nil, malformed("%d inputs, want 48, the first of them there", len(n.In))
	}
	b, err := newBidirectional(n, n.In[biAux], n.In[biForwardAux+1], o.MergeOutputs)
	if err != nil {
		return nil, err
	}
	f, r := b.lstm(b.in, biForward, biForwardState), b.lstm(b.back, biBackward, biBackwardState)
	copy(f.auxWeights[:], n.In[biForwardAux:])
	copy(r.auxWeights[:], n.In[biBackwardAux:])
	for _, l := range []*lstmNode{f, r} {
		l.o = tflite.SequenceLSTMOptions{Activation: o.Activation, CellClip: o.CellClip, ProjClip: o.ProjClip,
			TimeMajor: o.TimeMajor, AsymmetricQuantizeInputs: o.AsymmetricQuantizeInputs}
		if err := l.sequence(3); err != nil {
			return nil, err
		}
		if err := n.takeRecurrent(128*int64(l.seq.Cells) + int64(l.seq.Inputs) + 16*int64(l.seq.Outputs)); err != nil {
			return nil, err
		}
	}
	outF, outR := b.outputs(&f.seq, &r.seq)
	f.n.Out, r.n.Out = []*tensor.Tensor{outF}, []*tensor.Tensor{outR}
	n.Stateful, n.MACs = true, f.macs()+r.macs()
	if err := n.takeRecurrent(256*(int64(f.seq.Cells)+int64(r.seq.Cells)) + 4*int64(f.seq.Inputs)); err != nil {
		return nil, err
	}
	if n.In[0].DType != tensor.Float32 {
		return nil, unsupported("input %s", n.In[0].DType)
	}
	forward, err := f.float()
	if err != nil {
		return nil, err
	}
	backward, err := r.float()
	return both(forward, backward), err
}

// lstm returns one direction as an LSTM with operands of its own.
func (b *bidirectional) lstm(in *tensor.Tensor, weights, states int) *lstmNode {
	one := *b.n
	one.In = append([]*tensor.Tensor{in}, b.n.In[weights:weights+lstmState-1]...)
	one.In = append(one.In, b.n.In[states:states+2]...)
	return &lstmNode{n: &one, aux: b.aux}
}
