package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// narrow reports whether weights are of fewer bits than a float: such a layer over floats is hybrid.
func narrow(w *tensor.Tensor) bool { return w.DType == tensor.Int8 || w.DType == tensor.Int4 }

// hybridFullyConnected: float32 rows, quantized one by one, times int8 or int4 weights. XNNPACK takes them, but for int4 of
// odd rows.
func hybridFullyConnected(n *Node, rows, channels int, o tflite.FullyConnectedOptions) (Step, error) {
	p, bias, err := hybridParams(n, channels, 0, o.Activation)
	if err != nil {
		return nil, err
	}
	switch {
	case !oddInt4(n.In[1]) && storedWeights(n):
		p.Range = kernel.QuantizeRowXNN
	case o.AsymmetricQuantizeInputs:
		p.Range = kernel.QuantizeRowTFLite
	default:
		p.Range = kernel.QuantizeRowSymmetric
	}
	f := kernel.NewHybridFC(rows, n.In[1].Shape[1], channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		f.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(bias))
		return nil
	}, nil
}

// hybridConv: float32 images, quantized one by one. XNNPACK takes int8 weights with a bias, and quantizes pixel by pixel where
// it makes a fully connected layer of a pointwise convolution (xnn_define_convolution_2d); TFLite's own kernel takes the rest,
// and quantizes symmetrically where one scale does for all channels.
func hybridConv(n *Node, w kernel.Window, groups int, act tflite.Activation) (Step, error) {
	channels := n.In[1].Shape[0]
	p, bias, err := hybridParams(n, channels, 0, act)
	if err != nil {
		return nil, err
	}
	taken := n.In[1].DType == tensor.Int8 && storedWeights(n)
	switch {
	case taken:
		p.Range = kernel.QuantizeRowXNN
	case groups == 1 && oneScale(p.Scale):
		p.Range = kernel.QuantizeRowSymmetric
	default:
		p.Range = kernel.QuantizeRowTFLite
	}
	if err := n.take(int64(w.H) * int64(w.W) * int64(w.C)); err != nil {
		return nil, err
	}
	run := kernel.NewHybridConv2D(w, groups, channels, p).Run
	if taken && groups == 1 && pointwise(&w) && w.C+channels > 2 {
		run = kernel.NewHybridFC(w.N*w.H*w.W, w.C, channels, p).Run
	}
	in, out := n.In[0], n.Out[0]
	return func() error {
		run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(bias))
		return nil
	}, nil
}

// pointwise reports whether each output pixel sees the input pixel at its place, and that alone.
func pointwise(w *kernel.Window) bool {
	return w.KernelH == 1 && w.KernelW == 1 && w.StrideH == 1 && w.StrideW == 1
}

// oneScale reports whether all scales are the same.
func oneScale(scale []float32) bool {
	return !slices.ContainsFunc(scale, func(s float32) bool { return s != scale[0] })
}

// hybridDepthwise: XNNPACK does not take it.
func hybridDepthwise(n *Node, w kernel.Window, channels int, act tflite.Activation) (Step, error) {
	p, bias, err := hybridParams(n, channels, 3, act)
	if err != nil {
		return nil, err
	}
	p.Range = kernel.QuantizeRowTFLite
	if err := n.take(int64(w.H) * int64(w.W) * int64(w.C)); err != nil {
		return nil, err
	}
	d := kernel.NewHybridDepthwise(w, channels/w.C, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		d.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(bias))
		return nil
	}, nil
}

// hybridParams reads weights and scales of a hybrid layer and checks its bias, which is nil where there is none.
func hybridParams(n *Node, channels, axis int, act tflite.Activation) (p kernel.HybridParams, bias *tensor.Tensor, err error) {
	w := n.In[1]
	if n.Out[0].DType != tensor.Float32 {
		return p, nil, unsupported("float32 input with output %s", n.Out[0].DType)
	}
	if !constant(w) {
		return p, nil, unsupported("weights %q are computed, not constant", w.Name)
	}
	if _, err = weightQuant(w, layer{channels: channels, axis: axis}); err != nil {
		return p, nil, err
	}
	if bias, err = floatBias(n.optional(2), channels); err != nil {
		return p, nil, err
	}
	data, err := n.wide(w)
	if err != nil {
		return p, nil, err
	}
	p.Weights, p.Scale, p.Pool = tensor.As[int8](data), w.Quant.Scale, n.Pool
	p.Lo, p.Hi, err = activationFloat(act)
	return p, bias, err
}

// floatBias checks a float32 bias; nil where there is none.
func floatBias(b *tensor.Tensor, channels int) (*tensor.Tensor, error) {
	if b == nil {
		return nil, nil
	}
	if b.DType != tensor.Float32 {
		return nil, unsupported("bias %s", b.DType)
	}
	if b.Shape.Elems() != channels {
		return nil, malformed("bias %q has %d elements, want %d", b.Name, b.Shape.Elems(), channels)
	}
	return b, nil
}

// floats is a tensor's data, nil for no tensor.
func floats(t *tensor.Tensor) []float32 {
	if t == nil {
		return nil
	}
	return tensor.As[float32](t.Data)
}

// wide returns a layer's weights as bytes, and counts the memory that int4 weights take.
func (n *Node) wide(w *tensor.Tensor) ([]byte, error) {
	if w.DType == tensor.Int4 {
		if err := n.take(int64(w.Shape.Elems())); err != nil {
			return nil, err
		}
	}
	return wide(w), nil
}

// wide returns weights of int8 or uint8 as they are and int4 weights unpacked: two to a byte, the first in the low half.
func wide(w *tensor.Tensor) []byte {
	if w.DType != tensor.Int4 {
		return w.Data
	}
	out := make([]byte, w.Shape.Elems())
	kernel.UnpackInt4(tensor.As[int8](out), w.Data)
	return out
}
