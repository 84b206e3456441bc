package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareReshape: the new shape comes from a vector operand, from the options, or else from the output itself.
func prepareReshape(n *Node) (Step, error) {
	if err := n.operands(1, 2, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	shape := options[tflite.ReshapeOptions](n).NewShape
	if s := n.optional(1); s != nil && len(s.Shape) == 1 {
		if step := late(n, prepareReshape, 1); step != nil {
			return step, nil
		}
		var err error
		if shape, err = numbers("shape", s); err != nil {
			return nil, err
		}
	} else if shape == nil {
		shape = out.Shape
	} else if len(shape) == 1 && shape[0] == 0 {
		shape = nil // how old files write a scalar
	}
	var err error
	if out.Shape, err = reshaped(in.Shape, shape); err != nil {
		return nil, err
	}
	return sameBytes(n)
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

// prepareConcatenation: CONCATENATION along one axis, of any type of whole bytes; scalars count as vectors of one. uint8
// operands may differ in scale.
func prepareConcatenation(n *Node) (Step, error) {
	o := options[tflite.ConcatenationOptions](n)
	if err := n.operands(1, 1<<16, 1); err != nil {
		return nil, err
	}
	out := n.Out[0]
	if o.Activation != tflite.ActNone {
		return nil, unsupported("fused activation %d", o.Activation)
	}
	if _, err := movable(out, n.In...); err != nil {
		return nil, err
	}
	first := atLeastVector(n.In[0].Shape)
	axis, err := axisOf(o.Axis, len(first))
	if err != nil {
		return nil, malformed("axis %d of operands %s", o.Axis, n.In[0].Shape)
	}
	dims := dimensions(first)
	dims[axis] = 0
	for i, t := range n.In {
		s := atLeastVector(t.Shape)
		for d := range first {
			if len(s) != len(first) || d != axis && s[d] != first[d] {
				return nil, malformed("operand %d is %s, the first %s, and the axis %d", i, t.Shape, first, axis)
			}
		}
		dims[axis] += int64(s[axis])
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	return concatStep(n, axis)
}

// atLeastVector returns a shape, [1] for a scalar.
func atLeastVector(s tensor.Shape) tensor.Shape {
	if len(s) == 0 {
		return tensor.Shape{1}
	}
	return s
}

// part is one operand of a concatenation.
type part struct {
	in       *tensor.Tensor
	at, size int           // in bytes, in each row of the output
	scaled   *kernel.Table // to the output's scale; nil if it is that
}

func concatStep(n *Node, axis int) (Step, error) {
	out := n.Out[0]
	inner := product(out.Shape[axis+1:]) * out.DType.Bytes(1)
	stride, at := out.Shape[axis]*inner, 0
	parts := make([]part, len(n.In))
	for i, t := range n.In {
		p := &parts[i]
		p.in, p.at, p.size = t, at, atLeastVector(t.Shape)[axis]*inner
		at += p.size
		if out.DType != tensor.Int8 && out.DType != tensor.Uint8 || len(out.Quant.Scale) == 0 || sameQuant(t, out) {
			continue
		}
		if out.DType == tensor.Int8 {
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
		scale := inScale * float32(1/outScale)
		bias := float32(float32(-inZero) * scale)
		p.scaled = kernel.Tabulate(func(out, in []byte) { kernel.ConcatScaled(out, in, len(in), len(in), scale, bias, outZero) })
	}
	if len(parts) == 1 && parts[0].scaled == nil {
		return copyStep(n), nil
	}
	return func() error {
		if len(out.Data) == 0 {
			return nil // the parts have no places in it
		}
		for i := range parts {
			p := &parts[i]
			if p.scaled != nil {
				p.scaled.MapRows(out.Data[p.at:], p.in.Data, p.size, stride)
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
