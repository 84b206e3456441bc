package op

import (
	"errors"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// integers checks an integer operator's operands, of one type with the output, and sets the broadcast output's shape.
func integers(n *Node) (*kernel.Broadcast, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if a, b, out := n.In[0], n.In[1], n.Out[0]; a.DType != b.DType || a.DType != out.DType {
		return nil, unsupported("operands %s and %s with output %s", a.DType, b.DType, out.DType)
	}
	return spread(n)
}

// prepareXor: BITWISE_XOR of integers, broadcast.
func prepareXor(n *Node) (Step, error) {
	w, err := integers(n)
	if err != nil {
		return nil, err
	}
	switch n.In[0].DType {
	case tensor.Int8, tensor.Uint8:
		return integerStep(n, w, kernel.Xor[uint8]), nil
	case tensor.Int16, tensor.Uint16:
		return integerStep(n, w, kernel.Xor[uint16]), nil
	case tensor.Int32, tensor.Uint32:
		return integerStep(n, w, kernel.Xor[uint32]), nil
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

// prepareRightShift: RIGHT_SHIFT of integers, broadcast.
func prepareRightShift(n *Node) (Step, error) {
	w, err := integers(n)
	if err != nil {
		return nil, err
	}
	switch n.In[0].DType {
	case tensor.Int8:
		return integerStep(n, w, kernel.RightShift[int8]), nil
	case tensor.Uint8:
		return integerStep(n, w, kernel.RightShift[uint8]), nil
	case tensor.Int16:
		return integerStep(n, w, kernel.RightShift[int16]), nil
	case tensor.Uint16:
		return integerStep(n, w, kernel.RightShift[uint16]), nil
	case tensor.Int32:
		return integerStep(n, w, kernel.RightShift[int32]), nil
	case tensor.Uint32:
		return integerStep(n, w, kernel.RightShift[uint32]), nil
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

func integerStep[T kernel.Number](n *Node, w *kernel.Broadcast, f func(a, b T) T) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		kernel.Integers(w, f, tensor.As[T](out.Data), tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}
}

// prepareFloorDiv: FLOOR_DIV, broadcast; a zero in operand 1 is an error.
func prepareFloorDiv(n *Node) (Step, error) {
	w, err := integers(n)
	if err != nil {
		return nil, err
	}
	switch n.In[0].DType {
	case tensor.Int8:
		return divisionStep(n, w, kernel.FloorDiv[int8]), nil
	case tensor.Int16:
		return divisionStep(n, w, kernel.FloorDiv[int16]), nil
	case tensor.Int32:
		return divisionStep(n, w, kernel.FloorDiv[int32]), nil
	case tensor.Float32:
		return divisionStep(n, w, kernel.FloorDivFloat), nil
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

// prepareFloorMod: FLOOR_MOD, broadcast; a zero in operand 1 is an error for integers and makes NaN of floats.
func prepareFloorMod(n *Node) (Step, error) {
	w, err := integers(n)
	if err != nil {
		return nil, err
	}
	switch n.In[0].DType {
	case tensor.Int8:
		return divisionStep(n, w, kernel.FloorMod[int8]), nil
	case tensor.Int16:
		return divisionStep(n, w, kernel.FloorMod[int16]), nil
	case tensor.Int32:
		return divisionStep(n, w, kernel.FloorMod[int32]), nil
	case tensor.Int64:
		return divisionStep(n, w, kernel.FloorMod[int64]), nil
	case tensor.Float32:
		return integerStep(n, w, kernel.FloorModFloat), nil
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

func divisionStep[T kernel.Number](n *Node, w *kernel.Broadcast, f func(a, b T) T) Step {
	b, run := n.In[1], integerStep(n, w, f)
	return func() error {
		if kernel.HasZero(tensor.As[T](b.Data)) {
			return errors.New("division by zero")
		}
		return run()
	}
}
