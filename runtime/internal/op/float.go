package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// mostTaps is the largest patch of a convolution, in elements: no real model comes near it, and a hostile one must not
// make Prepare allocate without bound.
const mostTaps = 1 << 24

// fused returns what a fused activation does to an operator's float32 result; nil if nothing. LiteRT refuses a fused
// TANH or forgets it, depending on the operator; here it is computed.
func fused(act tflite.Activation) (func([]float32), error) {
	switch act {
	case tflite.ActNone:
		return nil, nil
	case tflite.ActTanh:
		return func(x []float32) { kernel.Map(x, x, kernel.Tanh) }, nil
	}
	lo, hi, err := activationFloat(act)
	if err != nil {
		return nil, err
	}
	return func(x []float32) { kernel.Clamp(x, lo, hi) }, nil
}

// floatLayer is what float32 convolutions and fully connected layers share: weights and bias, which may be computed.
type floatLayer struct {
	in, weights, bias, out *tensor.Tensor
	finish                 func([]float32)
}

func newFloatLayer(n *Node, channels int, act tflite.Activation) (l floatLayer, err error) {
	l = floatLayer{in: n.In[0], weights: n.In[1], bias: n.optional(2), out: n.Out[0]}
	if l.out.DType != tensor.Float32 || l.bias != nil && l.bias.DType != tensor.Float32 {
		return l, unsupported("float32 input with output %s", l.out.DType)
	}
	if l.bias != nil && l.bias.Shape.Elems() != channels {
		return l, malformed("bias %q has %d elements, want %d", l.bias.Name, l.bias.Shape.Elems(), channels)
	}
	l.finish, err = fused(act)
	return l, err
}

// step returns a Step of a kernel's Run.
func (l *floatLayer) step(run func(out, in, w, b []float32)) Step {
	return func() error {
		var bias []float32
		if l.bias != nil {
			bias = tensor.As[float32](l.bias.Data)
		}
		out := tensor.As[float32](l.out.Data)
		run(out, tensor.As[float32](l.in.Data), tensor.As[float32](l.weights.Data), bias)
		if l.finish != nil {
			l.finish(out)
		}
		return nil
	}
}

// isFloat reports whether input and weights are float32.
func isFloat(n *Node) bool {
	return n.In[0].DType == tensor.Float32 && n.In[1].DType == tensor.Float32
}

// floatConv2D: in [N,H,W,C], filter [O,Kh,Kw,C/groups], bias [O] or left out, all float32.
func floatConv2D(n *Node, o tflite.Conv2DOptions) (Step, error) {
	filter := n.In[1]
	w, groups, err := convGeometry(n, o)
	if err != nil {
		return nil, err
	}
	channels := filter.Shape[0]
	l, err := newFloatLayer(n, channels, o.Activation)
	if err != nil {
		return nil, err
	}
	n.Out[0].Shape = tensor.Shape{w.N, w.Y, w.X, channels}
	n.MACs = elems64(n.Out[0].Shape) * int64(w.KernelH*w.KernelW*(w.C/groups))
	if err := n.takeLayer(2*w.KernelH*w.KernelW*w.C, 0); err != nil {
		return nil, err
	}
	c := kernel.NewFloatConv2D(w, groups, channels, n.Pool)
	if n.packs(filter) {
		if err := n.takePacked(c.Pack(tensor.As[float32](filter.Data))); err != nil {
			return nil, err
		}
	}
	return l.step(c.Run), nil
}

// convGeometry checks the shapes of a convolution's input [N,H,W,C] and filter [O,Kh,Kw,C/groups].
func convGeometry(n *Node, o tflite.Conv2DOptions) (w kernel.Window, groups int, err error) {
	in, filter := n.In[0], n.In[1]
	if len(in.Shape) != 4 || len(filter.Shape) != 4 {
		return w, 0, malformed("input is %s and filter %s, want 4 dimensions each", in.Shape, filter.Shape)
	}
	channels, c, each := filter.Shape[0], in.Shape[3], filter.Shape[3]
	if each == 0 || c%each != 0 || c == 0 || channels == 0 || channels%(c/each) != 0 {
		return w, 0, malformed("filter has %d channels, input has %d", each, c)
	}
	w, err = n.window(geometry{filter.Shape[1], filter.Shape[2], o.StrideH, o.StrideW, o.DilationH, o.DilationW,
		o.Padding == tflite.PaddingSame})
	if err == nil && int64(w.KernelH)*int64(w.KernelW)*int64(c) > mostTaps {
		err = unsupported("filter %s over an input of %d channels", filter.Shape, c)
	}
	return w, c / each, err
}

// floatDepthwise: in [N,H,W,C], filter [1,Kh,Kw,C·M], bias [C·M] or left out, all float32.
func floatDepthwise(n *Node, o tflite.DepthwiseConv2DOptions) (Step, error) {
	in, filter := n.In[0], n.In[1]
	if len(in.Shape) != 4 || len(filter.Shape) != 4 {
		return nil, malformed("input is %s and filter %s, want 4 dimensions each", in.Shape, filter.Shape)
	}
	channels := filter.Shape[3]
	if in.Shape[3] == 0 || channels == 0 || channels%in.Shape[3] != 0 || filter.Shape[0] != 1 {
		return nil, malformed("filter is %s, input has %d channels", filter.Shape, in.Shape[3])
	}
	w, err := n.window(geometry{filter.Shape[1], filter.Shape[2], o.StrideH, o.StrideW, o.DilationH, o.DilationW,
		o.Padding == tflite.PaddingSame})
	if err != nil {
		return nil, err
	}
	l, err := newFloatLayer(n, channels, o.Activation)
	if err != nil {
		return nil, err
	}
	n.Out[0].Shape = tensor.Shape{w.N, w.Y, w.X, channels}
	n.MACs = elems64(n.Out[0].Shape) * int64(w.KernelH) * int64(w.KernelW)
	return l.step(kernel.NewFloatDepthwise(w, channels/w.C, n.Pool).Run), nil
}

// fullyConnectedFloat: rows of k inputs; the output's shape is set.
func fullyConnectedFloat(n *Node, rows, k int, act tflite.Activation) (Step, error) {
	channels := n.In[1].Shape[0]
	l, err := newFloatLayer(n, channels, act)
	if err != nil {
		return nil, err
	}
	f := kernel.NewFloatFullyConnected(rows, k, channels, n.Pool)
	if weights := n.In[1]; n.packs(weights) {
		if err := n.takePacked(f.Pack(tensor.As[float32](weights.Data))); err != nil {
			return nil, err
		}
	}
	return l.step(f.Run), nil
}

// floatPool: AVERAGE_POOL_2D, MAX_POOL_2D and L2_POOL_2D of float32.
func floatPool(n *Node, w kernel.Window, act tflite.Activation) (Step, error) {
	lo, hi, err := activationFloat(act)
	if err != nil {
		return nil, err
	}
	prepare := kernel.NewMaxPoolFloat
	switch n.Op.Code {
	case tflite.OpAveragePool2d:
		prepare = kernel.NewAveragePoolFloat
	case tflite.OpL2Pool2d:
		prepare = kernel.NewL2PoolFloat
	}
	return pooled(n, prepare(w, lo, hi, n.Pool)), nil
}

// elems64 is Elems without overflow where an int has 32 bits; very large counts come out as the largest.
func elems64(s tensor.Shape) int64 {
	n := int64(1)
	for _, d := range s {
		if d != 0 && n > math.MaxInt64/int64(d) {
			return math.MaxInt64
		}
		n *= int64(d)
	}
	return n
}
