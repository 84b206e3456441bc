package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareQuantize: QUANTIZE from float32, or from one quantized type and scale to another.
func prepareQuantize(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	n.inPlace(0)
	switch {
	case in.DType == tensor.Float32 && len(out.Quant.Scale) > 1:
		return quantizeChannels(n)
	case in.DType == tensor.Float32 && out.DType == tensor.Int8:
		return quantizeFloat[int8](n)
	case in.DType == tensor.Float32 && out.DType == tensor.Uint8:
		return quantizeFloat[uint8](n)
	case in.DType == tensor.Int8 && out.DType == tensor.Int8:
		return requantize[int8, int8](n)
	case in.DType == tensor.Uint8 && out.DType == tensor.Uint8:
		return requantize[uint8, uint8](n)
	case in.DType == tensor.Int8 && out.DType == tensor.Uint8:
		return requantize[int8, uint8](n)
	case in.DType == tensor.Uint8 && out.DType == tensor.Int8:
		return requantize[uint8, int8](n)
	}
	return quantizeWide(n)
}

// quantizeWide: QUANTIZE from or to int16 or int32.
func quantizeWide(n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	type pair struct{ in, out tensor.DType }
	switch (pair{in.DType, out.DType}) {
	case pair{tensor.Float32, tensor.Int16}:
		return quantizeRound[int16](n)
	case pair{tensor.Float32, tensor.Int4}:
		return quantizeInt4(n)
	case pair{tensor.Int8, tensor.Int16}:
		return requantizeFixed[int8, int16](n)
	case pair{tensor.Uint8, tensor.Int16}:
		return requantizeFixed[uint8, int16](n)
	case pair{tensor.Int16, tensor.Int8}:
		return requantizeFixed[int16, int8](n)
	case pair{tensor.Int16, tensor.Int16}:
		return requantizeFixed[int16, int16](n)
	case pair{tensor.Int16, tensor.Int32}:
		return requantizeFixed[int16, int32](n)
	case pair{tensor.Int32, tensor.Int8}:
		return requantizeFixed[int32, int8](n)
	case pair{tensor.Int32, tensor.Int16}:
		return requantizeFixed[int32, int16](n)
	}
	return nil, unsupported("%s to %s", in.DType, out.DType)
}

// quantizeInt4: QUANTIZE from float32 to int4.
func quantizeInt4(n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	scale, zero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.QuantizeInt4(out.Data, tensor.As[float32](in.Data), scale, zero)
		return nil
	}, nil
}

func quantizeRound[T kernel.Quantized](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	scale, zero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.QuantizeRound(tensor.As[T](out.Data), tensor.As[float32](in.Data), scale, zero)
		return nil
	}, nil
}

// requantizeFixed is QUANTIZE by TFLite's fixed-point rule.
func requantizeFixed[A, B kernel.Quantized | int32](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	inScale, inZero, err := perTensor("input", in)
	if err != nil {
		return nil, err
	}
	outScale, outZero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	m := kernel.NewMultiplier(float64(inScale) / float64(outScale))
	return func() error {
		kernel.Requantize(tensor.As[B](out.Data), tensor.As[A](in.Data), m, inZero, outZero)
		return nil
	}, nil
}

func quantizeFloat[T int8 | uint8](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	scale, zero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.QuantizeFloat(tensor.As[T](out.Data), tensor.As[float32](in.Data), scale, zero)
		return nil
	}, nil
}

// requantize: XNNPACK takes one type to itself where the ratio of the scales lies in [2⁻⁸, 2⁷]; the rest is TFLite's.
func requantize[A, B int8 | uint8](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	inScale, inZero, err := perTensor("input", in)
	if err != nil {
		return nil, err
	}
	outScale, outZero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	if ratio := inScale / outScale; in.DType == out.DType && ratio >= 1.0/256 && ratio <= 128 {
		m := int32(math.RoundToEven(float64(256 * ratio)))
		return mapBytes(n, func(out, in []byte) { kernel.Convert(tensor.As[A](out), tensor.As[A](in), m, inZero, outZero) }), nil
	}
	m := kernel.NewMultiplier(float64(inScale) / float64(outScale))
	return mapBytes(n, func(out, in []byte) { kernel.Requantize(tensor.As[B](out), tensor.As[A](in), m, inZero, outZero) }), nil
}

// mapBytes is an operator that works on each byte alone, by a table.
func mapBytes(n *Node, run func(out, in []byte)) Step {
	t, in, out := kernel.Tabulate(run), n.In[0], n.Out[0]
	return func() error {
		t.Map(out.Data, in.Data)
		return nil
	}
}

// prepareDequantize: DEQUANTIZE from float16, int4, int8, uint8, int16 or int32 to float32.
func prepareDequantize(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	n.inPlace(0)
	if out.DType != tensor.Float32 {
		return nil, unsupported("%s to %s", in.DType, out.DType)
	}
	switch in.DType {
	case tensor.Float16:
		return func() error {
			kernel.DequantizeHalf(tensor.As[float32](out.Data), tensor.As[uint16](in.Data))
			return nil
		}, nil
	case tensor.Int4:
		return dequantizeInt4(n)
	case tensor.Int8:
		return dequantize[int8](n)
	case tensor.Uint8:
		return dequantize[uint8](n)
	case tensor.Int16:
		return dequantize[int16](n)
	case tensor.Int32:
		return dequantize[int32](n)
	}
	return nil, unsupported("%s to %s", in.DType, out.DType)
}

func dequantizeInt4(n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	if len(in.Quant.Scale) > 1 {
		return prepareTwins(n, tensor.Int4, tensor.Int8)
	}
	scale, zero, err := perTensor("input", in)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.DequantizeInt4(tensor.As[float32](out.Data), in.Data, scale, zero)
		return nil
	}, nil
}

func dequantize[T kernel.Quantized | int32](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	if len(in.Quant.Scale) > 1 {
		return dequantizeChannels[T](n)
	}
	scale, zero, err := perTensor("input", in)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.Dequantize(tensor.As[float32](out.Data), tensor.As[T](in.Data), scale, zero)
		return nil
	}, nil
}

// dequantizeChannels is DEQUANTIZE with a scale for each index of one dimension.
func dequantizeChannels[T kernel.Quantized | int32](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	inner, zero, err := n.channels("input", in)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.DequantizeChannels(tensor.As[float32](out.Data), tensor.As[T](in.Data), inner, in.Quant.Scale, zero)
		return nil
	}, nil
}

// quantizeChannels is QUANTIZE from float32 with a scale for each index of one dimension of the output.
func quantizeChannels(n *Node) (Step, error) {
	inner, zero, err := n.channels("output", n.Out[0])
	if err != nil {
		return nil, err
	}
	switch n.Out[0].DType {
	case tensor.Int8:
		return quantizeChannelsStep[int8](n, inner, zero), nil
	case tensor.Uint8:
		return quantizeChannelsStep[uint8](n, inner, zero), nil
	case tensor.Int16:
		return quantizeChannelsStep[int16](n, inner, zero), nil
	}
	return nil, unsupported("float32 to %s with %d scales", n.Out[0].DType, len(n.Out[0].Quant.Scale))
}

func quantizeChannelsStep[T kernel.Quantized](n *Node, inner int, zero []int32) Step {
	in, out := n.In[0], n.Out[0]
	return func() error {
		kernel.QuantizeChannels(tensor.As[T](out.Data), tensor.As[float32](in.Data), inner, out.Quant.Scale, zero)
		return nil
	}
}

// channels checks a tensor's scales, one for each index of one dimension, and returns how far one step along that is, and the
// zero points.
func (n *Node) channels(what string, t *tensor.Tensor) (inner int, zero []int32, err error) {
	q := t.Quant
	if err := checkScales(what, t); err != nil {
		return 0, nil, err
	}
	if q.Axis < 0 || q.Axis >= len(t.Shape) || t.Shape[q.Axis] != len(q.Scale) {
		return 0, nil, malformed("%s %s has %d scales along dimension %d", what, t.Shape, len(q.Scale), q.Axis)
	}
	if err := n.take(4 * int64(len(q.Scale))); err != nil {
		return 0, nil, err
	}
	zero = make([]int32, len(q.Scale))
	for i := range zero {
		if len(q.ZeroPoint) == len(zero) {
			zero[i] = int32(q.ZeroPoint[i])
		} else if len(q.ZeroPoint) > 0 {
			zero[i] = int32(q.ZeroPoint[0])
		}
	}
	return t.Shape[q.Axis+1:].Elems(), zero, nil
}
