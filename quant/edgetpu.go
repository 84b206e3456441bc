package quant

import (
	"fmt"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Mapping is what the Edge TPU compiler would make of an operator. Why says why it cannot run on the Edge TPU; "" if it can.
type Mapping struct {
	Index int    `json:"index"`
	Op    string `json:"op"`
	Name  string `json:"name"` // of its first result
	Why   string `json:"why,omitempty"`
}

// EdgeTPU says which operators of a model's main graph the Edge TPU compiler maps, by its published table and its general
// requirements: coral.ai/docs/edgetpu/models-intro, "Supported operations", runtime version 14, which Axis prints as
// developer.axis.com/computer-vision/on-device/system-on-chip/artpec-7/supported-ops. What the table leaves open (a RESIZE
// that "might not be mapped", a "large" RESHAPE) is taken to be mapped. The compiler maps operators from the first on until
// one stops it; what follows runs on the CPU, even what the table has: mapped counts those before.
func EdgeTPU(m *tflite.Model) (all []Mapping, mapped int) {
	g := &m.Graphs[0]
	stopped := false
	for i := range g.Ops {
		o := &g.Ops[i]
		x := Mapping{Index: i, Op: o.Name(), Why: whyCPU(g, o)}
		if len(o.Outputs) > 0 {
			x.Name = g.Tensors[o.Outputs[0]].Name
		}
		if stopped = stopped || x.Why != ""; !stopped {
			mapped++
		}
		all = append(all, x)
	}
	return all, mapped
}

// whyCPU says why an operator cannot run on the Edge TPU.
func whyCPU(g *tflite.Graph, o *tflite.Op) string {
	if !inTable(o.Code) {
		return "not in the Edge TPU's table"
	}
	for _, t := range append(append([]int(nil), o.Inputs...), o.Outputs...) {
		if t < 0 {
			continue
		}
		if why := whyTensor(&g.Tensors[t]); why != "" {
			return fmt.Sprintf("%q %s", g.Tensors[t].Name, why)
		}
	}
	return whyLimited(g, o)
}

// whyTensor looks for what no operator of the Edge TPU takes.
func whyTensor(t *tflite.Tensor) string {
	switch t.DType {
	case tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32: // int16: an LSTM's cell state
	default:
		return fmt.Sprintf("is %s, want integers of 8 bits", t.DType)
	}
	for _, d := range t.ShapeSignature {
		if d < 0 {
			return "has a size that may change"
		}
	}
	if t.Data != nil {
		return ""
	}
	for _, d := range t.Shape[:max(0, len(t.Shape)-3)] {
		if d > 1 {
			return fmt.Sprintf("is %s: beyond the three innermost dimensions all must be 1", t.Shape)
		}
	}
	return ""
}

// inTable reports whether the Edge TPU has an operator.
func inTable(c tflite.OpCode) bool {
	switch c {
	case tflite.OpAdd, tflite.OpAveragePool2d, tflite.OpConcatenation, tflite.OpConv2d, tflite.OpDepthwiseConv2d, tflite.OpExpandDims,
		tflite.OpFullyConnected, tflite.OpL2Normalization, tflite.OpLogistic, tflite.OpUnidirectionalSequenceLstm, tflite.OpMaximum,
		tflite.OpMaxPool2d, tflite.OpMean, tflite.OpMinimum, tflite.OpMul, tflite.OpPack, tflite.OpPad, tflite.OpPrelu,
		tflite.OpQuantize, tflite.OpReduceMax, tflite.OpReduceMin, tflite.OpRelu, tflite.OpRelu6, tflite.OpReluN1To1,
		tflite.OpReshape, tflite.OpResizeBilinear, tflite.OpResizeNearestNeighbor, tflite.OpRsqrt, tflite.OpSlice,
		tflite.OpSoftmax, tflite.OpSpaceToDepth, tflite.OpSplit, tflite.OpSqueeze, tflite.OpStridedSlice, tflite.OpSub,
		tflite.OpSum, tflite.OpSquaredDifference, tflite.OpTanh, tflite.OpTranspose, tflite.OpTransposeConv:
		return true
	}
	return false
}

// maxSoftmax is how many elements the Edge TPU's SOFTMAX takes.
const maxSoftmax = 16000

// whyLimited looks at what the table says of an operator beside its name.
func whyLimited(g *tflite.Graph, o *tflite.Op) string {
	if len(o.Inputs) == 0 || o.Inputs[0] < 0 || len(o.Outputs) == 0 {
		return "operands are missing"
	}
	switch o.Code {
	case tflite.OpAveragePool2d, tflite.OpMaxPool2d:
		if fusedOf(o) != tflite.ActNone {
			return "a fused activation"
		}
	case tflite.OpConcatenation:
		return whyJoined(g, o)
	case tflite.OpConv2d, tflite.OpDepthwiseConv2d:
		if h, w := dilation(o); h != w {
			return "different dilations in height and width"
		}
	case tflite.OpFullyConnected:
		if f, ok := o.Options.(*tflite.FullyConnectedOptions); ok && f.ShuffledWeights {
			return "shuffled weights"
		}
		if s := g.Tensors[o.Outputs[0]].Shape; len(s) > 0 && s.Elems() != s[len(s)-1] {
			return fmt.Sprintf("an output of %s, want one dimension", s)
		}
	case tflite.OpSoftmax:
		if s := g.Tensors[o.Inputs[0]].Shape; len(s) > 0 && s.Elems() != s[len(s)-1] || s.Elems() > maxSoftmax {
			return fmt.Sprintf("an input of %s, want one dimension of at most %d", s, maxSoftmax)
		}
	case tflite.OpStridedSlice:
		return whySliced(g, o)
	case tflite.OpPack, tflite.OpPad, tflite.OpSplit, tflite.OpMean, tflite.OpSum, tflite.OpReduceMax, tflite.OpReduceMin:
		return whyBatch(g, o)
	case tflite.OpPrelu:
		if s := shapeOf(g, o, 1); len(s) > 0 && s.Elems() != s[len(s)-1] {
			return fmt.Sprintf("a slope of %s, want one for each channel", s)
		}
	}
	return ""
}

// whyBatch: the batch, a tensor's first dimension, is left alone; and a mean over channels wants a multiple of 4 of them.
func whyBatch(g *tflite.Graph, o *tflite.Op) string {
	switch o.Code {
	case tflite.OpPack:
		if p, ok := o.Options.(*tflite.PackOptions); ok && (p.Axis == 0 || -p.Axis == len(g.Tensors[o.Outputs[0]].Shape)) {
			return "packs along the batch"
		}
	case tflite.OpPad:
		if p := ints(g, o, 1); len(p) > 2 && (p[0] != 0 || p[1] != 0) {
			return "pads the batch"
		}
	case tflite.OpSplit:
		if axis, rank := ints(g, o, 0), len(shapeOf(g, o, 1)); rank > 1 && len(axis) == 1 && (int(axis[0])+rank)%rank == 0 {
			return "splits the batch"
		}
	default:
		return whyReduced(o.Code, g.Tensors[o.Inputs[0]].Shape, ints(g, o, 1))
	}
	return ""
}

// whyReduced looks at the axes of a reduction.
func whyReduced(c tflite.OpCode, s tensor.Shape, axes []int32) string {
	for _, axis := range axes {
		switch at := int(axis) + len(s)*count(axis < 0); {
		case len(s) > 1 && at == 0:
			return "reduces the batch"
		case c == tflite.OpMean && len(s) > 1 && at == len(s)-1 && s[at]%4 != 0:
			return fmt.Sprintf("a mean over %d channels, want a multiple of 4", s[at])
		}
	}
	return ""
}

// ints returns operand i where it is a constant of int32.
func ints(g *tflite.Graph, o *tflite.Op, i int) []int32 {
	if i >= len(o.Inputs) || o.Inputs[i] < 0 {
		return nil
	}
	x := &g.Tensors[o.Inputs[i]]
	if x.Data == nil || x.DType != tensor.Int32 {
		return nil
	}
	return tensor.As[int32](x.Data)
}

// shapeOf returns that of operand i; none of one that is missing.
func shapeOf(g *tflite.Graph, o *tflite.Op, i int) tensor.Shape {
	if i >= len(o.Inputs) || o.Inputs[i] < 0 {
		return nil
	}
	return g.Tensors[o.Inputs[i]].Shape
}

// whyJoined: no fused activation, and a constant only as zeros beside one other operand.
func whyJoined(g *tflite.Graph, o *tflite.Op) string {
	if fusedOf(o) != tflite.ActNone {
		return "a fused activation"
	}
	for _, t := range o.Inputs {
		if t < 0 || g.Tensors[t].Data == nil {
			continue
		}
		x := &g.Tensors[t]
		if len(o.Inputs) != 2 {
			return "a constant among more than two operands"
		}
		for _, b := range x.Data {
			if len(x.Quant.ZeroPoint) != 1 || b != byte(x.Quant.ZeroPoint[0]) {
				return "a constant that is not zero"
			}
		}
	}
	return ""
}

// whySliced: strides of 1, and no ellipsis or new axis.
func whySliced(g *tflite.Graph, o *tflite.Op) string {
	if s, ok := o.Options.(*tflite.StridedSliceOptions); ok && (s.EllipsisMask != 0 || s.NewAxisMask != 0) {
		return "an ellipsis or a new axis"
	}
	for _, stride := range ints(g, o, 3) {
		if stride != 1 {
			return fmt.Sprintf("a stride of %d, want 1", stride)
		}
	}
	return ""
}

func dilation(o *tflite.Op) (h, w int) {
	switch x := o.Options.(type) {
	case *tflite.Conv2DOptions:
		return x.DilationH, x.DilationW
	case *tflite.DepthwiseConv2DOptions:
		return x.DilationH, x.DilationW
	}
	return 1, 1
}
