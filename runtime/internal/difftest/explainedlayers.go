package main

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var layersExplained = []explanation{
	{
		reason: "float32 sums, added up in another order, where terms cancel or a fused activation cuts the outputs' range",
		holds:  (*testCase).nearSums,
	},
	{
		reason: "hybrid DEPTHWISE_CONV_2D with one scale: LiteRT reads a scale for every channel, past the only one " +
			"(depthwise_conv.cc, EvalHybridPerChannel)",
		holds: someLayer(func(l layer) bool {
			return l.op.Code == tflite.OpDepthwiseConv2d && l.hybrid() && len(l.weights.Quant.Scale) == 1 && l.channels() > 1
		}),
	},
	{
		reason: "hybrid TRANSPOSE_CONV with one scale and a stride over the kernel, which XNNPACK does not take: LiteRT reads a " +
			"scale for every channel, past the only one (reference/transpose_conv.h, HybridTransposeConv)",
		holds: someLayer(func(l layer) bool {
			o, ok := l.op.Options.(*tflite.TransposeConvOptions)
			return ok && l.hybrid() && len(l.weights.Quant.Scale) == 1 && l.channels() > 1 &&
				(l.weights.Shape[1] < o.StrideH || l.weights.Shape[2] < o.StrideW)
		}),
	},
	{
		reason: "hybrid CONV_2D of int4 in groups with one scale: LiteRT reads temporary tensors that it has not made " +
			"(conv.cc, is_hybrid_per_channel)",
		holds: someLayer(func(l layer) bool {
			return l.op.Code == tflite.OpConv2d && l.hybrid() && l.weights.DType == tensor.Int4 && l.in.Shape[3] != l.weights.Shape[3] &&
				!slices.ContainsFunc(l.weights.Quant.Scale, func(s float32) bool { return s != l.weights.Quant.Scale[0] })
		}),
	},
	{
		reason: "int8 DEPTHWISE_CONV_2D with weights of -128, which TFLite's quantization specification excludes: XNNPACK for " +
			"WebAssembly adds two products in 16 bits (qs8-dwconv, wasmsimd_mul16_add16)",
		holds: someLayer(func(l layer) bool {
			return l.op.Code == tflite.OpDepthwiseConv2d && l.in.DType == tensor.Int8 && l.weights.DType == tensor.Int8 && l.twiceLeast()
		}),
	},
}

// layer is an operator with weights.
type layer struct {
	op          *tflite.Op
	in, weights *tflite.Tensor
}

// someLayer holds if f holds for one of a case's layers.
func someLayer(f func(layer) bool) func(*testCase, answer, verdict) bool {
	return func(c *testCase, _ answer, _ verdict) bool {
		for i := range c.graph.Ops {
			l := layer{op: &c.graph.Ops[i]}
			in := 0
			switch l.op.Code {
			case tflite.OpTransposeConv:
				in = 2
			case tflite.OpConv2d, tflite.OpDepthwiseConv2d, tflite.OpFullyConnected:
			default:
				continue
			}
			l.in, l.weights = &c.graph.Tensors[l.op.Inputs[in]], &c.graph.Tensors[l.op.Inputs[1]]
			if f(l) {
				return true
			}
		}
		return false
	}
}

func (l layer) hybrid() bool {
	return l.in.DType == tensor.Float32 && (l.weights.DType == tensor.Int8 || l.weights.DType == tensor.Int4)
}

func (l layer) channels() int {
	if l.op.Code == tflite.OpDepthwiseConv2d {
		return l.weights.Shape[3]
	}
	return l.weights.Shape[0]
}

// twiceLeast reports whether a channel of depthwise weights [1,Kh,Kw,C] has two of -128.
func (l layer) twiceLeast() bool {
	seen := make([]bool, l.channels())
	for i, w := range tensor.As[int8](l.weights.Data) {
		if w == -128 {
			if seen[i%len(seen)] {
				return true
			}
			seen[i%len(seen)] = true
		}
	}
	return false
}
