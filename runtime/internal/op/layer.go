package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// layer is how a quantized layer's outputs are made of its sums.
type layer struct {
	channels, axis int // output channels, and the dimension of the weights that their scales lie along
	act            tflite.Activation

	builtin  bool // by TFLite's own kernel: XNNPACK does not take it
	rounding kernel.Rounding
	product  bool // one scale for all: the input's and the weights' are multiplied in float32 first
}

// fixedRule reads the scales of a layer of operands input and weights.
func fixedRule(n *Node, l layer) (*kernel.Fixed, error) {
	in, err := affine("input", n.In[0])
	if err != nil {
		return nil, err
	}
	out, err := affine("output", n.Out[0])
	if err != nil {
		return nil, err
	}
	f := &kernel.Fixed{Rounding: l.rounding, Zero: out.Zero}
	if f.Lo, f.Hi, err = activationRange(l.act, n.Out[0].DType, out.Scale, out.Zero); err != nil {
		return nil, err
	}
	for _, real := range realScales(in.Scale, n.In[1].Quant.Scale, out.Scale, l) {
		f.Real, f.Scale = append(f.Real, real), append(f.Scale, kernel.NewMultiplier(real))
	}
	return f, nil
}

// realScales returns what TFLite makes fixed-point scales of. Source: TFLite, PopulateConvolutionQuantizationParams, and for
// one scale in float32 GetQuantizedConvolutionMultipler.
func realScales(in float32, weights []float32, out float32, l layer) []float64 {
	if l.product && len(weights) == 1 && l.rounding != kernel.Exact {
		return []float64{float64(float32(in*weights[0])) / float64(out)}
	}
	list := make([]float64, len(weights))
	for i, w := range weights {
		list[i] = float64(in) * float64(w) / float64(out)
	}
	return list
}

// xnnBias reports whether XNNPACK takes a layer with this bias, which must be stored and have scales.
func xnnBias(b *tensor.Tensor) bool { return b != nil && len(b.Quant.Scale) > 0 }
