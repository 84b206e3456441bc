package quant

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// unfuse makes operators of their own of TANHs that are fused onto results: integer kernels have none, and TensorFlow Lite's
// float kernels forget them.
func (n *net) unfuse() {
	var all []tflite.Op
	for _, o := range n.graph.Ops {
		options, ok := withoutActivation(o.Options)
		if fusedOf(&o) != tflite.ActTanh || !ok || !n.float(o.Outputs[0]) {
			all = append(all, o)
			continue
		}
		x := n.graph.Tensors[o.Outputs[0]]
		x.Index, x.Name, x.Quant = len(n.graph.Tensors), x.Name+"/before", tensor.Quant{}
		n.graph.Tensors = append(n.graph.Tensors, x)
		tanh := tflite.Op{Code: tflite.OpTanh, Version: 1, Inputs: []int{x.Index}, Outputs: o.Outputs}
		o.Options, o.Outputs = options, []int{x.Index}
		all = append(all, o, tanh)
	}
	n.graph.Ops = all
}

// withoutActivation returns a copy of an operator's options that fuses nothing.
func withoutActivation(options any) (any, bool) {
	switch x := options.(type) {
	case *tflite.Conv2DOptions:
		o := *x
		o.Activation = tflite.ActNone
		return &o, true
	case *tflite.DepthwiseConv2DOptions:
		o := *x
		o.Activation = tflite.ActNone
		return &o, true
	case *tflite.FullyConnectedOptions:
		o := *x
		o.Activation = tflite.ActNone
		return &o, true
	case *tflite.TransposeConvOptions:
		o := *x
		o.Activation = tflite.ActNone
		return &o, true
	case *tflite.ArithmeticOptions:
		o := *x
		o.Activation = tflite.ActNone
		return &o, true
	case *tflite.ConcatenationOptions:
		o := *x
		o.Activation = tflite.ActNone
		return &o, true
	}
	return nil, false
}
