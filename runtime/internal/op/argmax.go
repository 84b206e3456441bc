package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareArgMax: ARG_MAX and ARG_MIN along a constant axis; the output, int32 or int64, lacks that dimension.
func prepareArgMax(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareArgMax, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	a, err := number("axis", n.In[1])
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(a, len(in.Shape))
	if err != nil {
		return nil, err
	}
	if in.Shape[axis] == 0 {
		return nil, malformed("axis %d of an input %s has no element", axis, in.Shape)
	}
	g := &kernel.ArgAxis{Outer: product(in.Shape[:axis]), Axis: in.Shape[axis], Inner: product(in.Shape[axis+1:])}
	out.Shape = append(append(tensor.Shape{}, in.Shape[:axis]...), in.Shape[axis+1:]...)
	switch in.DType {
	case tensor.Float32:
		return argMaxStep[float32](n, g)
	case tensor.Int8:
		return argMaxStep[int8](n, g)
	case tensor.Uint8, tensor.Bool:
		return argMaxStep[uint8](n, g)
	case tensor.Int16:
		return argMaxStep[int16](n, g)
	case tensor.Int32:
		return argMaxStep[int32](n, g)
	case tensor.Int64:
		return argMaxStep[int64](n, g)
	}
	return nil, unsupported("input %s", in.DType)
}

func argMaxStep[T kernel.Number](n *Node, g *kernel.ArgAxis) (Step, error) {
	in, out, least := n.In[0], n.Out[0], n.Op.Code == tflite.OpArgMin
	switch out.DType {
	case tensor.Int32:
		return func() error {
			kernel.ArgMax(g, least, tensor.As[int32](out.Data), tensor.As[T](in.Data))
			return nil
		}, nil
	case tensor.Int64:
		return func() error {
			kernel.ArgMax(g, least, tensor.As[int64](out.Data), tensor.As[T](in.Data))
			return nil
		}, nil
	}
	return nil, unsupported("output %s", out.DType)
}

// prepareTopK: TOPK_V2, the constant k largest along the last dimension and, as second output, their places.
func prepareTopK(n *Node) (Step, error) {
	if err := n.operands(2, 2, 2); err != nil {
		return nil, err
	}
	if step := late(n, prepareTopK, 1); step != nil {
		return step, nil
	}
	in := n.In[0]
	k, err := topCount(n.In[1])
	if err != nil {
		return nil, err
	}
	if len(in.Shape) == 0 || k > in.Shape[len(in.Shape)-1] || k < 0 || n.Out[0].DType != in.DType {
		return nil, malformed("the largest %d of %s %s as %s", k, in.DType, in.Shape, n.Out[0].DType)
	}
	shape := append(tensor.Shape{}, in.Shape...)
	shape[len(shape)-1] = k
	n.Out[0].Shape, n.Out[1].Shape = shape, shape
	switch in.DType {
	case tensor.Float32:
		return topKStep[float32](n, k)
	case tensor.Int8:
		return topKStep[int8](n, k)
	case tensor.Uint8:
		return topKStep[uint8](n, k)
	case tensor.Int16:
		return topKStep[int16](n, k)
	case tensor.Int32:
		return topKStep[int32](n, k)
	case tensor.Int64:
		return topKStep[int64](n, k)
	}
	return nil, unsupported("input %s", in.DType)
}

// topCount reads k, one int32 or int16.
func topCount(t *tensor.Tensor) (int, error) {
	if t.DType == tensor.Int16 && constant(t) && t.Shape.Elems() == 1 {
		return int(tensor.As[int16](t.Data)[0]), nil
	}
	return number("k", t)
}

func topKStep[T kernel.Number](n *Node, k int) (Step, error) {
	in, values, places := n.In[0], n.Out[0], n.Out[1]
	depth := in.Shape[len(in.Shape)-1]
	g := &kernel.Top{Depth: depth, K: k, Pool: n.Pool}
	if k == 0 {
		return func() error { return nil }, nil
	}
	switch {
	case places.DType == tensor.Int32:
		return func() error {
			kernel.TopK(g, tensor.As[T](values.Data), tensor.As[int32](places.Data), tensor.As[T](in.Data))
			return nil
		}, nil
	case places.DType == tensor.Int16 && depth < 1<<15:
		return func() error {
			kernel.TopK(g, tensor.As[T](values.Data), tensor.As[int16](places.Data), tensor.As[T](in.Data))
			return nil
		}, nil
	}
	return nil, unsupported("places %s of %d elements", places.DType, depth)
}
