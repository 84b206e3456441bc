package op

import (
	"cmp"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// comparison checks a comparison's operands, of one type, and sets the broadcast output's shape.
func comparison(n *Node) (*kernel.Broadcast, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != b.DType || out.DType != tensor.Bool {
		return nil, unsupported("operands %s and %s with output %s", a.DType, b.DType, out.DType)
	}
	return spread(n)
}

// spread sets the output's shape to what operands 0 and 1 broadcast to.
func spread(n *Node) (*kernel.Broadcast, error) {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	shape, err := broadcastShape(a.Shape, b.Shape)
	if err != nil {
		return nil, err
	}
	w, _, ok := kernel.NewBroadcast(a.Shape, b.Shape)
	if !ok {
		return nil, unsupported("operands %s and %s: %d dimensions are the most", a.Shape, b.Shape, kernel.MaxRank)
	}
	out.Shape, w.Pool = shape, n.Pool
	n.inPlace(0, 1)
	return &w, nil
}

// prepareCompare: EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER and GREATER_EQUAL, broadcast. Quantized numbers are brought
// to a common scale first.
func prepareCompare(n *Node) (Step, error) {
	w, err := comparison(n)
	if err != nil {
		return nil, err
	}
	switch a := n.In[0]; a.DType {
	case tensor.String:
		return compareStrings(n, w)
	case tensor.Float32:
		return compareStep(n, w, ordering[float32](n.Op.Code)), nil
	case tensor.Int32:
		return compareStep(n, w, ordering[int32](n.Op.Code)), nil
	case tensor.Int64:
		return compareStep(n, w, ordering[int64](n.Op.Code)), nil
	case tensor.Int8:
		return compareScaled[int8](n, w)
	case tensor.Uint8:
		return compareScaled[uint8](n, w)
	case tensor.Int16:
		if equality(n.Op.Code) && a.Quant.Quantized() {
			return compareScaled[int16](n, w)
		}
		return compareStep(n, w, ordering[int16](n.Op.Code)), nil
	case tensor.Bool:
		if equality(n.Op.Code) {
			return compareStep(n, w, func(a, b uint8) bool { return (a != 0) == (b != 0) == (n.Op.Code == tflite.OpEqual) }), nil
		}
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

func equality(code tflite.OpCode) bool { return code == tflite.OpEqual || code == tflite.OpNotEqual }

// ordering returns the comparison that an operator makes; NaN equals nothing.
func ordering[T cmp.Ordered](code tflite.OpCode) func(a, b T) bool {
	switch code {
	case tflite.OpEqual:
		return func(a, b T) bool { return a == b }
	case tflite.OpNotEqual:
		return func(a, b T) bool { return a != b }
	case tflite.OpLess:
		return func(a, b T) bool { return a < b }
	case tflite.OpLessEqual:
		return func(a, b T) bool { return a <= b }
	case tflite.OpGreater:
		return func(a, b T) bool { return a > b }
	default:
		return func(a, b T) bool { return a >= b }
	}
}

func compareStep[T float32 | int32 | int64 | int16 | uint8](n *Node, w *kernel.Broadcast, f func(a, b T) bool) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		kernel.Compare(w, f, out.Data, tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}
}

func compareScaled[T int8 | uint8 | int16](n *Node, w *kernel.Broadcast) (Step, error) {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	aScale, aZero, err := perTensor("operand", a)
	if err != nil {
		return nil, err
	}
	bScale, bZero, err := perTensor("operand", b)
	if err != nil {
		return nil, err
	}
	qa, qb, f := kernel.NewScaled(aScale, aZero), kernel.NewScaled(bScale, bZero), ordering[int32](n.Op.Code)
	return func() error {
		kernel.CompareScaled(w, f, qa, qb, out.Data, tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}, nil
}

// prepareLogical: LOGICAL_AND and LOGICAL_OR of bools, broadcast.
func prepareLogical(n *Node) (Step, error) {
	w, err := comparison(n)
	if err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != tensor.Bool {
		return nil, unsupported("operands %s", a.DType)
	}
	f := func(a, b bool) bool { return a && b }
	if n.Op.Code == tflite.OpLogicalOr {
		f = func(a, b bool) bool { return a || b }
	}
	return func() error {
		kernel.Logic(w, f, out.Data, a.Data, b.Data)
		return nil
	}, nil
}

// prepareLogicalNot: LOGICAL_NOT of bools.
func prepareLogicalNot(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.Bool || out.DType != tensor.Bool {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	out.Shape = in.Shape
	n.inPlace(0)
	return func() error {
		kernel.Not(out.Data, in.Data)
		return nil
	}, nil
}
