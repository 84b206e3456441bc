package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareFill: FILL of a constant shape with one value.
func prepareFill(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareFill, 0); step != nil {
		return step, nil
	}
	value, out := n.In[1], n.Out[0]
	if _, err := movable(value, out); err != nil {
		return nil, err
	}
	shape, err := numbers("shape", n.In[0])
	if err != nil {
		return nil, err
	}
	if value.Shape.Elems() != 1 {
		return nil, malformed("value is %s, want a scalar", value.Shape)
	}
	if out.Shape, err = sized(dimensions(shape)...); err != nil {
		return nil, err
	}
	return func() error {
		kernel.Fill(out.Data, value.Data)
		return nil
	}, nil
}

// prepareZerosLike: ZEROS_LIKE, the input's shape filled with zeros.
func prepareZerosLike(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	switch in.DType {
	case tensor.Float32, tensor.Int32, tensor.Int64:
	default:
		return nil, unsupported("input %s", in.DType)
	}
	if _, err := movable(in, out); err != nil {
		return nil, err
	}
	out.Shape = in.Shape
	n.inPlace(0)
	return func() error {
		clear(out.Data)
		return nil
	}, nil
}

// prepareRange: RANGE from start, below limit, by delta, all constant.
func prepareRange(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareRange, 0, 1, 2); step != nil {
		return step, nil
	}
	for i, t := range n.In {
		if t.DType != n.Out[0].DType || t.Shape.Elems() != 1 {
			return nil, malformed("operand %d is %s %s, output %s", i, t.DType, t.Shape, n.Out[0].DType)
		}
		if !constant(t) {
			return nil, unsupported("operand %q is computed, not constant", t.Name)
		}
	}
	switch n.Out[0].DType {
	case tensor.Int32:
		return rangeStep(n, wholeRange[int32])
	case tensor.Int64:
		return rangeStep(n, wholeRange[int64])
	case tensor.Float32:
		return rangeStep(n, func(start, limit, delta float32) float64 {
			return math.Ceil(float64((limit - start) / delta))
		})
	}
	return nil, unsupported("operands %s", n.Out[0].DType)
}

// wholeRange counts the integers from start on, delta apart, that come before limit.
func wholeRange[T int32 | int64](start, limit, delta T) float64 {
	span, step := uint64(int64(limit))-uint64(int64(start)), uint64(int64(delta))
	if delta < 0 {
		span, step = -span, -step
	}
	count := span / step
	if span%step != 0 {
		count++
	}
	return float64(count)
}

// rangeStep sets the output's shape by size, which counts the elements.
func rangeStep[T int32 | int64 | float32](n *Node, size func(start, limit, delta T) float64) (Step, error) {
	out := n.Out[0]
	start, limit, delta := tensor.As[T](n.In[0].Data)[0], tensor.As[T](n.In[1].Data)[0], tensor.As[T](n.In[2].Data)[0]
	if !(start <= limit && delta > 0 || start >= limit && delta < 0) {
		return nil, malformed("range from %v to %v by %v", start, limit, delta)
	}
	count := size(start, limit, delta)
	if !(count <= maxElems) {
		return nil, malformed("range from %v to %v by %v has over %d elements", start, limit, delta, maxElems)
	}
	out.Shape = tensor.Shape{int(count)}
	return func() error {
		kernel.Range(tensor.As[T](out.Data), start, delta)
		return nil
	}, nil
}

// prepareOneHot: ONE_HOT of int32 or int64 indices: along a new dimension of constant depth, the on value at the index and
// the off value elsewhere.
func prepareOneHot(n *Node) (Step, error) {
	if err := n.operands(4, 4, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareOneHot, 1); step != nil {
		return step, nil
	}
	at, on, off, out := n.In[0], n.In[2], n.In[3], n.Out[0]
	size, err := movable(on, off, out)
	if err != nil {
		return nil, err
	}
	depth, err := number("depth", n.In[1])
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(options[tflite.OneHotOptions](n).Axis, len(at.Shape)+1)
	if err != nil {
		return nil, err
	}
	if on.Shape.Elems() != 1 || off.Shape.Elems() != 1 {
		return nil, malformed("on value %s and off value %s, want one element each", on.Shape, off.Shape)
	}
	dims := append(dimensions(at.Shape[:axis]), int64(depth))
	if out.Shape, err = sized(append(dims, dimensions(at.Shape[axis:])...)...); err != nil {
		return nil, err
	}
	inner := product(at.Shape[axis:])
	if at.DType != tensor.Int32 && at.DType != tensor.Int64 {
		return nil, unsupported("indices %s", at.DType)
	}
	return func() error {
		kernel.Fill(out.Data, off.Data)
		if at.DType == tensor.Int32 {
			kernel.OneHot(out.Data, on.Data[:size], tensor.As[int32](at.Data), depth, inner)
		} else {
			kernel.OneHot(out.Data, on.Data[:size], tensor.As[int64](at.Data), depth, inner)
		}
		return nil
	}, nil
}

// prepareShape: SHAPE, the input's dimensions. They are known now, so they become a constant.
func prepareShape(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	return known(n, tensor.Shape{len(n.In[0].Shape)}, n.In[0].Shape)
}

// prepareRank: RANK, the number of the input's dimensions, as a scalar constant.
func prepareRank(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	return known(n, tensor.Shape{}, []int{len(n.In[0].Shape)})
}

// known makes the output a constant of int32 or int64.
func known(n *Node, shape tensor.Shape, values []int) (Step, error) {
	out := n.Out[0]
	if out.DType != tensor.Int32 && out.DType != tensor.Int64 {
		return nil, unsupported("output %s", out.DType)
	}
	out.Shape, out.Data = shape, make([]byte, out.DType.Bytes(len(values)))
	for i, v := range values {
		if out.DType == tensor.Int32 {
			tensor.As[int32](out.Data)[i] = int32(v)
		} else {
			tensor.As[int64](out.Data)[i] = int64(v)
		}
	}
	return nil, nil
}

// prepareBroadcastArgs: BROADCAST_ARGS, the shape that two shapes broadcast to.
func prepareBroadcastArgs(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if _, err := movable(a, b, out); err != nil {
		return nil, err
	}
	if len(a.Shape) != 1 || len(b.Shape) != 1 {
		return nil, malformed("shapes are %s and %s, want 1 dimension each", a.Shape, b.Shape)
	}
	out.Shape = tensor.Shape{max(a.Shape[0], b.Shape[0])}
	switch out.DType {
	case tensor.Int32:
		return broadcastArgs[int32](n), nil
	case tensor.Int64:
		return broadcastArgs[int64](n), nil
	}
	return nil, unsupported("shapes %s", out.DType)
}

func broadcastArgs[T int32 | int64](n *Node) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		x, y, z := tensor.As[T](a.Data), tensor.As[T](b.Data), tensor.As[T](out.Data)
		if len(x) < len(y) {
			x, y = y, x
		}
		copy(z, x)
		for i, d := range y {
			switch at := len(x) - len(y) + i; {
			case x[at] == 1:
				z[at] = d
			case d != 1 && d != x[at]:
				return malformed("shapes %v and %v do not broadcast", x, y)
			}
		}
		return nil
	}
}
