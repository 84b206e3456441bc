package op

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSqueeze: SQUEEZE takes away the named dimensions of one element, or all of them if none is named.
func prepareSqueeze(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, list := n.In[0], options[tflite.SqueezeOptions](n).Dims
	gone := make([]bool, len(in.Shape))
	for d, k := range in.Shape {
		gone[d] = len(list) == 0 && k == 1
	}
	for _, a := range list {
		d, err := axisOf(a, len(in.Shape))
		if err != nil {
			return nil, err
		}
		if in.Shape[d] != 1 {
			return nil, malformed("dimension %d of %s is not 1", d, in.Shape)
		}
		gone[d] = true
	}
	shape := tensor.Shape{}
	for d, k := range in.Shape {
		if !gone[d] {
			shape = append(shape, k)
		}
	}
	n.Out[0].Shape = shape
	return sameBytes(n)
}

// prepareExpandDims: EXPAND_DIMS adds a dimension of one element before a constant axis.
func prepareExpandDims(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareExpandDims, 1); step != nil {
		return step, nil
	}
	in := n.In[0]
	a, err := number("axis", n.In[1])
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(a, len(in.Shape)+1)
	if err != nil {
		return nil, err
	}
	n.Out[0].Shape = append(append(append(tensor.Shape{}, in.Shape[:axis]...), 1), in.Shape[axis:]...)
	return sameBytes(n)
}

// sameBytes copies input 0 to output 0, which has another shape.
func sameBytes(n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	if out.DType != in.DType || in.DType.Bytes(8) == 0 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	return copyStep(n), nil
}

// prepareBitcast: BITCAST reads the same bytes as another type. Larger elements become a new last dimension of smaller
// ones, and the other way round.
func prepareBitcast(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	from, to, rank := in.DType.Bytes(1), out.DType.Bytes(1), len(in.Shape)
	if from == 0 || to == 0 || in.DType == tensor.Int4 || out.DType == tensor.Int4 {
		return nil, unsupported("%s to %s", in.DType, out.DType)
	}
	switch {
	case from > to:
		var err error
		if out.Shape, err = sized(append(dimensions(in.Shape), int64(from/to))...); err != nil {
			return nil, err
		}
	case from == to:
		out.Shape = in.Shape
	case rank == 0 || in.Shape[rank-1] != to/from:
		return nil, malformed("%s %s to %s", in.DType, in.Shape, out.DType)
	default:
		out.Shape = in.Shape[:rank-1]
	}
	return copyStep(n), nil
}
