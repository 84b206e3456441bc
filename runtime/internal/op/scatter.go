package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareScatterND: SCATTER_ND adds the updates in operand 1 [K…,S…] into zeros of the constant shape [D…,S…] in operand
// 2, where the index tuples in operand 0 [K…,len(D)] say.
func prepareScatterND(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareScatterND, 2); step != nil {
		return step, nil
	}
	at, updates, out := n.In[0], n.In[1], n.Out[0]
	size, err := movable(updates, out)
	if err != nil {
		return nil, err
	}
	shape, err := numbers("shape", n.In[2])
	if err != nil {
		return nil, err
	}
	if out.Shape, err = sized(dimensions(shape)...); err != nil {
		return nil, err
	}
	if len(at.Shape) == 0 {
		return nil, malformed("indices are a scalar")
	}
	tuples, depth := at.Shape[:len(at.Shape)-1], at.Shape[len(at.Shape)-1]
	if depth > len(shape) || !slices.Equal(updates.Shape, append(slices.Clone(tuples), shape[depth:]...)) {
		return nil, malformed("updates %s at %s into %s", updates.Shape, at.Shape, out.Shape)
	}
	nested, count := kernel.NewNested(shape[:depth], product(shape[depth:])*size), product(tuples)
	switch at.DType {
	case tensor.Int32:
		return scatterNDStep[int32](n, nested, count)
	case tensor.Int64:
		return scatterNDStep[int64](n, nested, count)
	}
	return nil, unsupported("indices %s", at.DType)
}

func scatterNDStep[I kernel.Index](n *Node, nested *kernel.Nested, count int) (Step, error) {
	at, updates, out := n.In[0], n.In[1], n.Out[0]
	switch updates.DType {
	case tensor.Float32:
		return scatterSum[float32, I](n, nested, count), nil
	case tensor.Int8:
		return scatterSum[int8, I](n, nested, count), nil
	case tensor.Uint8:
		return scatterSum[uint8, I](n, nested, count), nil
	case tensor.Int16:
		return scatterSum[int16, I](n, nested, count), nil
	case tensor.Int32:
		return scatterSum[int32, I](n, nested, count), nil
	case tensor.Int64:
		return scatterSum[int64, I](n, nested, count), nil
	case tensor.Bool:
		return func() error {
			return outside(kernel.ScatterBool(nested, count, out.Data, updates.Data, tensor.As[I](at.Data)))
		}, nil
	}
	return nil, unsupported("updates %s", updates.DType)
}

func scatterSum[T kernel.Summand, I kernel.Index](n *Node, nested *kernel.Nested, count int) Step {
	at, updates, out, elem := n.In[0], n.In[1], n.Out[0], n.Out[0].DType.Bytes(1)
	return func() error {
		return outside(kernel.ScatterND(nested, count, elem, tensor.As[T](out.Data), tensor.As[T](updates.Data), tensor.As[I](at.Data)))
	}
}

// prepareSparseToDense: SPARSE_TO_DENSE fills the constant shape in operand 1 with the value in operand 3 and puts the
// values in operand 2, one for each index tuple in operand 0 or one for all, into their places. Indices without a second
// dimension are tuples of one.
func prepareSparseToDense(n *Node) (Step, error) {
	if err := n.operands(4, 4, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareSparseToDense, 1); step != nil {
		return step, nil
	}
	at, values, rest, out := n.In[0], n.In[2], n.In[3], n.Out[0]
	size, err := movable(values, rest, out)
	if err != nil {
		return nil, err
	}
	shape, err := numbers("shape", n.In[1])
	if err != nil {
		return nil, err
	}
	if out.Shape, err = sized(dimensions(shape)...); err != nil {
		return nil, err
	}
	count, depth := at.Shape.Elems(), 1
	if len(at.Shape) == 2 {
		count, depth = at.Shape[0], at.Shape[1]
	}
	scalar := len(values.Shape) == 0
	if len(at.Shape) > 2 || depth != len(shape) || !scalar && values.Shape.Elems() != count || rest.Shape.Elems() != 1 {
		return nil, malformed("values %s and %s at %s into %s", values.Shape, rest.Shape, at.Shape, out.Shape)
	}
	nested := kernel.NewNested(shape, size)
	switch at.DType {
	case tensor.Int32:
		return sparseStep[int32](n, nested, count, scalar), nil
	case tensor.Int64:
		return sparseStep[int64](n, nested, count, scalar), nil
	}
	return nil, unsupported("indices %s", at.DType)
}

func sparseStep[I kernel.Index](n *Node, nested *kernel.Nested, count int, scalar bool) Step {
	at, values, rest, out := n.In[0], n.In[2], n.In[3], n.Out[0]
	return func() error {
		kernel.Fill(out.Data, rest.Data)
		return outside(kernel.ScatterSet(nested, count, scalar, out.Data, values.Data, tensor.As[I](at.Data)))
	}
}
