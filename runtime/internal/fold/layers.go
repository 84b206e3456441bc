package fold

import (
	"math"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// activations lets layers of float32 clamp what a RELU after them would.
func (f *folder) activations() {
	for i := range f.Graph.Ops {
		relu := f.op(i)
		act, ok := fusable(relu)
		if !ok || f.dtype(relu, 0) != tensor.Float32 || f.tensor(relu.Outputs[0]).DType != tensor.Float32 {
			continue
		}
		x := relu.Inputs[0]
		if f.from[x] < 0 || f.only(x) < 0 {
			continue
		}
		if layer := f.op(f.from[x]); len(layer.Outputs) == 1 && f.dtype(layer, 0) == tensor.Float32 && activate(layer, act) {
			layer.Outputs = []int{relu.Outputs[0]}
			f.drop(i, f.from[x])
		}
	}
	f.index()
}

// fusable returns the fused activation that is the same as an operator.
func fusable(o *tflite.Op) (tflite.Activation, bool) {
	if len(o.Inputs) != 1 || len(o.Outputs) != 1 || o.Inputs[0] < 0 {
		return 0, false
	}
	switch o.Code {
	case tflite.OpRelu:
		return tflite.ActRelu, true
	case tflite.OpRelu6:
		return tflite.ActRelu6, true
	case tflite.OpReluN1To1:
		return tflite.ActReluN1To1, true
	}
	return 0, false
}

// activate gives an operator that has none a fused activation.
func activate(layer *tflite.Op, act tflite.Activation) bool {
	switch o := layer.Options.(type) {
	case *tflite.Conv2DOptions:
		return with(layer, o, func(o *tflite.Conv2DOptions) *tflite.Activation { return &o.Activation }, act)
	case *tflite.DepthwiseConv2DOptions:
		return with(layer, o, func(o *tflite.DepthwiseConv2DOptions) *tflite.Activation { return &o.Activation }, act)
	case *tflite.FullyConnectedOptions:
		return with(layer, o, func(o *tflite.FullyConnectedOptions) *tflite.Activation { return &o.Activation }, act)
	case *tflite.ArithmeticOptions:
		return with(layer, o, func(o *tflite.ArithmeticOptions) *tflite.Activation { return &o.Activation }, act)
	}
	return false
}

// with gives an operator a copy of its options with another activation, where they have none.
func with[T any](layer *tflite.Op, o *T, at func(*T) *tflite.Activation, act tflite.Activation) bool {
	if o == nil || *at(o) != tflite.ActNone {
		return false
	}
	copied := *o
	*at(&copied) = act
	layer.Options = &copied
	return true
}

// pads lets convolutions pad their operand with what counts as zero, where PAD would.
func (f *folder) pads() {
	for i := range f.Graph.Ops {
		pad := f.op(i)
		if pad.Code != tflite.OpPad && pad.Code != tflite.OpPadv2 {
			continue
		}
		p, ok := f.around(pad)
		if !ok || !f.addsNothing(pad) {
			continue
		}
		c := f.only(pad.Outputs[0])
		if c < 0 || f.op(c).Inputs[0] != pad.Outputs[0] || !f.padding(f.op(c), p) {
			continue
		}
		f.extra(c, func(x *op.Extra) { x.Pads = &p })
		inputs := append([]int{pad.Inputs[0]}, f.op(c).Inputs[1:]...)
		f.op(c).Inputs = inputs
		f.drop(i, c)
	}
	f.index()
}

// around returns the rows and columns that PAD puts around a picture, if it does nothing else.
func (f *folder) around(pad *tflite.Op) (p op.Pads, ok bool) {
	if len(pad.Inputs) < 2 || len(pad.Outputs) != 1 || pad.Inputs[0] < 0 || pad.Inputs[1] < 0 {
		return p, false
	}
	list := f.tensor(pad.Inputs[1])
	if !f.fixed[pad.Inputs[1]] || len(list.Shape) != 2 || list.Shape[0] != 4 || list.Shape[1] != 2 || len(list.Data) != list.DType.Bytes(8) {
		return p, false
	}
	var v [8]int64
	switch list.DType {
	case tensor.Int32:
		for i, n := range tensor.As[int32](list.Data) {
			v[i] = int64(n)
		}
	case tensor.Int64:
		copy(v[:], tensor.As[int64](list.Data))
	default:
		return p, false
	}
	for _, n := range v {
		if n < 0 || n > math.MaxInt16 {
			return p, false
		}
	}
	p = op.Pads{Top: int(v[2]), Bottom: int(v[3]), Left: int(v[4]), Right: int(v[5])}
	return p, v[0] == 0 && v[1] == 0 && v[6] == 0 && v[7] == 0
}

// addsNothing reports whether what PAD pads with counts as zero, of the same scale as the rest.
func (f *folder) addsNothing(pad *tflite.Op) bool {
	in, out := f.tensor(pad.Inputs[0]), f.tensor(pad.Outputs[0])
	if in.DType != out.DType {
		return false
	}
	zero, quantized := int64(0), in.DType == tensor.Int8 || in.DType == tensor.Uint8
	if quantized {
		if !sameQuant(in.Quant, out.Quant) {
			return false
		}
		if len(in.Quant.ZeroPoint) > 0 {
			zero = in.Quant.ZeroPoint[0]
		}
	}
	if len(pad.Inputs) == 2 {
		return pad.Code == tflite.OpPad && (quantized || in.DType == tensor.Float32)
	}
	if len(pad.Inputs) != 3 || pad.Inputs[2] < 0 || !f.fixed[pad.Inputs[2]] {
		return false
	}
	value := f.tensor(pad.Inputs[2])
	switch {
	case value.DType != in.DType || value.Shape.Elems() != 1 || len(value.Data) != in.DType.Bytes(1):
		return false
	case quantized:
		return value.Data[0] == byte(zero)
	}
	return in.DType == tensor.Float32 && tensor.As[float32](value.Data)[0] == 0
}

// padding reports whether an operator is a convolution that can pad: one of its window's reach, with finite weights.
func (f *folder) padding(o *tflite.Op, p op.Pads) bool {
	if len(o.Inputs) < 2 || o.Inputs[1] < 0 || !f.fixed[o.Inputs[1]] {
		return false
	}
	filter := f.tensor(o.Inputs[1])
	if filter.DType != f.dtype(o, 0) || len(filter.Shape) != 4 {
		return false
	}
	h, w := dilation(o)
	reachH, reachW := h*int64(filter.Shape[1]-1), w*int64(filter.Shape[2]-1)
	return int64(max(p.Top, p.Bottom)) <= reachH && int64(max(p.Left, p.Right)) <= reachW && finite(filter)
}

// dilation returns how far apart a convolution's taps are; 0 where an operator is none, or this is more than any real one has.
func dilation(o *tflite.Op) (h, w int64) {
	switch options := o.Options.(type) {
	case *tflite.Conv2DOptions:
		h, w = int64(options.DilationH), int64(options.DilationW)
	case *tflite.DepthwiseConv2DOptions:
		h, w = int64(options.DilationH), int64(options.DilationW)
	}
	if min(h, w) < 0 || max(h, w) > math.MaxInt16 {
		return 0, 0
	}
	return h, w
}

// finite reports whether no weight times zero is anything but zero.
func finite(t *tflite.Tensor) bool {
	if t.DType != tensor.Float32 {
		return true
	}
	for _, w := range tensor.As[float32](t.Data) {
		if !(math.Abs(float64(w)) <= math.MaxFloat32) {
			return false
		}
	}
	return true
}
