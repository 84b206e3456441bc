package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Step runs a prepared operator once. It allocates nothing and fails only on bad data.
type Step func() error

// Node is an operator with its tensors. Prepare reads In's shapes and types, and Data where In is constant, and sets
// Out's shapes. When a Step runs, every tensor has Data of its shape's size.
type Node struct {
	Op      *tflite.Op
	In, Out []*tensor.Tensor // In[i] is nil for an optional operand that is left out
	Inter   []*tensor.Tensor // intermediate tensors: scales only
	Folded  []bool           // of In: constants that an operator before has computed; nil is none
	Pool    *kernel.Pool
	Model   Model // the model around it
	Extra   Extra // what it does for operators that are gone

	MACs     int64            // multiply-accumulates of one Step, set by Prepare
	Packed   int64            // bytes of weights in another form, and of copies of inputs, that the Step keeps; set by Prepare
	Work     int64            // other operations of one Step, where they are not a few for each element; set by Prepare
	Stateful bool             // the Step remembers, so its result is no constant even if its operands are; set by Prepare
	Sparsity *tflite.Sparsity // of operand 0 where that is stored sparsely
	Dynamic  bool             // the Step itself sets its outputs' Shape and Data, by Grow; set by Prepare
	Shares   []Share          // which outputs may lie in operands' memory; set by Prepare

	held int64 // bytes that the Step keeps
}

// Model is what operators need of the model around them.
type Model interface {
	// Graph prepares another graph of the model, for inputs of the given shapes.
	Graph(i int, inputs []tensor.Shape) (*Graph, error)
	// Body returns another graph as the file has it, for operators that look at its one operator.
	Body(i int) (*tflite.Graph, error)
	Variable(name string) *Variable
	VariableByID(id int32) *Variable
	// Table returns the hash table of that number, nil if there is none; MakeTable makes it.
	Table(id int32) *Table
	MakeTable(id int32) *Table
	// Begun says whether CALL_ONCE has run graph i since the session was opened or reset.
	Begun(i int) *bool
	OnReset(forget func())
	// Take counts bytes before they are allocated, or gives back a negative number of them.
	Take(bytes int64) error
	// Room returns how many bytes of float32 weights may be kept in another form.
	Room() int64
}

// Graph is a prepared graph: fill In, Run, read Out.
type Graph struct {
	In, Out []*tensor.Tensor
	Run     func() error

	by *Node // that calls it
}

// Variable is a resource variable, shared by the graphs of a model. It takes type and shape from its first use.
type Variable struct {
	ID   int32
	Info tensor.Info
	Data []byte
	Set  bool // has been assigned since the session was opened or reset

	Take func(bytes int64) error // counts the memory of Data
}

// Prepare checks the operator and returns its Step; a nil Step without an error means that the outputs are constants whose
// Data is set. The error is a *tflite.FormatError if the model is wrong and a
// *tflite.UnsupportedError if it is right but beyond this engine; neither says yet which operator it was.
func Prepare(n *Node) (Step, error) {
	if n.Extra.Map != nil {
		return prepareMap(n)
	}
	if operand := movedStrings(n); operand >= 0 {
		return prepareStrings(n, operand)
	}
	if narrow, wide := twinned(n); narrow != tensor.Invalid {
		return prepareTwins(n, narrow, wide)
	}
	switch n.Op.Code {
	case tflite.OpAbs:
		return prepareUnary(n)
	case tflite.OpAdd:
		return prepareAdd(n)
	case tflite.OpAddN:
		return prepareAddN(n)
	case tflite.OpArgMax:
		return prepareArgMax(n)
	case tflite.OpArgMin:
		return prepareArgMax(n)
	case tflite.OpAssignVariable:
		return prepareAssignVariable(n)
	case tflite.OpAtan2:
		return prepareAtan2(n)
	case tflite.OpAveragePool2d:
		return preparePool(n)
	case tflite.OpBatchMatmul:
		return prepareBatchMatMul(n)
	case tflite.OpBatchToSpaceNd:
		return prepareBatchSpace(n)
	case tflite.OpBidirectionalSequenceLstm:
		return prepareBidirectionalLSTM(n)
	case tflite.OpBidirectionalSequenceRnn:
		return prepareBidirectionalRNN(n)
	case tflite.OpBitcast:
		return prepareBitcast(n)
	case tflite.OpBitwiseXor:
		return prepareXor(n)
	case tflite.OpBroadcastArgs:
		return prepareBroadcastArgs(n)
	case tflite.OpBroadcastTo:
		return prepareBroadcastTo(n)
	case tflite.OpBucketize:
		return prepareBucketize(n)
	case tflite.OpCall:
		return prepareCall(n)
	case tflite.OpCallOnce:
		return prepareCallOnce(n)
	case tflite.OpCast:
		return prepareCast(n)
	case tflite.OpCeil:
		return prepareUnary(n)
	case tflite.OpComplexAbs:
		return prepareComplex(n, kernel.Magnitudes)
	case tflite.OpConcatenation:
		return prepareConcatenation(n)
	case tflite.OpConv2d:
		return prepareConv2D(n)
	case tflite.OpConv3d:
		return prepareConv3D(n)
	case tflite.OpConv3dTranspose:
		return prepareConv3DTranspose(n)
	case tflite.OpCos:
		return prepareUnary(n)
	case tflite.OpCumsum:
		return prepareCumsum(n)
	case tflite.OpCustom:
		return prepareCustom(n)
	case tflite.OpDensify:
		return prepareDensify(n)
	case tflite.OpDepthToSpace:
		return prepareDepthSpace(n)
	case tflite.OpDepthwiseConv2d:
		return prepareDepthwise(n)
	case tflite.OpDequantize:
		return prepareDequantize(n)
	case tflite.OpDilate:
		return prepareDilate(n)
	case tflite.OpDiv:
		return prepareDiv(n)
	case tflite.OpDynamicUpdateSlice:
		return prepareDynamicUpdateSlice(n)
	case tflite.OpElu:
		return prepareUnary(n)
	case tflite.OpEmbeddingLookup:
		return prepareEmbeddingLookup(n)
	case tflite.OpEmbeddingLookupSparse:
		return prepareEmbeddingSparse(n)
	case tflite.OpEqual:
		return prepareCompare(n)
	case tflite.OpExp:
		return prepareUnary(n)
	case tflite.OpExpandDims:
		return prepareExpandDims(n)
	case tflite.OpFakeQuant:
		return prepareFakeQuant(n)
	case tflite.OpFill:
		return prepareFill(n)
	case tflite.OpFloor:
		return prepareUnary(n)
	case tflite.OpFloorDiv:
		return prepareFloorDiv(n)
	case tflite.OpFloorMod:
		return prepareFloorMod(n)
	case tflite.OpFullyConnected:
		return prepareFullyConnected(n)
	case tflite.OpGather:
		return prepareGather(n)
	case tflite.OpGatherNd:
		return prepareGatherND(n)
	case tflite.OpGelu:
		return prepareUnary(n)
	case tflite.OpGreater:
		return prepareCompare(n)
	case tflite.OpGreaterEqual:
		return prepareCompare(n)
	case tflite.OpHardSwish:
		return prepareUnary(n)
	case tflite.OpHashtable:
		return prepareHashtable(n)
	case tflite.OpHashtableFind:
		return prepareHashtableFind(n)
	case tflite.OpHashtableImport:
		return prepareHashtableImport(n)
	case tflite.OpHashtableLookup:
		return prepareHashtableLookup(n)
	case tflite.OpHashtableSize:
		return prepareHashtableSize(n)
	case tflite.OpIf:
		return prepareIf(n)
	case tflite.OpImag:
		return prepareComplex(n, kernel.ImagParts)
	case tflite.OpL2Normalization:
		return prepareL2Norm(n)
	case tflite.OpL2Pool2d:
		return preparePool(n)
	case tflite.OpLeakyRelu:
		return prepareUnary(n)
	case tflite.OpLess:
		return prepareCompare(n)
	case tflite.OpLessEqual:
		return prepareCompare(n)
	case tflite.OpLocalResponseNormalization:
		return prepareLocalResponse(n)
	case tflite.OpLog:
		return prepareUnary(n)
	case tflite.OpLogicalAnd:
		return prepareLogical(n)
	case tflite.OpLogicalNot:
		return prepareLogicalNot(n)
	case tflite.OpLogicalOr:
		return prepareLogical(n)
	case tflite.OpLogistic:
		return prepareUnary(n)
	case tflite.OpLogSoftmax:
		return prepareLogSoftmax(n)
	case tflite.OpLshProjection:
		return prepareLSH(n)
	case tflite.OpLstm:
		return prepareLSTM(n)
	case tflite.OpMatrixDiag:
		return prepareMatrixDiag(n)
	case tflite.OpMatrixSetDiag:
		return prepareMatrixSetDiag(n)
	case tflite.OpMaxPool2d:
		return preparePool(n)
	case tflite.OpMaximum:
		return prepareMaxMin(n)
	case tflite.OpMean:
		return prepareMean(n)
	case tflite.OpMinimum:
		return prepareMaxMin(n)
	case tflite.OpMirrorPad:
		return prepareMirrorPad(n)
	case tflite.OpMul:
		return prepareMul(n)
	case tflite.OpMultinomial:
		return prepareMultinomial(n)
	case tflite.OpNeg:
		return prepareUnary(n)
	case tflite.OpNonMaxSuppressionV4:
		return prepareNMS(n)
	case tflite.OpNonMaxSuppressionV5:
		return prepareNMS(n)
	case tflite.OpNotEqual:
		return prepareCompare(n)
	case tflite.OpOneHot:
		return prepareOneHot(n)
	case tflite.OpPack:
		return preparePack(n)
	case tflite.OpPad:
		return preparePad(n)
	case tflite.OpPadv2:
		return preparePad(n)
	case tflite.OpPow:
		return preparePow(n)
	case tflite.OpPrelu:
		return preparePrelu(n)
	case tflite.OpQuantize:
		return prepareQuantize(n)
	case tflite.OpRandomStandardNormal:
		return prepareRandom(n)
	case tflite.OpRandomUniform:
		return prepareRandom(n)
	case tflite.OpRange:
		return prepareRange(n)
	case tflite.OpRank:
		return prepareRank(n)
	case tflite.OpReadVariable:
		return prepareReadVariable(n)
	case tflite.OpReal:
		return prepareComplex(n, kernel.RealParts)
	case tflite.OpReduceAll:
		return prepareAnyAll(n)
	case tflite.OpReduceAny:
		return prepareAnyAll(n)
	case tflite.OpReduceMax:
		return prepareReduceMaxMin(n)
	case tflite.OpReduceMin:
		return prepareReduceMaxMin(n)
	case tflite.OpReduceProd:
		return prepareReduceProd(n)
	case tflite.OpReduceWindow:
		return prepareReduceWindow(n)
	case tflite.OpRelu:
		return prepareUnary(n)
	case tflite.OpRelu0To1:
		return prepareUnary(n)
	case tflite.OpRelu6:
		return prepareUnary(n)
	case tflite.OpReluN1To1:
		return prepareUnary(n)
	case tflite.OpReshape:
		return prepareReshape(n)
	case tflite.OpResizeBilinear:
		return prepareResizeBilinear(n)
	case tflite.OpResizeNearestNeighbor:
		return prepareResizeNearest(n)
	case tflite.OpReverseSequence:
		return prepareReverseSequence(n)
	case tflite.OpReverseV2:
		return prepareReverse(n)
	case tflite.OpRfft2d:
		return prepareRFFT2D(n)
	case tflite.OpRightShift:
		return prepareRightShift(n)
	case tflite.OpRnn:
		return prepareRNN(n)
	case tflite.OpRound:
		return prepareUnary(n)
	case tflite.OpRsqrt:
		return prepareUnary(n)
	case tflite.OpScatterNd:
		return prepareScatterND(n)
	case tflite.OpSegmentSum:
		return prepareSegmentSum(n)
	case tflite.OpSelect:
		return prepareSelect(n)
	case tflite.OpSelectV2:
		return prepareSelect(n)
	case tflite.OpShape:
		return prepareShape(n)
	case tflite.OpSign:
		return prepareUnary(n)
	case tflite.OpSin:
		return prepareUnary(n)
	case tflite.OpSkipGram:
		return prepareSkipGram(n)
	case tflite.OpSlice:
		return prepareSlice(n)
	case tflite.OpSoftmax:
		return prepareSoftmax(n)
	case tflite.OpSpaceToBatchNd:
		return prepareBatchSpace(n)
	case tflite.OpSpaceToDepth:
		return prepareDepthSpace(n)
	case tflite.OpSparseToDense:
		return prepareSparseToDense(n)
	case tflite.OpSplit:
		return prepareSplit(n)
	case tflite.OpSplitV:
		return prepareSplitV(n)
	case tflite.OpSqrt:
		return prepareUnary(n)
	case tflite.OpSquare:
		return prepareUnary(n)
	case tflite.OpSquaredDifference:
		return prepareSquaredDifference(n)
	case tflite.OpSqueeze:
		return prepareSqueeze(n)
	case tflite.OpStablehloAdd:
		return prepareJoin(n)
	case tflite.OpStablehloAnd:
		return prepareJoin(n)
	case tflite.OpStablehloCase:
		return prepareStablehloCase(n)
	case tflite.OpStablehloComposite:
		return prepareComposite(n)
	case tflite.OpStablehloGather:
		return prepareStablehloGather(n)
	case tflite.OpStablehloMaximum:
		return prepareJoin(n)
	case tflite.OpStablehloMinimum:
		return prepareJoin(n)
	case tflite.OpStablehloMultiply:
		return prepareJoin(n)
	case tflite.OpStablehloPad:
		return prepareStablehloPad(n)
	case tflite.OpStablehloReduceWindow:
		return prepareStablehloReduceWindow(n)
	case tflite.OpStablehloRngBitGenerator:
		return prepareBitGenerator(n)
	case tflite.OpStablehloScatter:
		return prepareStablehloScatter(n)
	case tflite.OpStablehloShiftLeft:
		return prepareShiftLeft(n)
	case tflite.OpStridedSlice:
		return prepareStridedSlice(n)
	case tflite.OpSub:
		return prepareAdd(n)
	case tflite.OpSum:
		return prepareSum(n)
	case tflite.OpSvdf:
		return prepareSVDF(n)
	case tflite.OpTanh:
		return prepareUnary(n)
	case tflite.OpTile:
		return prepareTile(n)
	case tflite.OpTopkV2:
		return prepareTopK(n)
	case tflite.OpTranspose:
		return prepareTranspose(n)
	case tflite.OpTransposeConv:
		return prepareTransposeConv(n)
	case tflite.OpUnidirectionalSequenceLstm:
		return prepareSequenceLSTM(n)
	case tflite.OpUnidirectionalSequenceRnn:
		return prepareSequenceRNN(n)
	case tflite.OpUnique:
		return prepareUnique(n)
	case tflite.OpUnpack:
		return prepareUnpack(n)
	case tflite.OpUnsortedSegmentMax:
		return prepareUnsortedSegment(n)
	case tflite.OpUnsortedSegmentMin:
		return prepareUnsortedSegment(n)
	case tflite.OpUnsortedSegmentProd:
		return prepareUnsortedSegment(n)
	case tflite.OpUnsortedSegmentSum:
		return prepareUnsortedSegment(n)
	case tflite.OpVarHandle:
		return prepareVarHandle(n)
	case tflite.OpWhere:
		return prepareWhere(n)
	case tflite.OpWhile:
		return prepareWhile(n)
	case tflite.OpZerosLike:
		return prepareZerosLike(n)
	}
	return nil, unsupported("no such operator in the builtin engine")
}

// prepareCustom picks a custom operator by name.
func prepareCustom(n *Node) (Step, error) {
	switch n.Op.Custom {
	case "SignalWindow", "SignalFftAutoScale", "SignalRfft", "SignalEnergy", "SignalFilterBank",
		"SignalFilterBankSquareRoot", "SignalFilterBankSpectralSubtraction", "SignalPCAN", "SignalFilterBankLog":
		return prepareSignal(n)
	case "TFLite_Detection_PostProcess":
		return prepareDetection(n)
	case "aeq.hadamard_rotation":
		return prepareHadamard(n)
	case "AudioSpectrogram":
		return prepareSpectrogram(n)
	case "Mfcc":
		return prepareMFCC(n)
	case "NumericVerify":
		return prepareNumericVerify(n)
	}
	return nil, unsupported("no such custom operator in the builtin engine")
}

func malformed(format string, args ...any) error {
	return &tflite.FormatError{What: fmt.Sprintf(format, args...)}
}

func unsupported(format string, args ...any) error {
	return &tflite.UnsupportedError{What: fmt.Sprintf(format, args...)}
}

// operands checks how many operands the operator has: in from least to most, none of the first least left out.
func (n *Node) operands(least, most, out int) error {
	if len(n.In) < least || len(n.In) > most {
		return malformed("%d inputs, want %s", len(n.In), fewTo(least, most))
	}
	if len(n.Out) != out {
		return malformed("%d outputs, want %d", len(n.Out), out)
	}
	for i := range least {
		if n.In[i] == nil {
			return malformed("input %d is left out", i)
		}
	}
	return nil
}

func fewTo(least, most int) string {
	if least == most {
		return fmt.Sprint(least)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

// optional returns input i, or nil where it is left out.
func (n *Node) optional(i int) *tensor.Tensor {
	if i < len(n.In) {
		return n.In[i]
	}
	return nil
}

// options returns the operator's options, or the zero value where the file has none.
func options[T any](n *Node) T {
	if o, ok := n.Op.Options.(*T); ok && o != nil {
		return *o
	}
	var zero T
	return zero
}

// constant reports whether the tensor's value is known to Prepare.
func constant(t *tensor.Tensor) bool { return t.Data != nil || t.Shape.Elems() == 0 }

// stored reports whether operand i is a constant of the file: XNNPACK asks for such before any other is computed.
func (n *Node) stored(i int) bool {
	return n.In[i] != nil && n.In[i].Data != nil && (i >= len(n.Folded) || !n.Folded[i])
}

// perTensor returns a tensor's one scale and zero point, checked to be usable.
func perTensor(what string, t *tensor.Tensor) (scale float32, zero int32, err error) {
	if len(t.Quant.Scale) != 1 {
		return 0, 0, malformed("%s %q has %d scales, want 1", what, t.Name, len(t.Quant.Scale))
	}
	if err := checkScales(what, t); err != nil {
		return 0, 0, err
	}
	if len(t.Quant.ZeroPoint) > 0 {
		zero = int32(t.Quant.ZeroPoint[0])
	}
	return t.Quant.Scale[0], zero, nil
}

// checkScales checks that each scale is positive and finite and each zero point is a value of the type.
func checkScales(what string, t *tensor.Tensor) error {
	for i, s := range t.Quant.Scale {
		if !(s > 0 && s < 3e38) {
			return malformed("%s %q: scale %d is %g", what, t.Name, i, s)
		}
	}
	lo, hi := limits(t.DType)
	for _, z := range t.Quant.ZeroPoint {
		if z < lo || z > hi {
			return malformed("%s %q: zero point %d is no %s", what, t.Name, z, t.DType)
		}
	}
	return nil
}

// limits returns the least and largest value of an integer type.
func limits(d tensor.DType) (lo, hi int64) {
	switch d {
	case tensor.Int8:
		return -128, 127
	case tensor.Uint8:
		return 0, 255
	case tensor.Int16:
		return -32768, 32767
	default:
		return -1 << 31, 1<<31 - 1
	}
}
