package op

import (
	"fmt"
	"math"
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSegmentSum: SEGMENT_SUM adds the rows of operand 0, int32 or float32, that have the same id in operand 1. Ids
// start at 0 and grow by at most 1; there are as many output rows as ids.
func prepareSegmentSum(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareSegmentSum, 1); step != nil {
		return step, nil
	}
	in, ids := n.In[0], n.In[1]
	if err := segmented(n); err != nil {
		return nil, err
	}
	if len(in.Shape) == 0 || len(ids.Shape) != 1 || ids.Shape[0] != in.Shape[0] {
		return nil, malformed("ids %s of rows of %s", ids.Shape, in.Shape)
	}
	rows, err := ascending(tensor.As[int32](ids.Data))
	if err != nil {
		return nil, err
	}
	return segments(n, rows, 1)
}

// ascending checks a SEGMENT_SUM's ids and returns how many there are.
func ascending(ids []int32) (rows int, err error) {
	next := int32(0)
	for i, id := range ids {
		if id != next && (i == 0 || id != next-1) {
			return 0, malformed("id %d is %d, want %d", i, id, next)
		}
		next = id + 1
	}
	return int(next), nil
}

// prepareUnsortedSegment: UNSORTED_SEGMENT_SUM, PROD, MAX and MIN reduce the elements of operand 0, int32 or float32, that
// have the same id in operand 1, whose dimensions are the first of operand 0's; operand 2 says how many ids there are.
func prepareUnsortedSegment(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareUnsortedSegment, 2); step != nil {
		return step, nil
	}
	in, ids, count := n.In[0], n.In[1], n.In[2]
	if err := segmented(n); err != nil {
		return nil, err
	}
	if count.DType != tensor.Int32 {
		return nil, unsupported("number of segments %s", count.DType)
	}
	rows, err := number("number of segments", count)
	if err != nil {
		return nil, err
	}
	prefix := len(ids.Shape)
	if len(count.Shape) > 1 || prefix > len(in.Shape) || !slices.Equal(ids.Shape, in.Shape[:prefix]) {
		return nil, malformed("ids %s of elements of %s, and their number %s", ids.Shape, in.Shape, count.Shape)
	}
	return segments(n, rows, prefix)
}

// segmented checks the types of data and ids.
func segmented(n *Node) error {
	in, ids, out := n.In[0], n.In[1], n.Out[0]
	if in.DType != tensor.Int32 && in.DType != tensor.Float32 || out.DType != in.DType || ids.DType != tensor.Int32 {
		return unsupported("input %s by ids %s with output %s", in.DType, ids.DType, out.DType)
	}
	return nil
}

// segments reduces what follows the first dimensions into as many rows.
func segments(n *Node, rows, first int) (Step, error) {
	var err error
	in := n.In[0]
	dims := append([]int64{int64(rows)}, dimensions(in.Shape[first:])...)
	if n.Out[0].Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	size := product(in.Shape[first:])
	if in.DType == tensor.Int32 {
		return segmentStep[int32](n, rows, size, math.MinInt32, math.MaxInt32), nil
	}
	return segmentStep[float32](n, rows, size, -math.MaxFloat32, math.MaxFloat32), nil
}

// segmentStep's least and most are the type's, without infinity, from which a maximum and a minimum start.
func segmentStep[T int32 | float32](n *Node, rows, size int, least, most T) Step {
	in, ids, out := n.In[0], n.In[1], n.Out[0]
	first, f := T(0), kernel.Sum[T]
	switch n.Op.Code {
	case tflite.OpUnsortedSegmentProd:
		first, f = 1, kernel.Product[T]
	case tflite.OpUnsortedSegmentMax:
		first, f = least, kernel.Larger[T]
	case tflite.OpUnsortedSegmentMin:
		first, f = most, kernel.Smaller[T]
	}
	return func() error {
		bad, ok := kernel.Segments(tensor.As[T](out.Data), tensor.As[T](in.Data), tensor.As[int32](ids.Data), rows, size, first, f)
		if !ok {
			return fmt.Errorf("segment %d of %d", bad, rows)
		}
		return nil
	}
}
