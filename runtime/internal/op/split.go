package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSplit: SPLIT of operand 1 along the axis in operand 0, into as many equal parts as there are outputs.
func prepareSplit(n *Node) (Step, error) {
	count := options[tflite.SplitOptions](n).NumSplits
	if err := n.operands(2, 2, len(n.Out)); err != nil {
		return nil, err
	}
	if step := late(n, prepareSplit, 0); step != nil {
		return step, nil
	}
	in := n.In[1]
	axis, err := splitAxis(n.In[0], in)
	if err != nil {
		return nil, err
	}
	if count != len(n.Out) || count == 0 || in.Shape[axis]%count != 0 {
		return nil, malformed("%d parts of dimension %d of %s for %d outputs", count, axis, in.Shape, len(n.Out))
	}
	sizes := make([]int, count)
	for i := range sizes {
		sizes[i] = in.Shape[axis] / count
	}
	return splitStep(n, in, axis, sizes)
}

// prepareSplitV: SPLIT_V of operand 0 along the axis in operand 2, into parts of the sizes in operand 1; one of them may be
// -1, the rest.
func prepareSplitV(n *Node) (Step, error) {
	if err := n.operands(3, 3, len(n.Out)); err != nil {
		return nil, err
	}
	if step := late(n, prepareSplitV, 1, 2); step != nil {
		return step, nil
	}
	in := n.In[0]
	axis, err := splitAxis(n.In[2], in)
	if err != nil {
		return nil, err
	}
	sizes, err := numbers("sizes", n.In[1])
	if err != nil {
		return nil, err
	}
	rest, sum := -1, int64(0)
	for i, s := range sizes {
		switch {
		case s == -1 && rest < 0:
			rest = i
		case s < 0:
			return nil, malformed("part %d has size %d", i, s)
		default:
			sum += int64(s)
		}
	}
	if left := int64(in.Shape[axis]) - sum; rest >= 0 && left >= 0 {
		sizes[rest], sum = int(left), sum+left
	}
	if sum != int64(in.Shape[axis]) || len(sizes) != len(n.Out) {
		return nil, malformed("parts %v of dimension %d of %s for %d outputs", sizes, axis, in.Shape, len(n.Out))
	}
	return splitStep(n, in, axis, sizes)
}

func splitAxis(axis, in *tensor.Tensor) (int, error) {
	a, err := number("axis", axis)
	if err != nil {
		return 0, err
	}
	return axisOf(a, len(in.Shape))
}

// splitStep copies parts of in, of the given sizes along an axis, to the outputs.
func splitStep(n *Node, in *tensor.Tensor, axis int, sizes []int) (Step, error) {
	elem, err := movable(in, n.Out...)
	if err != nil {
		return nil, err
	}
	outer, inner, at := product(in.Shape[:axis]), product(in.Shape[axis+1:]), 0
	moves := make([]*kernel.Move, len(sizes))
	for i, s := range sizes {
		shape := append(tensor.Shape{}, in.Shape...)
		shape[axis] = s
		n.Out[i].Shape = shape
		moves[i] = kernel.NewMove(elem, at, 0, kernel.Axis{N: outer, In: in.Shape[axis] * inner, Out: s * inner},
			kernel.Axis{N: s * inner, In: 1, Out: 1})
		at += s * inner
	}
	if len(moves) == 1 { // a part that is all
		return copyOf(n, slices.Index(n.In, in)), nil
	}
	outs := n.Out
	return func() error {
		for i, m := range moves {
			m.Run(outs[i].Data, in.Data)
		}
		return nil
	}, nil
}

// prepareUnpack: UNPACK takes one dimension apart; each output is a slice of thickness one, without that dimension.
func prepareUnpack(n *Node) (Step, error) {
	o := options[tflite.UnpackOptions](n)
	if err := n.operands(1, 1, len(n.Out)); err != nil {
		return nil, err
	}
	in := n.In[0]
	axis, err := axisOf(o.Axis, len(in.Shape))
	if err != nil {
		return nil, err
	}
	if o.Num != len(n.Out) || o.Num != in.Shape[axis] {
		return nil, malformed("%d parts of dimension %d of %s for %d outputs", o.Num, axis, in.Shape, len(n.Out))
	}
	sizes := make([]int, o.Num)
	for i := range sizes {
		sizes[i] = 1
	}
	step, err := splitStep(n, in, axis, sizes)
	if err != nil {
		return nil, err
	}
	for _, out := range n.Out {
		out.Shape = append(append(tensor.Shape{}, in.Shape[:axis]...), in.Shape[axis+1:]...)
	}
	return step, nil
}

// preparePack: PACK puts tensors of one shape side by side along a new dimension.
func preparePack(n *Node) (Step, error) {
	o := options[tflite.PackOptions](n)
	if err := n.operands(1, 1<<16, 1); err != nil {
		return nil, err
	}
	first, out := n.In[0], n.Out[0]
	size, err := movable(out, n.In...)
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(o.Axis, len(first.Shape)+1)
	if err != nil {
		return nil, err
	}
	if o.ValuesCount != len(n.In) {
		return nil, malformed("%d values for %d operands", o.ValuesCount, len(n.In))
	}
	dims := dimensions(first.Shape[:axis])
	dims = append(append(dims, int64(len(n.In))), dimensions(first.Shape[axis:])...)
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	outer, inner := product(first.Shape[:axis]), product(first.Shape[axis:])
	moves := make([]*kernel.Move, len(n.In))
	for i, t := range n.In {
		if !slices.Equal(t.Shape, first.Shape) {
			return nil, malformed("operand %d is %s, the first %s", i, t.Shape, first.Shape)
		}
		moves[i] = kernel.NewMove(size, 0, i*inner, kernel.Axis{N: outer, In: inner, Out: len(n.In) * inner},
			kernel.Axis{N: inner, In: 1, Out: 1})
	}
	if len(moves) == 1 {
		return copyStep(n), nil
	}
	ins := n.In
	return func() error {
		for i, m := range moves {
			m.Run(out.Data, ins[i].Data)
		}
		return nil
	}, nil
}
