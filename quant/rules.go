package quant

import (
	"fmt"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// rule is what the quantization specification demands of an operator.
type rule struct {
	data    int  // the operand that weights are applied to
	weights int  // the operand with weights, constant and symmetric; 0 for none
	axis    int  // of the weights' scales; -1 for one scale
	bias    int  // the operand with a bias of int32 (int64 of int16 data); 0 for none
	same    bool // operands and results have one scale: values are moved, picked or averaged
	wide    bool // there is a kernel for int16 too
	lstm    bool
	svdf    bool
}

// ruleOf returns an operator's rule; there is none for one that has no integer kernel, as of TensorFlow Lite 2.9. SCATTER_ND
// has none either: where it scatters nothing its kernel leaves the integer 0, whatever value that stands for.
func ruleOf(o *tflite.Op) (rule, bool) {
	switch o.Code {
	case tflite.OpConv2d:
		return rule{weights: 1, bias: 2, wide: true}, true
	case tflite.OpDepthwiseConv2d:
		return rule{weights: 1, axis: 3, bias: 2, wide: true}, true
	case tflite.OpTransposeConv:
		return rule{data: 2, weights: 1, bias: 3, wide: true}, true
	case tflite.OpFullyConnected:
		return rule{weights: 1, axis: -1, bias: 2, wide: true}, true
	case tflite.OpUnidirectionalSequenceLstm, tflite.OpLstm:
		return rule{lstm: true, axis: -1}, true
	case tflite.OpSvdf:
		return rule{svdf: true, axis: -1}, true

	case tflite.OpAveragePool2d, tflite.OpConcatenation, tflite.OpExpandDims, tflite.OpMaxPool2d, tflite.OpMaximum,
		tflite.OpMinimum, tflite.OpPack, tflite.OpPad, tflite.OpReshape, tflite.OpResizeBilinear, tflite.OpResizeNearestNeighbor,
		tflite.OpSlice, tflite.OpSplit, tflite.OpSplitV, tflite.OpSqueeze, tflite.OpStridedSlice, tflite.OpTranspose,
		tflite.OpUnpack, tflite.OpGather, tflite.OpReduceMax, tflite.OpReduceMin, tflite.OpBroadcastTo:
		return rule{same: true, wide: true}, true
	case tflite.OpDepthToSpace, tflite.OpPadv2, tflite.OpSpaceToDepth, tflite.OpTile, tflite.OpTopkV2, tflite.OpGatherNd,
		tflite.OpReverseV2, tflite.OpSelect, tflite.OpSelectV2, tflite.OpMirrorPad, tflite.OpSpaceToBatchNd, tflite.OpBatchToSpaceNd,
		tflite.OpDynamicUpdateSlice, tflite.OpEmbeddingLookup:
		return rule{same: true}, true

	case tflite.OpAdd, tflite.OpMul, tflite.OpSub, tflite.OpLogistic, tflite.OpTanh, tflite.OpSoftmax, tflite.OpMean,
		tflite.OpLeakyRelu, tflite.OpRelu, tflite.OpRelu6, tflite.OpBatchMatmul, tflite.OpReduceProd:
		return rule{wide: true}, true
	case tflite.OpAbs, tflite.OpArgMax, tflite.OpArgMin, tflite.OpElu, tflite.OpHardSwish, tflite.OpL2Normalization,
		tflite.OpLogSoftmax, tflite.OpPrelu, tflite.OpReluN1To1, tflite.OpSquaredDifference, tflite.OpEqual, tflite.OpNotEqual,
		tflite.OpGreater, tflite.OpGreaterEqual, tflite.OpLess, tflite.OpLessEqual, tflite.OpGelu, tflite.OpRsqrt, tflite.OpSum:
		return rule{}, true
	}
	return rule{}, false
}

// fixed returns the quantization that the specification gives an operator's result, whatever its values; none for most.
func fixed(o *tflite.Op, d tensor.DType) (tensor.Quant, bool) {
	one := func(scale float64, zero int64) (tensor.Quant, bool) { return perTensor(scale, zero), true }
	if d == tensor.Int16 {
		switch o.Code {
		case tflite.OpSoftmax, tflite.OpLogistic, tflite.OpTanh:
			return one(1.0/32768, 0)
		}
		return tensor.Quant{}, false
	}
	switch o.Code {
	case tflite.OpSoftmax, tflite.OpLogistic:
		return one(1.0/256, -128)
	case tflite.OpTanh, tflite.OpL2Normalization:
		return one(1.0/128, 0)
	case tflite.OpLogSoftmax:
		return one(16.0/256, 127)
	}
	return tensor.Quant{}, false
}

// notFloat is said of what has nothing to quantize: it computes numbers of other types.
const notFloat = "no float operand"

// whyFloat says why an operator cannot become one of integers; "" if it can.
func (n *net) whyFloat(o *tflite.Op, scheme Scheme) string {
	r, ok := ruleOf(o)
	switch {
	case !slices.ContainsFunc(o.Inputs, n.float) && !slices.ContainsFunc(o.Outputs, n.float):
		return notFloat
	case !ok:
		return "no integer kernel"
	case scheme == Int16x8 && !r.wide:
		return "no int16 kernel"
	case r.lstm:
		return n.whyFloatLSTM(o)
	case r.svdf:
		return n.whyFloatSVDF(o)
	case !slices.ContainsFunc(o.Inputs, n.float):
		return notFloat
	}
	if why := n.whyTensors(o, &r); why != "" {
		return why
	}
	if why := n.whyFormat(o); why != "" {
		return why
	}
	return n.whyActivation(o)
}

// whyTensors looks at the operands.
func (n *net) whyTensors(o *tflite.Op, r *rule) string {
	for i, t := range append(slices.Clone(o.Inputs), o.Outputs...) {
		switch {
		case t < 0:
		case n.graph.Tensors[t].Sparse:
			return fmt.Sprintf("%q is stored sparsely", n.graph.Tensors[t].Name)
		case n.graph.Tensors[t].Variable:
			return fmt.Sprintf("%q is a state", n.graph.Tensors[t].Name)
		case n.graph.Tensors[t].Quant.Quantized():
			return fmt.Sprintf("%q is quantized already", n.graph.Tensors[t].Name)
		case n.constant(t) && i < len(o.Inputs):
		case n.float(t) && (i == r.weights || i == r.bias) && i > 0 && i < len(o.Inputs):
			return fmt.Sprintf("%q is computed", n.graph.Tensors[t].Name)
		}
	}
	if r.weights == 0 {
		return ""
	}
	if w := o.Inputs[r.weights]; !n.float(w) || !n.float(o.Inputs[r.data]) {
		return "weights are not float32"
	}
	return ""
}

// whyFormat looks at options that integer kernels lack.
func (n *net) whyFormat(o *tflite.Op) string {
	switch x := o.Options.(type) {
	case *tflite.FullyConnectedOptions:
		if x.ShuffledWeights {
			return "shuffled weights"
		}
	case *tflite.Conv2DOptions:
		if in, w := n.graph.Tensors[o.Inputs[0]].Shape, n.graph.Tensors[o.Inputs[1]].Shape; len(in) == 4 && len(w) == 4 && in[3] != w[3] {
			return "a grouped convolution"
		}
	}
	return ""
}

// whyActivation looks at the function that is fused onto the result: integer kernels clamp, and do no more than that.
func (n *net) whyActivation(o *tflite.Op) string {
	switch a := fusedOf(o); {
	case a == tflite.ActTanh || a == tflite.ActSignBit:
		return "a fused TANH or SIGN_BIT"
	case a != tflite.ActNone && (o.Code == tflite.OpConcatenation || o.Code == tflite.OpL2Normalization):
		return "a fused activation"
	}
	return ""
}

// fusedOf returns the function fused onto an operator's result.
func fusedOf(o *tflite.Op) tflite.Activation {
	switch x := o.Options.(type) {
	case *tflite.Conv2DOptions:
		return x.Activation
	case *tflite.DepthwiseConv2DOptions:
		return x.Activation
	case *tflite.FullyConnectedOptions:
		return x.Activation
	case *tflite.TransposeConvOptions:
		return x.Activation
	case *tflite.Pool2DOptions:
		return x.Activation
	case *tflite.ArithmeticOptions:
		return x.Activation
	case *tflite.ConcatenationOptions:
		return x.Activation
	case *tflite.L2NormOptions:
		return x.Activation
	}
	return tflite.ActNone
}
