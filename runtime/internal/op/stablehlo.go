package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// joins says which join a StableHLO operator is, or an operator that is the body of another.
func joins(code tflite.OpCode) kernel.Join {
	switch code {
	case tflite.OpStablehloAdd, tflite.OpAdd:
		return kernel.JoinAdd
	case tflite.OpStablehloMultiply, tflite.OpMul:
		return kernel.JoinMul
	case tflite.OpStablehloMaximum, tflite.OpMaximum:
		return kernel.JoinMax
	case tflite.OpStablehloMinimum, tflite.OpMinimum:
		return kernel.JoinMin
	case tflite.OpStablehloAnd:
		return kernel.JoinAnd
	case tflite.OpLogicalAnd:
		return kernel.JoinAll
	case tflite.OpStablehloOr, tflite.OpLogicalOr:
		return kernel.JoinAny
	}
	return kernel.JoinNone
}

// pairwise checks two operands of one type and shape and an output of that type, and sets the output's shape.
func (n *Node) pairwise() error {
	if err := n.operands(2, 2, 1); err != nil {
		return err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != b.DType || a.DType != out.DType {
		return unsupported("operands %s and %s with output %s", a.DType, b.DType, out.DType)
	}
	if !slices.Equal(a.Shape, b.Shape) {
		return malformed("operands are %s and %s", a.Shape, b.Shape)
	}
	out.Shape = a.Shape
	n.inPlace(0, 1)
	return nil
}

// prepareJoin: STABLEHLO_ADD, AND, MAXIMUM, MINIMUM and MULTIPLY, of two tensors of one shape; scales do not matter.
func prepareJoin(n *Node) (Step, error) {
	if err := n.pairwise(); err != nil {
		return nil, err
	}
	run, err := joiner(n.In[0].DType, joins(n.Op.Code))
	if err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		run(out.Data, a.Data, b.Data)
		return nil
	}, nil
}

// joiner returns a join over tensors of the given type. Source: TFLite, stablehlo_elementwise.h.
func joiner(d tensor.DType, j kernel.Join) (func(out, a, b []byte), error) {
	var run func(out, a, b []byte)
	switch d {
	case tensor.Bool:
		run = joinEach(kernel.JoinBool(j))
	case tensor.Float16:
		run = joinEach(kernel.JoinHalf(j))
	case tensor.Float32:
		run = joinEach(kernel.JoinOf[float32](j))
	case tensor.Float64:
		run = joinEach(kernel.JoinOf[float64](j))
	default:
		run = integerJoiner(d, j)
	}
	if run == nil {
		return nil, unsupported("operands %s", d)
	}
	return run, nil
}

func integerJoiner(d tensor.DType, j kernel.Join) func(out, a, b []byte) {
	and := j == kernel.JoinAnd
	switch d {
	case tensor.Int8, tensor.Uint8:
		if and {
			return joinEach(kernel.AndOf[uint8])
		}
		return pick(d == tensor.Int8, joinEach(kernel.JoinOf[int8](j)), joinEach(kernel.JoinOf[uint8](j)))
	case tensor.Int16, tensor.Uint16:
		if and {
			return joinEach(kernel.AndOf[uint16])
		}
		return pick(d == tensor.Int16, joinEach(kernel.JoinOf[int16](j)), joinEach(kernel.JoinOf[uint16](j)))
	case tensor.Int32, tensor.Uint32:
		if and {
			return joinEach(kernel.AndOf[uint32])
		}
		return pick(d == tensor.Int32, joinEach(kernel.JoinOf[int32](j)), joinEach(kernel.JoinOf[uint32](j)))
	case tensor.Int64, tensor.Uint64:
		if and {
			return joinEach(kernel.AndOf[uint64])
		}
		return pick(d == tensor.Int64, joinEach(kernel.JoinOf[int64](j)), joinEach(kernel.JoinOf[uint64](j)))
	}
	return nil
}

// joinEach is kernel.JoinEach over bytes; nil where there is no join.
func joinEach[T kernel.Number](f func(a, b T) T) func(out, a, b []byte) {
	if f == nil {
		return nil
	}
	return func(out, a, b []byte) { kernel.JoinEach(f, tensor.As[T](out), tensor.As[T](a), tensor.As[T](b)) }
}

// prepareShiftLeft: STABLEHLO_SHIFT_LEFT of int8, int16 or int32.
func prepareShiftLeft(n *Node) (Step, error) {
	if err := n.pairwise(); err != nil {
		return nil, err
	}
	var run func(out, a, b []byte)
	switch n.In[0].DType {
	case tensor.Int8:
		run = joinEach(kernel.ShiftLeft[int8])
	case tensor.Int16:
		run = joinEach(kernel.ShiftLeft[int16])
	case tensor.Int32:
		run = joinEach(kernel.ShiftLeft[int32])
	default:
		return nil, unsupported("operands %s", n.In[0].DType)
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		run(out.Data, a.Data, b.Data)
		return nil
	}, nil
}
