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
	shifted  bool // int8 weights may have a zero point
	computed bool // weights need not be constant
}

// multiplied is the rounding of a layer that TFLite computes as a product of matrices: ruy multiplies int8 and int16, and
// gemmlowp, which rounds twice, uint8. Source: LiteRT, cpu_backend_gemm.h.
func multiplied(d tensor.DType) kernel.Rounding {
	if d == tensor.Uint8 {
		return kernel.Saturated
	}
	return kernel.Once
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
	f.Lo, f.Hi = n.clamped(f.Lo, f.Hi)
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

// storedWeights reports whether weights, and bias if there is one, are as XNNPACK wants them: constants of the file, and with
// scales if they are integers. Source: LiteRT, xnnpack_delegate.cc, CheckTensorStaticAllocation and
// CheckTensorFloat32OrFloat16OrQCInt32Type.
func storedWeights(n *Node) bool {
	bias := n.optional(2)
	return n.stored(1) && (bias == nil || n.stored(2) && (bias.DType != tensor.Int32 || len(bias.Quant.Scale) > 0))
}
