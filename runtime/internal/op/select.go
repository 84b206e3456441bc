package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSelect: SELECT and SELECT_V2, operand 1 where operand 0, bools, is true, and operand 2 elsewhere. SELECT_V2
// broadcasts; SELECT wants operands of one shape and a condition of that, or of its first dimension, or a scalar.
func prepareSelect(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	cond, x, y, out := n.In[0], n.In[1], n.In[2], n.Out[0]
	size, err := movable(x, y, out)
	if err != nil {
		return nil, err
	}
	if cond.DType != tensor.Bool {
		return nil, unsupported("condition %s", cond.DType)
	}
	shape := cond.Shape
	if n.Op.Code == tflite.OpSelect {
		shape, err = rowCondition(cond, x, y)
	} else {
		out.Shape, err = broadcastShape(cond.Shape, x.Shape, y.Shape)
	}
	if err != nil {
		return nil, err
	}
	if n.Op.Code == tflite.OpSelect {
		out.Shape = x.Shape
	}
	n.inPlace(0, 1, 2)
	w := kernel.NewChoice(out.Shape, shape, x.Shape, y.Shape)
	switch size {
	case 1:
		return selectStep[uint8](n, w), nil
	case 2:
		return selectStep[uint16](n, w), nil
	case 4:
		return selectStep[uint32](n, w), nil
	case 8:
		return selectStep[uint64](n, w), nil
	}
	return nil, unsupported("operands %s", x.DType)
}

// rowCondition returns the shape by which a SELECT's condition broadcasts over its operands.
func rowCondition(cond, x, y *tensor.Tensor) (tensor.Shape, error) {
	if !slices.Equal(x.Shape, y.Shape) {
		return nil, malformed("operands %s and %s differ in shape", x.Shape, y.Shape)
	}
	switch {
	case slices.Equal(cond.Shape, x.Shape) || len(cond.Shape) == 0:
		return cond.Shape, nil
	case len(cond.Shape) == 1 && len(x.Shape) > 0 && cond.Shape[0] == x.Shape[0]:
		shape := slices.Repeat(tensor.Shape{1}, len(x.Shape))
		shape[0] = x.Shape[0]
		return shape, nil
	}
	return nil, malformed("condition %s of operands %s", cond.Shape, x.Shape)
}

// broadcastShape returns the shape that several broadcast to.
func broadcastShape(shapes ...tensor.Shape) (tensor.Shape, error) {
	rank := 0
	for _, s := range shapes {
		rank = max(rank, len(s))
	}
	dims := slices.Repeat([]int64{1}, rank)
	for _, s := range shapes {
		for i, d := range s {
			switch at := rank - len(s) + i; {
			case dims[at] == 1:
				dims[at] = int64(d)
			case d != 1 && int64(d) != dims[at]:
				return nil, malformed("operands %v do not broadcast", shapes)
			}
		}
	}
	return sized(dims...)
}

func selectStep[T uint8 | uint16 | uint32 | uint64](n *Node, w *kernel.Choice) Step {
	cond, x, y, out := n.In[0], n.In[1], n.In[2], n.Out[0]
	return func() error {
		kernel.Select(w, tensor.As[T](out.Data), cond.Data, tensor.As[T](x.Data), tensor.As[T](y.Data))
		return nil
	}
}
