package op

import (
	"errors"
	"math"
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareDiv: DIV of two float32, int32 or quantized tensors, broadcast.
func prepareDiv(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	act, b := options[tflite.ArithmeticOptions](n).Activation, n.In[1]
	switch n.In[0].DType {
	case tensor.Float32:
		return floatStep(n, w, kernel.FloatQuotient, act)
	case tensor.Int32:
		step, err := plainStep(n, w, kernel.Quotient[int32], act)
		return refusing(step, func() bool { return slices.Contains(tensor.As[int32](b.Data), 0) }), err
	case tensor.Int8, tensor.Uint8, tensor.Int16:
		return divQuantized(n, w, act)
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

func divQuantized(n *Node, w *kernel.Broadcast, act tflite.Activation) (Step, error) {
	q, err := binaryQuant(n)
	if err != nil {
		return nil, err
	}
	b := n.In[1]
	lo, hi, err := activationRange(act, b.DType, q.out.Scale, q.out.Zero)
	if err != nil {
		return nil, err
	}
	zero := func() bool { return slices.Contains(b.Data, byte(q.b.Zero)) }
	if b.DType == tensor.Int16 {
		zero = func() bool { return slices.Contains(tensor.As[int16](b.Data), int16(q.b.Zero)) }
	}
	return refusing(fixedStep(n, w, kernel.QuotientFixed(q.a, q.b, q.out, lo, hi)), zero), nil
}

// refusing runs step unless the divisor has a zero.
func refusing(step Step, zero func() bool) Step {
	return func() error {
		if zero() {
			return errors.New("division by zero")
		}
		return step()
	}
}

// prepareMaxMin: MAXIMUM and MINIMUM, broadcast. Quantized values are compared as they are, as in TFLite: the converter
// gives operands and output one scale.
func prepareMaxMin(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	larger := n.Op.Code == tflite.OpMaximum
	switch n.In[0].DType {
	case tensor.Float32:
		return floatStep(n, w, pick(larger, kernel.FloatLarger, kernel.FloatSmaller), tflite.ActNone)
	case tensor.Int8:
		return walkStep(n, tensor.As[int8], func(out, a, b []int8) { kernel.Extremes(w, larger, out, a, b) }), nil
	case tensor.Uint8:
		return walkStep(n, tensor.As[uint8], func(out, a, b []uint8) { kernel.Extremes(w, larger, out, a, b) }), nil
	case tensor.Int16:
		return maxMinStep[int16](n, w)
	case tensor.Int32:
		return maxMinStep[int32](n, w)
	case tensor.Int64:
		return maxMinStep[int64](n, w)
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

func maxMinStep[T kernel.Plain](n *Node, w *kernel.Broadcast) (Step, error) {
	return plainStep(n, w, pick(n.Op.Code == tflite.OpMaximum, kernel.Larger[T], kernel.Smaller), tflite.ActNone)
}

// prepareSquaredDifference: SQUARED_DIFFERENCE of two float32, int32 or int8 tensors, broadcast.
func prepareSquaredDifference(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	switch n.In[0].DType {
	case tensor.Float32:
		return plainStep(n, w, kernel.SquaredDifference[float32], tflite.ActNone)
	case tensor.Int32:
		return plainStep(n, w, kernel.SquaredDifference[int32], tflite.ActNone)
	case tensor.Int8:
		q, err := binaryQuant(n)
		if err != nil {
			return nil, err
		}
		return fixedStep(n, w, kernel.SquaredDifferenceFixed(q.a, q.b, q.out)), nil
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

// preparePow: POW of two float32 or int32 tensors, broadcast; an int32 exponent must not be negative.
func preparePow(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	switch n.In[0].DType {
	case tensor.Float32:
		return powerStep(n, w, kernel.Power, kernel.WholeExponent)
	case tensor.Int32:
		step, err := powerStep(n, w, kernel.PowerInt, func(e int32) int32 { return e })
		exponent := n.In[1]
		return func() error {
			for i, e := range tensor.As[int32](exponent.Data) {
				if e < 0 {
					return malformed("exponent %d is %d, want 0 or more", i, e)
				}
			}
			return step()
		}, err
	}
	return nil, unsupported("operands %s", n.In[0].DType)
}

// powerStep multiplies instead where all bases have one whole exponent, at least 1, that is broadcast to them.
func powerStep[T int32 | float32](n *Node, w *kernel.Broadcast, power func(a, b T) T, whole func(T) int32) (Step, error) {
	step, err := plainStep(n, w, power, tflite.ActNone)
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if err != nil || b.Shape.Elems() != 1 || slices.Equal(a.Shape, b.Shape) {
		return step, err
	}
	return func() error {
		e := whole(tensor.As[T](b.Data)[0])
		if e < 1 {
			return step()
		}
		kernel.Powers(tensor.As[T](out.Data), tensor.As[T](a.Data), e)
		return nil
	}, nil
}

// prepareAddN: ADD_N, the sum of two or more float32 or int32 tensors of one shape.
func prepareAddN(n *Node) (Step, error) {
	if err := n.operands(2, math.MaxInt32, 1); err != nil {
		return nil, err
	}
	first, out := n.In[0], n.Out[0]
	for i, in := range n.In {
		if in == nil {
			return nil, malformed("input %d is left out", i)
		}
		if in.DType != first.DType || !slices.Equal(in.Shape, first.Shape) {
			return nil, malformed("input %d is %s %s, input 0 is %s %s", i, in.DType, in.Shape, first.DType, first.Shape)
		}
	}
	out.Shape = first.Shape
	n.inPlace(0)
	switch {
	case first.DType == tensor.Float32 && out.DType == tensor.Float32:
		return addNStep[float32](n), nil
	case first.DType == tensor.Int32 && out.DType == tensor.Int32:
		return addNStep[int32](n), nil
	}
	return nil, unsupported("input %s with output %s", first.DType, out.DType)
}

func addNStep[T int32 | float32](n *Node) Step {
	in, out := n.In, n.Out[0]
	return func() error {
		copy(out.Data, in[0].Data)
		for _, t := range in[1:] {
			if n.Pool.Stopped() {
				break
			}
			kernel.AddTo(tensor.As[T](out.Data), tensor.As[T](t.Data))
		}
		return nil
	}
}
