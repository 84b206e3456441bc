package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareCast: CAST between integers, which wraps around, and from integers to float32.
func prepareCast(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	var step Step
	switch in.DType {
	case tensor.Int8:
		step = castFrom[int8](n)
	case tensor.Uint8:
		step = castFrom[uint8](n)
	case tensor.Int16:
		step = castFrom[int16](n)
	case tensor.Uint16:
		step = castFrom[uint16](n)
	case tensor.Int32:
		step = castFrom[int32](n)
	case tensor.Uint32:
		step = castFrom[uint32](n)
	case tensor.Int64:
		step = castFrom[int64](n)
	case tensor.Uint64:
		step = castFrom[uint64](n)
	}
	if step == nil {
		return nil, unsupported("%s to %s", in.DType, out.DType)
	}
	return step, nil
}

func castFrom[A kernel.Number](n *Node) Step {
	switch n.Out[0].DType {
	case tensor.Int8:
		return castStep[A, int8](n)
	case tensor.Uint8:
		return castStep[A, uint8](n)
	case tensor.Int16:
		return castStep[A, int16](n)
	case tensor.Uint16:
		return castStep[A, uint16](n)
	case tensor.Int32:
		return castStep[A, int32](n)
	case tensor.Uint32:
		return castStep[A, uint32](n)
	case tensor.Int64:
		return castStep[A, int64](n)
	case tensor.Uint64:
		return castStep[A, uint64](n)
	case tensor.Float32:
		return castStep[A, float32](n)
	}
	return nil
}

func castStep[A, B kernel.Number](n *Node) Step {
	in, out := n.In[0], n.Out[0]
	return func() error {
		kernel.Cast(tensor.As[B](out.Data), tensor.As[A](in.Data))
		return nil
	}
}
