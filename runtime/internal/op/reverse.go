package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareReverse: REVERSE_V2 along constant axes.
func prepareReverse(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareReverse, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	list, err := numbers("axes", n.In[1])
	if err != nil {
		return nil, err
	}
	axes, at := boxAxes(in.Shape, in.Shape, in.Shape), 0
	for i, a := range list {
		d, err := axisOf(a, len(in.Shape))
		if err != nil {
			return nil, err
		}
		if axes[d].In < 0 || slices.Contains(list[:i], a) {
			return nil, malformed("axis %d stands twice", a)
		}
		at += (in.Shape[d] - 1) * axes[d].In
		axes[d].In = -axes[d].In
	}
	out.Shape = in.Shape
	m := kernel.NewMove(size, at, 0, axes...)
	return func() error {
		m.Run(out.Data, in.Data)
		return nil
	}, nil
}

// prepareReverseSequence: REVERSE_SEQUENCE reverses the first elements along one dimension, as many as operand 1 says for
// each index of another.
func prepareReverseSequence(n *Node) (Step, error) {
	o := options[tflite.ReverseSequenceOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, lengths, out := n.In[0], n.In[1], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	s, rank := in.Shape, len(in.Shape)
	if o.SeqDim < 0 || o.SeqDim >= rank || o.BatchDim < 0 || o.BatchDim >= rank || o.SeqDim == o.BatchDim {
		return nil, malformed("sequences along dimension %d by batches along %d of %s", o.SeqDim, o.BatchDim, s)
	}
	if len(lengths.Shape) != 1 || lengths.Shape[0] != s[o.BatchDim] {
		return nil, malformed("lengths are %s, batches %d", lengths.Shape, s[o.BatchDim])
	}
	out.Shape = s
	first, second := min(o.SeqDim, o.BatchDim), max(o.SeqDim, o.BatchDim)
	g := &kernel.Sequences{A: product(s[:first]), B: s[first], C: product(s[first+1 : second]), D: s[second],
		Size: product(s[second+1:]) * size, SequenceFirst: o.SeqDim < o.BatchDim}
	switch lengths.DType {
	case tensor.Int32:
		return reverseStep[int32](n, g), nil
	case tensor.Int64:
		return reverseStep[int64](n, g), nil
	}
	return nil, unsupported("lengths %s", lengths.DType)
}

func reverseStep[I kernel.Index](n *Node, g *kernel.Sequences) Step {
	in, lengths, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		return outside(kernel.ReverseSequence(g, out.Data, in.Data, tensor.As[I](lengths.Data)))
	}
}
