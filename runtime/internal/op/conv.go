package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareConv2D: in [N,H,W,C], filter [O,Kh,Kw,C/groups], bias [O] int32 or left out.
func prepareConv2D(n *Node) (Step, error) {
	o := options[tflite.Conv2DOptions](n)
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	if isFloat(n) {
		return floatConv2D(n, o)
	}
	in, filter := n.In[0], n.In[1]
	w, groups, err := convGeometry(n, o)
	if err != nil {
		return nil, err
	}
	channels := filter.Shape[0]
	n.Out[0].Shape = tensor.Shape{w.N, w.Y, w.X, channels}
	n.MACs = elems64(n.Out[0].Shape) * int64(w.KernelH*w.KernelW*(w.C/groups))
	if err := n.takeLayer(2*w.KernelH*w.KernelW*w.C, channels); err != nil {
		return nil, err
	}
	if in.DType == tensor.Float32 && narrow(filter) {
		return hybridConv(n, w, groups, o.Activation)
	}
	if int16x8(in, filter) {
		return conv16(n, w, groups, o)
	}
	l := layer{channels: channels, act: o.Activation, rounding: multiplied(in.DType), product: in.DType == tensor.Uint8}
	l.builtin = filter.DType == tensor.Int4 || !storedWeights(n)
	if groups > 1 {
		l.rounding = kernel.Twice
	}
	if err := byteTypes(in, filter); err != nil {
		return nil, err
	}
	if in.DType == tensor.Int8 {
		return convStep[int8](n, w, groups, l)
	}
	return convStep[uint8](n, w, groups, l)
}

func convStep[T int8 | uint8](n *Node, w kernel.Window, groups int, l layer) (Step, error) {
	p, err := convParams[T](n, l)
	if err != nil {
		return nil, err
	}
	var run func(in, out []T)
	if groups == 1 {
		c := kernel.NewConv2D(w, l.channels, p)
		if err := n.takePacked(c.PackedBytes()); err != nil {
			return nil, err
		}
		run = c.Run
	} else {
		run = kernel.NewGroupedConv2D(w, groups, l.channels, p).Run
	}
	in, out := n.In[0], n.Out[0]
	return func() error {
		run(tensor.As[T](in.Data), tensor.As[T](out.Data))
		return nil
	}, nil
}

// prepareDepthwise: in [N,H,W,C], filter [1,Kh,Kw,C·M], bias [C·M] int32 or left out.
func prepareDepthwise(n *Node) (Step, error) {
	o := options[tflite.DepthwiseConv2DOptions](n)
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	if isFloat(n) {
		return floatDepthwise(n, o)
	}
	in, filter := n.In[0], n.In[1]
	if err := rank4(in, filter); err != nil {
		return nil, err
	}
	channels := filter.Shape[3]
	if in.Shape[3] == 0 || channels%in.Shape[3] != 0 || filter.Shape[0] != 1 {
		return nil, malformed("filter is %s, input has %d channels", filter.Shape, in.Shape[3])
	}
	w, err := n.window(geometry{filter.Shape[1], filter.Shape[2], o.StrideH, o.StrideW, o.DilationH, o.DilationW,
		o.Padding == tflite.PaddingSame})
	if err != nil {
		return nil, err
	}
	n.Out[0].Shape = tensor.Shape{w.N, w.Y, w.X, channels}
	n.MACs = elems64(n.Out[0].Shape) * int64(w.KernelH*w.KernelW)
	if err := n.takeLayer(0, channels); err != nil {
		return nil, err
	}
	if in.DType == tensor.Float32 && narrow(filter) {
		return hybridDepthwise(n, w, channels, o.Activation)
	}
	if int16x8(in, filter) {
		return depthwise16(n, w, channels, o.Activation)
	}
	if err := byteTypes(in, filter); err != nil {
		return nil, err
	}
	l := layer{channels: channels, axis: 3, act: o.Activation, product: in.DType == tensor.Uint8}
	l.builtin = n.optional(2) == nil || filter.DType == tensor.Int4 || !storedWeights(n)
	if in.DType == tensor.Int8 {
		return depthwiseStep[int8](n, w, l)
	}
	return depthwiseStep[uint8](n, w, l)
}

func depthwiseStep[T int8 | uint8](n *Node, w kernel.Window, l layer) (Step, error) {
	p, err := convParams[T](n, l)
	if err != nil {
		return nil, err
	}
	k := kernel.NewDepthwise(w, l.channels/w.C, p)
	if err := n.takePacked(k.PackedBytes()); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	return func() error {
		k.Run(tensor.As[T](in.Data), tensor.As[T](out.Data))
		return nil
	}, nil
}

// rank4 checks ranks of a convolution's input and filter.
func rank4(in, filter *tensor.Tensor) error {
	if len(in.Shape) != 4 || len(filter.Shape) != 4 {
		return malformed("input is %s and filter %s, want 4 dimensions each", in.Shape, filter.Shape)
	}
	return nil
}

// byteTypes checks that input and weights are int8 or uint8 alike, or int8 with int4.
func byteTypes(in, weights *tensor.Tensor) error {
	int4 := in.DType == tensor.Int8 && weights.DType == tensor.Int4
	if in.DType != tensor.Int8 && in.DType != tensor.Uint8 || weights.DType != in.DType && !int4 {
		return unsupported("input %s with weights %s", in.DType, weights.DType)
	}
	return nil
}

// geometry is what the options of a convolution or pooling say.
type geometry struct {
	kernelH, kernelW, strideH, strideW, dilationH, dilationW int
	same                                                     bool
}

// window works out the geometry over an input [N,H,W,C].
func window(in tensor.Shape, g geometry) (kernel.Window, error) {
	if g.strideH < 1 || g.strideW < 1 || g.dilationH < 1 || g.dilationW < 1 || g.kernelH < 1 || g.kernelW < 1 {
		return kernel.Window{}, malformed("kernel %dx%d, stride %dx%d, dilation %dx%d: each must be 1 or more",
			g.kernelH, g.kernelW, g.strideH, g.strideW, g.dilationH, g.dilationW)
	}
	const most = 1 << 20 // keeps every product below within an int of 32 bits
	for _, v := range []int{g.strideH, g.strideW, g.dilationH, g.dilationW, g.kernelH, g.kernelW} {
		if v > most {
			return kernel.Window{}, malformed("kernel, stride or dilation of %d", v)
		}
	}
	if int64(g.kernelH)*int64(g.dilationH) > 1<<30 || int64(g.kernelW)*int64(g.dilationW) > 1<<30 {
		return kernel.Window{}, malformed("kernel %dx%d dilated by %dx%d", g.kernelH, g.kernelW, g.dilationH, g.dilationW)
	}
	w := kernel.Window{N: in[0], H: in[1], W: in[2], C: in[3], KernelH: g.kernelH, KernelW: g.kernelW,
		StrideH: g.strideH, StrideW: g.strideW, DilationH: g.dilationH, DilationW: g.dilationW}
	w.Y, w.PadTop = kernel.OutSize(w.H, g.kernelH, g.strideH, g.dilationH, g.same)
	w.X, w.PadLeft = kernel.OutSize(w.W, g.kernelW, g.strideW, g.dilationW, g.same)
	if w.Y < 1 || w.X < 1 || w.N < 1 || w.C < 1 {
		return w, malformed("input %s is smaller than the kernel %dx%d", in, g.kernelH, g.kernelW)
	}
	return w, nil
}

// convParams reads weights, bias and scales of a layer of bytes.
func convParams[T int8 | uint8](n *Node, l layer) (p kernel.ConvParams[T], err error) {
	in, weights, out := n.In[0], n.In[1], n.Out[0]
	if out.DType != in.DType {
		return p, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if !constant(weights) && !(l.computed && weights.DType == in.DType) {
		return p, unsupported("weights %q are computed, not constant", weights.Name)
	}
	if _, p.InZero, err = perTensor("input", in); err != nil {
		return p, err
	}
	if p.WZero, err = weightQuant(weights, l); err != nil {
		return p, err
	}
	if p.Bias, err = biasOf(n.optional(2), l.channels); err != nil {
		return p, err
	}
	data, err := n.wide(weights)
	if err != nil {
		return p, err
	}
	p.Weights, p.Pool = tensor.As[T](data), n.Pool
	if l.builtin {
		p.Fixed, err = fixedRule(n, l)
		return p, err
	}
	p.Req, err = requantRule(n, l)
	return p, err
}

// requantRule reads the scales of a layer that XNNPACK takes.
func requantRule(n *Node, l layer) (r kernel.Requant, err error) {
	in, err := affine("input", n.In[0])
	if err != nil {
		return r, err
	}
	out, err := affine("output", n.Out[0])
	if err != nil {
		return r, err
	}
	lo, hi, err := activationXNN(l.act, n.Out[0].DType, out.Scale, out.Zero)
	if err != nil {
		return r, err
	}
	scale := kernel.ConvScale(in.Scale, n.In[1].Quant.Scale, out.Scale)
	for c, s := range scale {
		if !(s < 256) {
			return r, unsupported("requantization scale %g of channel %d: 256 is the limit", s, c)
		}
	}
	lo, hi = n.clamped(lo, hi)
	return kernel.NewRequant(scale, out.Zero, lo, hi), nil
}

// weightQuant checks the weights' scales, one or one a channel, and returns their zero point.
func weightQuant(w *tensor.Tensor, l layer) (zero int32, err error) {
	q, channels, axis := w.Quant, l.channels, l.axis
	if len(q.Scale) != 1 && (len(q.Scale) != channels || q.Axis != axis) {
		return 0, malformed("weights %q have %d scales along dimension %d, want 1 or %d along %d",
			w.Name, len(q.Scale), q.Axis, channels, axis)
	}
	if err := checkScales("weights", w); err != nil {
		return 0, err
	}
	if w.DType == tensor.Uint8 && len(q.Scale) != 1 {
		return 0, unsupported("uint8 weights with a scale for each channel")
	}
	for _, z := range q.ZeroPoint {
		zero = int32(z)
		if w.DType != tensor.Uint8 && zero != 0 && !(l.shifted && len(q.Scale) == 1) {
			return 0, unsupported("%s weights with zero point %d", w.DType, zero)
		}
	}
	return zero, nil
}

// biasOf returns the bias, or nil where there is none.
func biasOf(b *tensor.Tensor, channels int) ([]int32, error) {
	if b == nil {
		return nil, nil
	}
	if b.DType != tensor.Int32 {
		return nil, unsupported("bias %s", b.DType)
	}
	if !constant(b) {
		return nil, unsupported("bias %q is computed, not constant", b.Name)
	}
	if b.Shape.Elems() != channels {
		return nil, malformed("bias %q has %d elements, want %d", b.Name, b.Shape.Elems(), channels)
	}
	return tensor.As[int32](b.Data), nil
}
