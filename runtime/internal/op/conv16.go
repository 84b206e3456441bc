package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// int16x8 reports whether a layer has int16 activations and int8 or int4 weights.
func int16x8(in, w *tensor.Tensor) bool { return in.DType == tensor.Int16 && narrow(w) }

// conv16: int16 input and output, int8 weights. TFLite has ruy multiply where sums of 32 bits are asked for and there is one
// group.
func conv16(n *Node, w kernel.Window, groups int, o tflite.Conv2DOptions) (Step, error) {
	l := layer{channels: n.In[1].Shape[0], act: o.Activation, rounding: kernel.Wide}
	if o.BiasType == tensor.Int32 {
		if l.rounding = kernel.Twice; groups == 1 {
			l.rounding = kernel.Once
		}
	}
	p, err := params16(n, l)
	if err != nil {
		return nil, err
	}
	c := kernel.NewConv2D16(w, groups, l.channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		c.Run(tensor.As[int16](in.Data), tensor.As[int16](out.Data))
		return nil
	}, nil
}

func depthwise16(n *Node, w kernel.Window, channels int, act tflite.Activation) (Step, error) {
	p, err := params16(n, layer{channels: channels, axis: 3, act: act, rounding: kernel.Wide})
	if err != nil {
		return nil, err
	}
	d := kernel.NewDepthwise16(w, channels/w.C, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		d.Run(tensor.As[int16](in.Data), tensor.As[int16](out.Data))
		return nil
	}, nil
}

func fullyConnected16(n *Node, k, channels int, o tflite.FullyConnectedOptions) (Step, error) {
	l := layer{channels: channels, act: o.Activation, rounding: kernel.Once, product: true}
	if bias := n.optional(2); bias != nil && bias.DType == tensor.Int64 || o.BiasType == tensor.Int64 {
		l.rounding = kernel.Exact
	}
	p, err := params16(n, l)
	if err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	return func() error {
		kernel.FullyConnected16(&p, tensor.As[int16](out.Data), tensor.As[int16](in.Data), k)
		return nil
	}, nil
}

// params16 reads weights, bias and scales of an int16 layer. n's operands are input, weights and bias.
func params16(n *Node, l layer) (p kernel.Params16, err error) {
	w, out := n.In[1], n.Out[0]
	if out.DType != tensor.Int16 {
		return p, unsupported("input int16 with output %s", out.DType)
	}
	if !constant(w) {
		return p, unsupported("weights %q are computed, not constant", w.Name)
	}
	if _, err = weightQuant(w, l); err != nil {
		return p, err
	}
	if p.Bias, err = bias64(n.optional(2), l.channels); err != nil {
		return p, err
	}
	f, err := fixedRule(n, l)
	if err != nil {
		return p, err
	}
	in, err := affine("input", n.In[0])
	if err == nil && (in.Zero != 0 || f.Zero != 0) {
		err = malformed("int16 with zero points %d and %d, want 0", in.Zero, f.Zero)
	}
	if err != nil {
		return p, err
	}
	data, err := n.wide(w)
	p.Weights, p.Fixed, p.Pool = tensor.As[int8](data), *f, n.Pool
	return p, err
}

// bias64 returns a bias of int32 or int64, or nil where there is none.
func bias64(b *tensor.Tensor, channels int) ([]int64, error) {
	if b == nil || b.DType == tensor.Int32 {
		narrow, err := biasOf(b, channels)
		var list []int64
		for _, v := range narrow {
			list = append(list, int64(v))
		}
		return list, err
	}
	if b.DType != tensor.Int64 {
		return nil, unsupported("bias %s", b.DType)
	}
	if !constant(b) {
		return nil, unsupported("bias %q is computed, not constant", b.Name)
	}
	if b.Shape.Elems() != channels {
		return nil, malformed("bias %q has %d elements, want %d", b.Name, b.Shape.Elems(), channels)
	}
	return tensor.As[int64](b.Data), nil
}
