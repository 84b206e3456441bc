package tflite

import "edged/runtime/tensor"

// Model is a parsed file. Its byte slices (tensor data, metadata, custom options) point into the bytes given to Parse.
// The exception is constants whose place in the file is not aligned to their elements: those are copies.
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
	Data           []byte       // of a constant, aligned to its elements; nil where the value is computed
	Variable       bool         // keeps its value from one invoke to the next
	Sparse         bool         // Data holds only the stored values of Sparsity; DENSIFY unfolds it
	Sparsity       *Sparsity    // nil unless Sparse
	HasRank        bool         // the file says that an empty shape means a scalar, not an unknown rank
}

// Op is one operator of a Graph.
type Op struct {
	Index           int    // in the graph
	Code            OpCode // OpCustom for custom operators
	Custom          string // name of a custom operator
	Version         int
	Inputs, Outputs []int // tensor indices; an optional operand that is left out is -1
	Intermediates   []int
	Mutates         []bool // for each input, whether the operator writes to it; nil where the file does not say
	CustomOptions   []byte // as stored: FlexBuffers, as a rule

	// Options is the operator's struct of this package (*Conv2DOptions, …), with the schema's defaults where the file
	// has none; nil for an operator without options.
	Options any
}

// Name returns the operator's name: "CONV_2D", or the name of a custom operator.
func (o *Op) Name() string {
	if o.Code == OpCustom {
		return o.Custom
	}
	return o.Code.String()
}

// Sparsity says how a Sparse tensor's values are stored (schema: SparsityParameters, after TACO).
type Sparsity struct {
	Order    []int // in which the dimensions, then those of the block, are walked
	BlockMap []int // which dimension each dimension of the block divides; nil without blocks
	Dims     []SparseDim
}

// SparseDim is one walked dimension: dense with Size coordinates, or compressed (CSR) with Segments and Indices.
type SparseDim struct {
	Compressed        bool
	Size              int
	Segments, Indices []int
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
