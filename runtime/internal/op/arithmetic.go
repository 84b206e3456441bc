package op

import (
	"errors"
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareAdd: ADD of two int8, uint8 or int32 tensors, broadcast.
func prepareAdd(n *Node) (Step, error) {
	if len(n.In) == 2 && n.In[0] != nil && n.In[0].DType == tensor.Int32 {
		return prepareInt32(n)
	}
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != tensor.Int8 && a.DType != tensor.Uint8 {
		return nil, unsupported("operands %s", a.DType)
	}
	aScale, aZero, err := perTensor("operand", a)
	if err != nil {
		return nil, err
	}
	bScale, bZero, err := perTensor("operand", b)
	if err != nil {
		return nil, err
	}
	scale, zero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	lo, hi, err := activationRange(options[tflite.ArithmeticOptions](n).Activation, out.DType, scale, zero)
	if err != nil {
		return nil, err
	}
	q, ok := kernel.NewAddQ(aScale, bScale, scale, aZero, bZero, zero, lo, hi)
	if !ok {
		return nil, unsupported("scales %g and %g with output scale %g: ratios of 1/1024 to 256 are", aScale, bScale, scale)
	}
	if a.DType == tensor.Int8 {
		return addStep[int8](n, &q, w), nil
	}
	return addStep[uint8](n, &q, w), nil
}

func addStep[T int8 | uint8](n *Node, q *kernel.AddQ, w *kernel.Broadcast) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		kernel.Add(q, w, tensor.As[T](out.Data), tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}
}

// binary checks a binary operator's operands, of one type, and sets the broadcast output's shape.
func binary(n *Node) (*kernel.Broadcast, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != b.DType || a.DType != out.DType {
		return nil, unsupported("operands %s and %s with output %s", a.DType, b.DType, out.DType)
	}
	w, shape, ok := kernel.NewBroadcast(a.Shape, b.Shape)
	if !ok {
		if max(len(a.Shape), len(b.Shape)) > kernel.MaxRank {
			return nil, unsupported("operands %s and %s: %d dimensions are the most", a.Shape, b.Shape, kernel.MaxRank)
		}
		return nil, malformed("operands %s and %s do not broadcast", a.Shape, b.Shape)
	}
	out.Shape = shape
	return &w, nil
}

// prepareInt32: ADD, MUL, DIV, MAXIMUM and MINIMUM of two int32 tensors, broadcast. Sums and products wrap around;
// quotients are cut towards zero.
func prepareInt32(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != tensor.Int32 {
		return nil, unsupported("operands %s", a.DType)
	}
	lo, hi := int32(math.MinInt32), int32(math.MaxInt32)
	switch options[tflite.ArithmeticOptions](n).Activation {
	case tflite.ActNone:
	case tflite.ActRelu:
		lo = 0
	case tflite.ActRelu6:
		lo, hi = 0, 6
	case tflite.ActReluN1To1:
		lo, hi = -1, 1
	default:
		return nil, unsupported("fused activation")
	}
	f := int32Op(n.Op.Code)
	refuseZero := n.Op.Code == tflite.OpDiv
	return func() error {
		if !kernel.Int32(w, f, refuseZero, lo, hi, tensor.As[int32](out.Data), tensor.As[int32](a.Data), tensor.As[int32](b.Data)) {
			return errors.New("division by zero")
		}
		return nil
	}, nil
}

func int32Op(code tflite.OpCode) kernel.Int32Op {
	switch code {
	case tflite.OpAdd:
		return func(a, b int32) int32 { return a + b }
	case tflite.OpMul:
		return func(a, b int32) int32 { return a * b }
	case tflite.OpDiv:
		return func(a, b int32) int32 { return a / b }
	case tflite.OpMaximum:
		return func(a, b int32) int32 { return max(a, b) }
	default:
		return func(a, b int32) int32 { return min(a, b) }
	}
}
