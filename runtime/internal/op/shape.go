package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareReshape: the new shape comes from a constant operand, from the options, or else from the output itself.
func prepareReshape(n *Node) (Step, error) {
	if err := n.operands(1, 2, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if out.DType != in.DType || in.DType.Bytes(1) == 0 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	shape := options[tflite.ReshapeOptions](n).NewShape
	if s := n.optional(1); s != nil {
		var err error
		if shape, err = constInts("shape", s); err != nil {
			return nil, err
		}
	} else if shape == nil {
		shape = out.Shape
	}
	var err error
	if out.Shape, err = reshaped(in.Shape, shape); err != nil {
		return nil, err
	}
	return func() error {
		copy(out.Data, in.Data)
		return nil
	}, nil
}

// reshaped works out one dimension of -1 and checks the count of elements.
func reshaped(in tensor.Shape, want []int) (tensor.Shape, error) {
	shape, free, known := append(tensor.Shape{}, want...), -1, int64(1)
	for i, d := range shape {
		switch {
		case d == -1 && free < 0:
			free = i
		case d < 0:
			return nil, malformed("cannot reshape %s to %v", in, want)
		default:
			if known *= int64(d); known > 1<<31 {
				return nil, malformed("cannot reshape %s to %v", in, want)
			}
		}
	}
	elems := int64(in.Elems())
	if free >= 0 && known > 0 {
		shape[free] = int(elems / known)
		known *= elems / known
	}
	if known != elems {
		return nil, malformed("cannot reshape %s to %v", in, want)
	}
	return shape, nil
}

// prepareConcatenation: CONCATENATION along one axis, of any type of whole bytes. uint8 operands may differ in scale.
func prepareConcatenation(n *Node) (Step, error) {
	o := options[tflite.ConcatenationOptions](n)
	if err := n.operands(1, 1<<16, 1); err != nil {
		return nil, err
	}
	if o.Activation != tflite.ActNone {
		return nil, unsupported("fused activation %d", o.Activation)
	}
	out, first := n.Out[0], n.In[0]
	axis := o.Axis
	if axis < 0 {
		axis += len(first.Shape)
	}
	if axis < 0 || axis >= len(first.Shape) {
		return nil, malformed("axis %d of operands %s", o.Axis, first.Shape)
	}
	shape := append(tensor.Shape{}, first.Shape...)
	shape[axis] = 0
	for i, t := range n.In {
		if t == nil || len(t.Shape) != len(shape) || t.DType != out.DType {
			return nil, malformed("operand %d does not fit output %s", i, out.DType)
		}
		for d := range shape {
			if d != axis && t.Shape[d] != shape[d] {
				return nil, malformed("operand %d is %s, the first %s, and the axis %d", i, t.Shape, first.Shape, axis)
			}
		}
		shape[axis] += t.Shape[axis]
	}
	out.Shape = shape
	return concatStep(n, axis)
}

// part is one operand of a concatenation.
type part struct {
	in          *tensor.Tensor
	at, size    int // in bytes, in each row of the output
	scaled      bool
	scale, bias float32
}

func concatStep(n *Node, axis int) (Step, error) {
	out := n.Out[0]
	elem := out.DType.Bytes(1)
	if elem == 0 || out.DType == tensor.Int4 {
		return nil, unsupported("output %s", out.DType)
	}
	inner := elem
	for _, d := range out.Shape[axis+1:] {
		inner *= d
	}
	stride, at, zero := out.Shape[axis]*inner, 0, int32(0)
	parts := make([]part, len(n.In))
	for i, t := range n.In {
		p := &parts[i]
		p.in, p.at, p.size = t, at, t.Shape[axis]*inner
		at += p.size
		if len(out.Quant.Scale) == 0 || sameQuant(t, out) {
			continue
		}
		if out.DType != tensor.Uint8 {
			return nil, malformed("operand %d %q has another scale or zero point than the output", i, t.Name)
		}
		inScale, inZero, err := perTensor("operand", t)
		if err != nil {
			return nil, err
		}
		outScale, outZero, err := perTensor("output", out)
		if err != nil {
			return nil, err
		}
		p.scaled, zero = true, outZero
		p.scale = inScale * float32(1/outScale)
		p.bias = float32(float32(-inZero) * p.scale)
	}
	return func() error {
		for i := range parts {
			p := &parts[i]
			if p.scaled {
				kernel.ConcatScaled(out.Data[p.at:], p.in.Data, p.size, stride, p.scale, p.bias, zero)
			} else {
				kernel.ConcatRows(out.Data[p.at:], p.in.Data, p.size, stride)
			}
		}
		return nil
	}, nil
}

func sameQuant(a, b *tensor.Tensor) bool {
	if len(a.Quant.Scale) != 1 || len(b.Quant.Scale) != 1 || a.Quant.Scale[0] != b.Quant.Scale[0] {
		return false
	}
	zero := func(t *tensor.Tensor) int64 {
		if len(t.Quant.ZeroPoint) == 0 {
			return 0
		}
		return t.Quant.ZeroPoint[0]
	}
	return zero(a) == zero(b)
}
