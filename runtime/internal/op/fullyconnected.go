package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareFullyConnected: in […,K], weights [O,K], bias [O] or left out; out [N,O], or […,O] with keep_num_dims.
func prepareFullyConnected(n *Node) (Step, error) {
	o := options[tflite.FullyConnectedOptions](n)
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	in, w := n.In[0], n.In[1]
	if len(w.Shape) != 2 {
		return nil, malformed("weights are %s, want 2 dimensions", w.Shape)
	}
	channels, k := w.Shape[0], w.Shape[1]
	if k == 0 || channels == 0 || in.Shape.Elems()%k != 0 {
		return nil, malformed("weights are %s, input is %s", w.Shape, in.Shape)
	}
	if o.ShuffledWeights {
		return nil, unsupported("shuffled weights")
	}
	rows := in.Shape.Elems() / k
	if n.Out[0].Shape = (tensor.Shape{rows, channels}); o.KeepNumDims {
		if len(in.Shape) == 0 || in.Shape[len(in.Shape)-1] != k {
			return nil, malformed("weights are %s, input is %s", w.Shape, in.Shape)
		}
		n.Out[0].Shape = append(append(tensor.Shape{}, in.Shape[:len(in.Shape)-1]...), channels)
	}
	n.MACs = int64(rows) * int64(channels) * int64(k)
	if err := n.takeLayer(k, channels); err != nil {
		return nil, err
	}
	if in.DType == tensor.Float32 && w.DType == tensor.Float32 {
		return fullyConnectedFloat(n, rows, k, o.Activation)
	}
	if in.DType == tensor.Float32 && narrow(w) {
		return hybridFullyConnected(n, rows, channels, o)
	}
	if int16x8(in, w) {
		return fullyConnected16(n, k, channels, o)
	}
	if err := byteTypes(in, w); err != nil {
		return nil, err
	}
	l := layer{channels: channels, act: o.Activation, rounding: multiplied(in.DType), product: true, shifted: true, computed: true}
	l.builtin = oddInt4(w) || !storedWeights(n) || w.DType == tensor.Int8 && slices.ContainsFunc(w.Quant.ZeroPoint, nonzero)
	if in.DType == tensor.Int8 {
		return fullyConnectedStep[int8](n, rows, l)
	}
	return fullyConnectedStep[uint8](n, rows, l)
}

func nonzero(z int64) bool { return z != 0 }

// oddInt4 reports whether XNNPACK leaves a fully connected layer of these weights to TFLite: rows of int4 must be whole bytes.
func oddInt4(w *tensor.Tensor) bool { return w.DType == tensor.Int4 && w.Shape[1]%2 != 0 }

func fullyConnectedStep[T int8 | uint8](n *Node, rows int, l layer) (Step, error) {
	p, err := convParams[T](n, l)
	if err != nil {
		return nil, err
	}
	in, w, out := n.In[0], n.In[1], n.Out[0]
	fixed := constant(w)
	if !fixed {
		p.Weights = nil // which are not there yet
	}
	f := kernel.NewFullyConnected(rows, w.Shape[1], l.channels, p)
	if err := n.takePacked(f.PackedBytes()); err != nil {
		return nil, err
	}
	return func() error {
		if !fixed {
			f.Weigh(tensor.As[T](w.Data))
		}
		f.Run(tensor.As[T](in.Data), tensor.As[T](out.Data))
		return nil
	}, nil
}
