package op

import (
	"slices"
	"unsafe"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// narrow reports whether weights are of fewer bits than a float: such a layer over floats is hybrid.
func narrow(w *tensor.Tensor) bool { return w.DType == tensor.Int8 || w.DType == tensor.Int4 }

// hybridFullyConnected: float32 rows, quantized one by one by XNNPACK's rule, times int8 or int4 weights.
func hybridFullyConnected(n *Node, rows, k, channels int, act tflite.Activation) (Step, error) {
	p, bias, err := hybridParams(n, channels, 0, act)
	if err != nil {
		return nil, err
	}
	p.Range = kernel.QuantizeRowXNN
	f := kernel.NewHybridFC(rows, k, channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		f.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(bias))
		return nil
	}, nil
}

// hybridConv: float32 images, quantized one by one. XNNPACK takes int8 weights with a bias; TFLite's own kernel the rest.
func hybridConv(n *Node, w kernel.Window, channels int, act tflite.Activation) (Step, error) {
	p, bias, err := hybridParams(n, channels, 0, act)
	if err != nil {
		return nil, err
	}
	p.Range = kernel.QuantizeRowXNN
	if bias == nil || n.In[1].DType != tensor.Int8 {
		p.Range = kernel.QuantizeRowTFLite
	}
	if err := n.take(int64(w.H) * int64(w.W) * int64(w.C)); err != nil {
		return nil, err
	}
	c := kernel.NewHybridConv2D(w, channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		c.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(bias))
		return nil
	}, nil
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
	if _, err = weightQuant(w, channels, axis); err != nil {
		return p, nil, err
	}
	if bias, err = floatBias(n.optional(2), channels); err != nil {
		return p, nil, err
	}
	if p.Weights, err = n.wide(w); err != nil {
		return p, nil, err
	}
	p.Scale, p.Pool = w.Quant.Scale, n.Pool
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

// wide is the function of that name, and counts the memory.
func (n *Node) wide(w *tensor.Tensor) ([]int8, error) {
	if w.DType == tensor.Int4 {
		if err := n.take(int64(w.Shape.Elems())); err != nil {
			return nil, err
		}
	}
	return wide(w), nil
}

// wide returns int8 weights, or what passes for uint8, as they are and int4 weights unpacked: two to a byte, the first in the low half.
func wide(w *tensor.Tensor) []int8 {
	if w.DType != tensor.Int4 {
		return tensor.As[int8](w.Data)
	}
	out := make([]int8, w.Shape.Elems())
	for i := range out {
		b := int8(w.Data[i/2])
		if i%2 == 0 {
			b <<= 4
		}
		out[i] = b >> 4
	}
	return out
}

// withWide returns n with its int4 weights as int8.
func withWide(n *Node) (*Node, error) {
	w := *n.In[1]
	values, err := n.wide(&w)
	if err != nil {
		return nil, err
	}
	w.Data, w.DType = unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)), tensor.Int8
	m := *n
	m.In = slices.Clone(n.In)
	m.In[1] = &w
	return &m, nil
}
