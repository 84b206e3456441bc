package tflite

import "edged/runtime/tensor"

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
		BiasType             tensor.DType // of bias and accumulator; Float32, the schema's default, says nothing
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
		BiasType                 tensor.DType // as in Conv2DOptions
	}
	SoftmaxOptions       struct{ Beta float32 }
	ConcatenationOptions struct {
		Axis       int
		Activation Activation
	}
	// ArithmeticOptions are those of ADD, SUB, MUL and DIV; the last two have no PotScaleInt16.
	ArithmeticOptions struct {
		Activation    Activation
		PotScaleInt16 bool
	}
	ReshapeOptions      struct{ NewShape []int } // nil where the file has none
	StridedSliceOptions struct {
		BeginMask, EndMask, EllipsisMask, NewAxisMask, ShrinkAxisMask int
		Offset                                                        bool
	}
	ReducerOptions struct{ KeepDims bool }         // MEAN, SUM, REDUCE_MAX, …
	CastOptions    struct{ From, To tensor.DType } // Invalid where the file has no options
	SqueezeOptions struct{ Dims []int }
	SplitOptions   struct{ NumSplits int } // SPLIT, SPLIT_V
	PackOptions    struct{ ValuesCount, Axis int }
	UnpackOptions  struct{ Num, Axis int }
	GatherOptions  struct{ Axis, BatchDims int }
	ResizeOptions  struct{ AlignCorners, HalfPixelCenters bool } // RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR
)
