package tflite

import "edged/runtime/tensor"

// Version returns the least version of operator o whose kernel takes the types that its tensors in g have, as TensorFlow
// Lite's converter numbers them (tensorflow/lite/tools/versioning/op_version.cc). An interpreter refuses a version that it
// has not heard of, so a file should not claim a higher one than it needs.
func (g *Graph) Version(o *Op) int {
	in, out := g.kind(o.Inputs, 0), g.kind(o.Outputs, 0)
	switch o.Code {
	case OpConv2d, OpDepthwiseConv2d, OpFullyConnected, OpTransposeConv:
		return g.layerVersion(o)
	case OpQuantize:
		return pick(in == tensor.Int16 || out == tensor.Int16, 2, 1)
	case OpDequantize:
		return pick(in == tensor.Int16 || in == tensor.Float16, 3, pick(in == tensor.Int8, 2, 1))
	case OpSplit, OpSplitV:
		in = g.kind(o.Inputs, pick(o.Code == OpSplit, 1, 0))
		return pick(o.Code == OpSplit && in == tensor.Int16, 4, pick(in == tensor.Int8, 2, 1))
	case OpBroadcastTo:
		return pick(in == tensor.Int8 || in == tensor.Int16, 3, 2)
	case OpSelect, OpSelectV2:
		return 1
	case OpMul:
		return g.mulVersion(o)
	case OpSvdf:
		return pick(in == tensor.Int8, 3, pick(g.kind(o.Inputs, 1) == tensor.Int8, 2, 1))
	case OpUnidirectionalSequenceLstm:
		return pick(in == tensor.Float32 && g.kind(o.Inputs, 2) == tensor.Int8, 2, 1)
	case OpLstm:
		return pick(len(o.Inputs) == 5, 2, pick(in == tensor.Float32 && g.kind(o.Inputs, 2) == tensor.Int8, 3, 1))
	case OpRnn, OpUnidirectionalSequenceRnn:
		return pick(in == tensor.Float32 && g.kind(o.Inputs, 1) == tensor.Int8, 2, 1)
	}
	if v, ok := narrowVersions[o.Code]; ok {
		switch in {
		case tensor.Int8:
			return v[0]
		case tensor.Int16:
			return v[1]
		}
	}
	return 1
}

// narrowVersions are the versions from which on operators take int8 and int16; those that are not here take what they take
// from the first on.
var narrowVersions = map[OpCode][2]int{
	OpAbs: {2, 3}, OpAdd: {2, 3}, OpAddN: {1, 1}, OpArgMax: {2, 2}, OpArgMin: {2, 2}, OpAveragePool2d: {2, 3},
	OpBatchMatmul: {2, 3}, OpBatchToSpaceNd: {2, 3}, OpConcatenation: {2, 3}, OpDepthToSpace: {2, 2}, OpEqual: {2, 2},
	OpExp: {2, 2}, OpExpandDims: {1, 1}, OpGather: {2, 4}, OpGelu: {2, 2}, OpGreater: {2, 2}, OpGreaterEqual: {2, 2}, OpL2Normalization: {2, 2},
	OpLeakyRelu: {2, 2}, OpLess: {2, 2}, OpLessEqual: {2, 2}, OpLogSoftmax: {2, 2}, OpLogistic: {2, 3}, OpMaxPool2d: {2, 3},
	OpMaximum: {2, 4}, OpMean: {2, 3}, OpMinimum: {2, 4}, OpMirrorPad: {2, 3}, OpNotEqual: {2, 2}, OpPack: {2, 3},
	OpPad: {2, 3}, OpPadv2: {2, 2}, OpPrelu: {1, 1}, OpReduceMax: {2, 3}, OpReduceMin: {2, 3}, OpReduceProd: {2, 2}, OpRelu: {2, 3}, OpRelu6: {2, 3},
	OpReshape: {1, 1}, OpResizeBilinear: {2, 4}, OpResizeNearestNeighbor: {2, 4}, OpRsqrt: {2, 3}, OpSlice: {2, 4},
	OpSoftmax: {2, 3}, OpSpaceToBatchNd: {2, 3}, OpSpaceToDepth: {2, 2}, OpSquaredDifference: {2, 2}, OpSqueeze: {1, 1},
	OpStridedSlice: {2, 4}, OpSub: {2, 5}, OpSum: {2, 3}, OpTanh: {2, 3}, OpTopkV2: {2, 3}, OpTranspose: {2, 4}, OpUnpack: {2, 4},
}

// layerVersion is that of a layer with weights.
func (g *Graph) layerVersion(o *Op) int {
	in, weights := g.kind(o.Inputs, 0), g.kind(o.Inputs, 1)
	if o.Code == OpTransposeConv {
		in = g.kind(o.Inputs, 2)
		bias := len(o.Inputs) > 3 && o.Inputs[3] >= 0
		return pick(in == tensor.Int16, 3, pick(bias, 3, pick(in == tensor.Int8, 2, 1)))
	}
	switch {
	case in == tensor.Int16:
		return map[OpCode]int{OpConv2d: 4, OpDepthwiseConv2d: 5, OpFullyConnected: 7}[o.Code]
	case in == tensor.Int8:
		return g.byteLayerVersion(o)
	case in == tensor.Float32 && weights == tensor.Int8:
		return g.hybridVersion(o)
	}
	if d, ok := o.Options.(*DepthwiseConv2DOptions); ok && (d.DilationH > 1 || d.DilationW > 1) {
		return 2
	}
	return g.plainVersion(o)
}

func (g *Graph) byteLayerVersion(o *Op) int {
	if o.Code != OpFullyConnected {
		return 3
	}
	return max(4, g.plainVersion(o))
}

// plainVersion is that of a layer which is remarkable in its form alone.
func (g *Graph) plainVersion(o *Op) int {
	f, ok := o.Options.(*FullyConnectedOptions)
	switch {
	case o.Code == OpFullyConnected && (len(o.Inputs) == 2 || o.Inputs[2] < 0):
		return 6
	case ok && f.KeepNumDims:
		return 5
	}
	return 1
}

// hybridVersion is that of a layer over floats with weights of int8.
func (g *Graph) hybridVersion(o *Op) int {
	channels := len(g.Tensors[o.Inputs[1]].Quant.Scale) > 1
	switch o.Code {
	case OpConv2d:
		return pick(channels, 5, 2)
	case OpDepthwiseConv2d:
		return pick(channels, 6, 4)
	}
	f, ok := o.Options.(*FullyConnectedOptions)
	return pick(ok && f.AsymmetricQuantizeInputs, 9, max(3, g.plainVersion(o)))
}

// mulVersion is that of MUL, whose kernel once took products that are scaled down only.
func (g *Graph) mulVersion(o *Op) int {
	switch g.kind(o.Inputs, 0) {
	case tensor.Int16:
		return 4
	case tensor.Int8:
		a, b, c := g.scale(o.Inputs, 0), g.scale(o.Inputs, 1), g.scale(o.Outputs, 0)
		return pick(a*b >= c, 3, 2)
	}
	return 1
}

// kind returns the type of the i-th of an operator's tensors.
func (g *Graph) kind(tensors []int, i int) tensor.DType {
	if i >= len(tensors) || tensors[i] < 0 {
		return tensor.Invalid
	}
	return g.Tensors[tensors[i]].DType
}

// scale returns the first scale of the i-th of an operator's tensors; 0 where it has none.
func (g *Graph) scale(tensors []int, i int) float64 {
	if i >= len(tensors) || tensors[i] < 0 || !g.Tensors[tensors[i]].Quant.Quantized() {
		return 0
	}
	return float64(g.Tensors[tensors[i]].Quant.Scale[0])
}

func pick(when bool, yes, no int) int {
	if when {
		return yes
	}
	return no
}
