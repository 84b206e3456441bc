package tflite

import "edged/runtime/tensor"

// Options of convolutions and recurrent cells that the commonest vision models do without.
type (
	Conv3DOptions struct {
		Padding                         Padding
		StrideD, StrideW, StrideH       int
		Activation                      Activation
		DilationD, DilationW, DilationH int
	}
	TransposeConvOptions struct {
		Padding          Padding
		StrideW, StrideH int
		Activation       Activation
		BiasType         tensor.DType // as in Conv2DOptions
	}
	SVDFOptions struct {
		Rank                     int
		Activation               Activation
		AsymmetricQuantizeInputs bool
	}
	RNNOptions struct {
		Activation               Activation
		AsymmetricQuantizeInputs bool
	}
	// SequenceRNNOptions are those of UNIDIRECTIONAL_SEQUENCE_RNN.
	SequenceRNNOptions struct {
		TimeMajor                bool
		Activation               Activation
		AsymmetricQuantizeInputs bool
	}
	BidirectionalSequenceRNNOptions struct {
		TimeMajor                bool
		Activation               Activation
		MergeOutputs             bool
		AsymmetricQuantizeInputs bool
	}
	LSTMOptions struct {
		Activation               Activation
		CellClip, ProjClip       float32 // 0 does not clip
		Basic                    bool    // kernel_type BASIC: five inputs, four outputs
		AsymmetricQuantizeInputs bool
	}
	// SequenceLSTMOptions are those of UNIDIRECTIONAL_SEQUENCE_LSTM.
	SequenceLSTMOptions struct {
		Activation               Activation
		CellClip, ProjClip       float32
		TimeMajor                bool // the first dimension is time, otherwise batch
		AsymmetricQuantizeInputs bool
		DiagonalRecurrent        bool
	}
	BidirectionalSequenceLSTMOptions struct {
		Activation               Activation
		CellClip, ProjClip       float32
		MergeOutputs             bool
		TimeMajor                bool
		AsymmetricQuantizeInputs bool
	}
)

// Options of the remaining operators.
type (
	L2NormOptions                     struct{ Activation Activation }
	LocalResponseNormalizationOptions struct {
		Radius            int
		Bias, Alpha, Beta float32
	}
	BlockSizeOptions   struct{ BlockSize int } // SPACE_TO_DEPTH, DEPTH_TO_SPACE
	LeakyReluOptions   struct{ Alpha float32 }
	GeluOptions        struct{ Approximate bool }
	MirrorPadOptions   struct{ Symmetric bool } // otherwise REFLECT
	BatchMatMulOptions struct{ AdjX, AdjY, AsymmetricQuantizeInputs bool }
	CumsumOptions      struct{ Exclusive, Reverse bool }
	ArgOptions         struct{ OutputType tensor.DType } // ARG_MAX, ARG_MIN
	ShapeOptions       struct{ OutputType tensor.DType }
	UniqueOptions      struct{ IndexType tensor.DType }
	OneHotOptions      struct{ Axis int }
	FakeQuantOptions   struct {
		Min, Max    float32
		NumBits     int
		NarrowRange bool
	}
	ReverseSequenceOptions struct{ SeqDim, BatchDim int }
	SparseToDenseOptions   struct{ ValidateIndices bool }
	BucketizeOptions       struct{ Boundaries []float32 }
	RandomOptions          struct{ Seed, Seed2 int64 }
	VarHandleOptions       struct{ Container, SharedName string }
	HashtableOptions       struct {
		TableID            int
		KeyType, ValueType tensor.DType
	}
	ConcatEmbeddingsOptions struct {
		NumChannels                               int
		ColumnsPerChannel, EmbeddingDimPerChannel []int
	}
	LSHProjectionOptions         struct{ Type uint8 }     // 0 unknown, 1 sparse, 2 dense
	EmbeddingLookupSparseOptions struct{ Combiner uint8 } // 0 sum, 1 mean, 2 sqrtn
	SkipGramOptions              struct {
		NgramSize, MaxSkipSize int
		IncludeAllNgrams       bool
	}
)

// Options that name other subgraphs of the model; the numbers are checked.
type (
	CallOptions      struct{ Graph int }
	CallOnceOptions  struct{ Init int }
	IfOptions        struct{ Then, Else int }
	WhileOptions     struct{ Cond, Body int }
	CompositeOptions struct { // STABLEHLO_COMPOSITE
		Name       string
		Graph      int // that computes the same with plain operators
		Attributes []byte
		Format     uint8 // of Attributes: 0 is FlexBuffers
		Version    int
	}
)

// UnknownOptions stands for an options table that this package does not decode (StableHLO's). Such a model can be read
// but not written.
type UnknownOptions struct {
	Field string // "builtin_options", "builtin_options_2"
	Type  int    // number in the schema's union
}
