package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// binary checks a binary operator's operands, of one type, and sets the broadcast output's shape. The output takes the
// operands' type whatever the file says of it, as in TFLite's Prepare of ADD, SUB, MUL and DIV.
func binary(n *Node) (*kernel.Broadcast, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != b.DType {
		return nil, unsupported("operands %s and %s", a.DType, b.DType)
	}
	out.DType = a.DType
	w, shape, ok := kernel.NewBroadcast(a.Shape, b.Shape)
	if !ok {
		if max(len(a.Shape), len(b.Shape)) > kernel.MaxRank {
			return nil, unsupported("operands %s and %s: %d dimensions are the most", a.Shape, b.Shape, kernel.MaxRank)
		}
		return nil, malformed("operands %s and %s do not broadcast", a.Shape, b.Shape)
	}
	out.Shape, w.Pool = shape, n.Pool
	n.inPlace(0, 1)
	return &w, nil
}

// prepareAdd: ADD and SUB of two tensors, broadcast. Bytes follow XNNPACK where it takes their scales; int16, and bytes
// of other scales, TFLite's fixed-point rule.
func prepareAdd(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	o, add := options[tflite.ArithmeticOptions](n), n.Op.Code == tflite.OpAdd
	switch d := n.In[0].DType; {
	case d == tensor.Float32:
		return floatStep(n, w, pick(add, kernel.FloatSum, kernel.FloatDifference), o.Activation)
	case d == tensor.Int32:
		return plainStep(n, w, pick(add, kernel.Sum[int32], kernel.Difference), o.Activation)
	case d == tensor.Int64:
		return plainStep(n, w, pick(add, kernel.Sum[int64], kernel.Difference), o.Activation)
	case d == tensor.Int16 && add && !n.Out[0].Quant.Quantized():
		return plainStep(n, w, kernel.Sum[int16], o.Activation)
	case d == tensor.Int8 || d == tensor.Uint8:
		return addBytes(n, w, o.Activation)
	case d == tensor.Int16:
		return addInt16(n, w, o)
	default:
		return nil, unsupported("operands %s", d)
	}
}

func addBytes(n *Node, w *kernel.Broadcast, act tflite.Activation) (Step, error) {
	q, err := binaryQuant(n)
	if err != nil {
		return nil, err
	}
	newAdd, sign := kernel.NewAddQ, int32(1)
	if n.Op.Code == tflite.OpSub {
		newAdd, sign = kernel.NewSubQ, -1
	}
	d := n.In[0].DType
	lo, hi, err := activationXNN(act, d, q.out.Scale, q.out.Zero)
	if err != nil {
		return nil, err
	}
	lo, hi = n.clamped(lo, hi)
	if k, ok := newAdd(q.a.Scale, q.b.Scale, q.out.Scale, q.a.Zero, q.b.Zero, q.out.Zero, lo, hi); ok {
		if d == tensor.Int8 {
			return addStep[int8](n, &k, w), nil
		}
		return addStep[uint8](n, &k, w), nil
	}
	if lo, hi, err = activationRange(act, d, q.out.Scale, q.out.Zero); err != nil {
		return nil, err
	}
	lo, hi = n.clamped(lo, hi)
	return fixedStep(n, w, kernel.SumFixed(q.a, q.b, q.out, sign, 20, lo, hi)), nil
}

func addStep[T int8 | uint8](n *Node, q *kernel.AddQ, w *kernel.Broadcast) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		kernel.Add(q, w, tensor.As[T](out.Data), tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}
}

// addInt16: the options may ask for the older arithmetic, which needs scales that are powers of two; it is taken where
// they are.
func addInt16(n *Node, w *kernel.Broadcast, o tflite.ArithmeticOptions) (Step, error) {
	if n.Op.Options == nil {
		o.PotScaleInt16 = true // the schema's default
	}
	q, err := binaryQuant(n)
	if err != nil {
		return nil, err
	}
	if err := symmetric(q); err != nil {
		return nil, err
	}
	lo, hi, err := activationRange(o.Activation, tensor.Int16, q.out.Scale, 0)
	if err != nil {
		return nil, err
	}
	sign := int32(1)
	if n.Op.Code == tflite.OpSub {
		sign = -1
	}
	a, aPOT := log2(q.a.Scale)
	b, bPOT := log2(q.b.Scale)
	out, outPOT := log2(q.out.Scale)
	if !o.PotScaleInt16 || !aPOT || !bPOT || !outPOT {
		return fixedStep(n, w, kernel.SumFixed(q.a, q.b, q.out, sign, 15, lo, hi)), nil
	}
	if a > out || b > out || a != out && b != out {
		return nil, malformed("scales 2^%d and 2^%d with output scale 2^%d: one must be the output's, none larger", a, b, out)
	}
	return fixedStep(n, w, kernel.SumPOT(min(out-a, 31), min(out-b, 31), sign, lo, hi)), nil
}

// prepareMul: MUL of two tensors, broadcast; bytes as in ADD.
func prepareMul(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	act := options[tflite.ArithmeticOptions](n).Activation
	switch d := n.In[0].DType; {
	case d == tensor.Float32:
		return floatStep(n, w, kernel.FloatProduct, act)
	case d == tensor.Int32:
		return plainStep(n, w, kernel.Product[int32], act)
	case d == tensor.Uint32:
		return plainStep(n, w, kernel.Product[uint32], act)
	case d == tensor.Int64:
		return plainStep(n, w, kernel.Product[int64], act)
	case d == tensor.Int16 && !n.Out[0].Quant.Quantized():
		return plainStep(n, w, kernel.Product[int16], act)
	case d == tensor.Int8 || d == tensor.Uint8 || d == tensor.Int16:
		return mulQuantized(n, w, act)
	case d == tensor.Complex64 && n.Out[0].DType == d && act == tflite.ActNone:
		a, b, out := n.In[0], n.In[1], n.Out[0]
		return func() error {
			kernel.ComplexProduct(w, tensor.As[complex64](out.Data), tensor.As[complex64](a.Data), tensor.As[complex64](b.Data))
			return nil
		}, nil
	default:
		return nil, unsupported("operands %s", d)
	}
}

// squareStep: XNNPACK makes a square of a product of a tensor with itself, which is a table. Source: XNNPACK, subgraph.c
// (optimize_common_subgraphs_mul_to_sqr).
func squareStep(n *Node, q binaryScales, lo, hi int32) Step {
	signed := n.In[0].DType == tensor.Int8
	square := kernel.NewTable(signed, q.a.Scale, q.a.Zero, q.out.Scale, q.out.Zero, func(x float32) float32 { return x * x })
	t := kernel.NewByteTable(signed, func(v int32) int32 {
		y := int32(square[uint8(v)])
		if signed {
			y = int32(int8(y))
		}
		return min(max(y, lo), hi)
	})
	x, y := n.In[0], n.Out[0]
	return func() error {
		t.Map(y.Data, x.Data)
		return nil
	}
}

func mulQuantized(n *Node, w *kernel.Broadcast, act tflite.Activation) (Step, error) {
	q, err := binaryQuant(n)
	if err != nil {
		return nil, err
	}
	d := n.In[0].DType
	if d == tensor.Int16 {
		if err := symmetric(q); err != nil {
			return nil, err
		}
	} else {
		lo, hi, err := activationXNN(act, d, q.out.Scale, q.out.Zero)
		if err != nil {
			return nil, err
		}
		lo, hi = n.clamped(lo, hi)
		f, ok := kernel.NewProductQ(q.a, q.b, q.out, lo, hi)
		switch {
		case ok && n.In[0] == n.In[1]:
			return squareStep(n, q, lo, hi), nil
		case ok && d == tensor.Int8:
			return walkStep(n, tensor.As[int8], func(out, a, b []int8) { kernel.Multiply(f, w, out, a, b) }), nil
		case ok:
			return walkStep(n, tensor.As[uint8], func(out, a, b []uint8) { kernel.Multiply(f, w, out, a, b) }), nil
		}
	}
	lo, hi, err := activationRange(act, d, q.out.Scale, q.out.Zero)
	if err != nil {
		return nil, err
	}
	lo, hi = n.clamped(lo, hi)
	return fixedStep(n, w, kernel.ProductFixed(q.a, q.b, q.out, lo, hi)), nil
}
