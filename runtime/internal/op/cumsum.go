package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareCumsum: CUMSUM along a constant axis.
func prepareCumsum(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareCumsum, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	if _, err := movable(in, out); err != nil {
		return nil, err
	}
	a, err := number("axis", n.In[1])
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(a, len(in.Shape))
	if err != nil {
		return nil, err
	}
	out.Shape = in.Shape
	switch in.DType {
	case tensor.Float32:
		return cumsumStep[float32](n, axis), nil
	case tensor.Int32:
		return cumsumStep[int32](n, axis), nil
	case tensor.Int64:
		return cumsumStep[int64](n, axis), nil
	}
	return nil, unsupported("input %s", in.DType)
}

func cumsumStep[T float32 | int32 | int64](n *Node, axis int) Step {
	o, in, out := options[tflite.CumsumOptions](n), n.In[0], n.Out[0]
	count, inner := in.Shape[axis], product(in.Shape[axis+1:])
	return func() error {
		kernel.Cumsum(tensor.As[T](out.Data), tensor.As[T](in.Data), count, inner, o.Exclusive, o.Reverse)
		return nil
	}
}
