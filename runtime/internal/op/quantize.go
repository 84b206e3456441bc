package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareQuantize: QUANTIZE from float32, or from one byte type and scale to another.
func prepareQuantize(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	switch {
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
	return nil, unsupported("%s to %s", in.DType, out.DType)
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
		return func() error {
			kernel.Convert(tensor.As[A](out.Data), tensor.As[A](in.Data), m, inZero, outZero)
			return nil
		}, nil
	}
	m := kernel.NewMultiplier(float64(inScale) / float64(outScale))
	return func() error {
		kernel.Requantize(tensor.As[B](out.Data), tensor.As[A](in.Data), m, inZero, outZero)
		return nil
	}, nil
}

// prepareDequantize: DEQUANTIZE from int8 or uint8 to float32.
func prepareDequantize(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	switch {
	case in.DType == tensor.Int8 && out.DType == tensor.Float32:
		return dequantize[int8](n)
	case in.DType == tensor.Uint8 && out.DType == tensor.Float32:
		return dequantize[uint8](n)
	}
	return nil, unsupported("%s to %s", in.DType, out.DType)
}

func dequantize[T int8 | uint8](n *Node) (Step, error) {
	in, out := n.In[0], n.Out[0]
	scale, zero, err := perTensor("input", in)
	if err != nil {
		return nil, err
	}
	return func() error {
		kernel.Dequantize(tensor.As[float32](out.Data), tensor.As[T](in.Data), scale, zero)
		return nil
	}, nil
}
