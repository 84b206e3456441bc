package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// int16x8 reports whether a layer has int16 activations and int8 or int4 weights.
func int16x8(in, w *tensor.Tensor) bool { return in.DType == tensor.Int16 && narrow(w) }

// conv16: int16 input and output, int8 weights.
func conv16(n *Node, w kernel.Window, channels int, o tflite.Conv2DOptions) (Step, error) {
	p, err := params16(n, channels, layer16{act: o.Activation, wide: o.BiasType != tensor.Int32})
	if err != nil {
		return nil, err
	}
	c := kernel.NewConv2D16(w, channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		c.Run(tensor.As[int16](in.Data), tensor.As[int16](out.Data))
		return nil
	}, nil
}

func depthwise16(n *Node, w kernel.Window, channels int, act tflite.Activation) (Step, error) {
	p, err := params16(n, channels, layer16{axis: 3, act: act, wide: true})
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
	bias := n.optional(2)
	wide := bias != nil && bias.DType == tensor.Int64 || o.BiasType == tensor.Int64
	p, err := params16(n, channels, layer16{act: o.Activation, wide: wide, product: true})
	if err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	return func() error {
		kernel.FullyConnected16(&p, tensor.As[int16](out.Data), tensor.As[int16](in.Data), k)
		return nil
	}, nil
}

// layer16 is how an int16 layer's numbers are made.
type layer16 struct {
	act     tflite.Activation
	axis    int  // of the weights' scales
	wide    bool // sums of 64 bits
	product bool // one scale for all: the input's and the weights' are multiplied in float32 first
}

// params16 reads weights, bias and scales of an int16 layer. n's operands are input, weights and bias.
func params16(n *Node, channels int, l layer16) (p kernel.Params16, err error) {
	in, w, out := n.In[0], n.In[1], n.Out[0]
	if out.DType != tensor.Int16 {
		return p, unsupported("input int16 with output %s", out.DType)
	}
	if !constant(w) {
		return p, unsupported("weights %q are computed, not constant", w.Name)
	}
	a, err := affine("input", in)
	if err != nil {
		return p, err
	}
	b, err := affine("output", out)
	if err != nil {
		return p, err
	}
	if a.Zero != 0 || b.Zero != 0 {
		return p, malformed("int16 with zero points %d and %d, want 0", a.Zero, b.Zero)
	}
	if _, err = weightQuant(w, channels, l.axis); err != nil {
		return p, err
	}
	if p.Bias, err = bias64(n.optional(2), channels); err != nil {
		return p, err
	}
	if p.Scale, err = multipliers16(a.Scale, w.Quant.Scale, b.Scale, l); err != nil {
		return p, err
	}
	if p.Weights, err = n.wide(w); err != nil {
		return p, err
	}
	p.Lo, p.Hi, err = activationRange(l.act, tensor.Int16, b.Scale, 0)
	p.Wide, p.Pool = l.wide, n.Pool
	return p, err
}

// multipliers16 returns the fixed-point scales of a layer. Source: TFLite, PopulateConvolutionQuantizationParams, and for a
// fully connected layer of one scale GetQuantizedConvolutionMultipler.
func multipliers16(in float32, weights []float32, out float32, l layer16) ([]kernel.Multiplier, error) {
	var list []kernel.Multiplier
	for i, s := range weights {
		real := float64(in) * float64(s) / float64(out)
		if l.product && len(weights) == 1 {
			real = float64(in*s) / float64(out)
		}
		m := kernel.NewMultiplier(real)
		if m.Shift > 7 {
			return nil, unsupported("scale %g of channel %d: 128 is the limit", real, i)
		}
		list = append(list, m)
	}
	return list, nil
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
