package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareUnique: UNIQUE gives the distinct elements of a vector, in order of their first appearance, and the place of each
// element among them, int32 or int64.
func prepareUnique(n *Node) (Step, error) {
	if err := n.operands(1, 1, 2); err != nil {
		return nil, err
	}
	in, values, index := n.In[0], n.Out[0], n.Out[1]
	if values.DType != in.DType {
		return nil, unsupported("input %s with output %s", in.DType, values.DType)
	}
	want := tensor.Int32
	if n.Op.Options != nil {
		want = options[tflite.UniqueOptions](n).IndexType
	}
	if index.DType != want || want != tensor.Int32 && want != tensor.Int64 {
		return nil, malformed("indices are %s, the options say %s", index.DType, want)
	}
	if len(in.Shape) != 1 {
		return nil, malformed("input is %s, want one dimension", in.Shape)
	}
	n.Dynamic = true
	switch in.DType {
	case tensor.Float32:
		return uniqueStep[float32](n)
	case tensor.Int8:
		return uniqueStep[int8](n)
	case tensor.Uint8:
		return uniqueStep[uint8](n)
	case tensor.Int16:
		return uniqueStep[int16](n)
	case tensor.Int32:
		return uniqueStep[int32](n)
	case tensor.Int64:
		return uniqueStep[int64](n)
	}
	return nil, unsupported("input %s", in.DType)
}

func uniqueStep[T int8 | uint8 | int16 | int32 | int64 | float32](n *Node) (Step, error) {
	in, values, index := n.In[0], n.Out[0], n.Out[1]
	const order, place = 8, 4 // bytes of an element in each
	count := int64(in.Shape[0])
	n.Work = 32 * count // of sorting
	if err := n.take(count * int64(order+place+in.DType.Bytes(1))); err != nil {
		return nil, err
	}
	u, distinct, places := kernel.NewUnique[T](in.Shape[0]), make([]T, in.Shape[0]), make([]int32, in.Shape[0])
	u.Pool = n.Pool
	return func() error {
		count := u.Run(distinct, tensor.As[T](in.Data), places)
		if err := n.Grow(values, tensor.Shape{count}); err != nil {
			return err
		}
		if err := n.Grow(index, in.Shape); err != nil {
			return err
		}
		copy(tensor.As[T](values.Data), distinct)
		if index.DType == tensor.Int32 {
			copy(tensor.As[int32](index.Data), places)
			return nil
		}
		for i, p := range places {
			tensor.As[int64](index.Data)[i] = int64(p)
		}
		return nil
	}, nil
}
