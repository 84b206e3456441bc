package tflite

import "edged/runtime/tensor"

// Model is a parsed file. Its byte slices (tensor data, metadata, custom options) point into the bytes given to Parse.
type Model struct {
	Version     int // of the schema: 3
	Description string
	Graphs      []Graph // at least one; the first is the main graph
	Signatures  []Signature
	Metadata    []Metadata
}

// Graph is a subgraph: tensors, and operators in execution order. Inputs, Outputs and the operators' operands are
// checked indices into Tensors.
type Graph struct {
	Name            string
	Tensors         []Tensor
	Inputs, Outputs []int
	Ops             []Op
}

// Tensor is an Info with the file's own facts.
type Tensor struct {
	tensor.Info
	ShapeSignature tensor.Shape // as Shape, with -1 for dimensions that may change; nil if the file has none
	Data           []byte       // of a constant; nil where the value is computed
	Variable       bool         // keeps its value from one invoke to the next
	Sparse         bool         // Data holds a sparse encoding; DENSIFY reads it
}

// Op is one operator of a Graph.
type Op struct {
	Index           int    // in the graph
	Code            OpCode // OpCustom for custom operators
	Custom          string // name of a custom operator
	Version         int
	Inputs, Outputs []int // tensor indices; an optional operand that is left out is -1
	Intermediates   []int
	Options         any    // the operator's options struct of this package (*Conv2DOptions, …); nil where the file has none
	CustomOptions   []byte // as stored: FlexBuffers, as a rule
}

// Name returns the operator's name: "CONV_2D", or the name of a custom operator.
func (o *Op) Name() string {
	if o.Code == OpCustom {
		return o.Custom
	}
	return o.Code.String()
}

// Signature is a SignatureDef: named inputs and outputs of one subgraph.
type Signature struct {
	Key             string
	Graph           int
	Inputs, Outputs []Port
}

// Port gives a tensor of a signature's graph its public name.
type Port struct {
	Name   string
	Tensor int
}

// Metadata is a named buffer of the model: "TFLITE_METADATA", "min_runtime_version".
type Metadata struct {
	Name string
	Data []byte
}

// Activation is the function fused onto an operator's result (schema: ActivationFunctionType).
type Activation uint8

// The fused activations.
const (
	ActNone Activation = iota
	ActRelu
	ActReluN1To1
	ActRelu6
	ActTanh
	ActSignBit
)

// Padding is the schema's padding scheme.
type Padding uint8

// The padding schemes: Same pads so that the output has ⌈in/stride⌉ elements, Valid not at all.
const (
	PaddingSame Padding = iota
	PaddingValid
)

// The options of the operators, field by field as the schema's tables have them.
type (
	Conv2DOptions struct {
		Padding              Padding
		StrideW, StrideH     int
		DilationW, DilationH int
		Activation           Activation
	}
	DepthwiseConv2DOptions struct {
		Padding              Padding
		StrideW, StrideH     int
		DilationW, DilationH int
		DepthMultiplier      int
		Activation           Activation
	}
	Pool2DOptions struct {
		Padding          Padding
		StrideW, StrideH int
		FilterW, FilterH int
		Activation       Activation
	}
	FullyConnectedOptions struct {
		Activation               Activation
		ShuffledWeights          bool // weights_format SHUFFLED4x16INT8
		KeepNumDims              bool
		AsymmetricQuantizeInputs bool
	}
	SoftmaxOptions       struct{ Beta float32 }
	ConcatenationOptions struct {
		Axis       int
		Activation Activation
	}
	// ArithmeticOptions are those of ADD, SUB, MUL and DIV.
	ArithmeticOptions struct {
		Activation    Activation
		PotScaleInt16 bool
	}
	ReshapeOptions      struct{ NewShape []int } // nil where the file has none
	StridedSliceOptions struct {
		BeginMask, EndMask, EllipsisMask, NewAxisMask, ShrinkAxisMask int
		Offset                                                        bool
	}
	ReducerOptions struct{ KeepDims bool }
	CastOptions    struct{ From, To tensor.DType } // Invalid where the file leaves them out
	SqueezeOptions struct{ Dims []int }
	SplitOptions   struct{ NumSplits int }
	PackOptions    struct{ ValuesCount, Axis int }
	UnpackOptions  struct{ Num, Axis int }
	GatherOptions  struct{ Axis, BatchDims int }
	ResizeOptions  struct{ AlignCorners, HalfPixelCenters bool } // RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR
)
