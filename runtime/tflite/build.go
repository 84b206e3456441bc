package tflite

import (
	"slices"

	"edged/runtime/tensor"
)

// Builder makes a Graph tensor by tensor and operator by operator. What it returns are tensors' indices, and -1 stands for
// an operand that is left out.
type Builder struct{ Graph }

// NewBuilder begins a graph.
func NewBuilder(name string) *Builder { return &Builder{Graph{Name: name}} }

// Add adds a tensor as it is, but for its index.
func (b *Builder) Add(t Tensor) int {
	t.Index = len(b.Tensors)
	b.Tensors = append(b.Tensors, t)
	return t.Index
}

// Input adds a tensor that is an input of the graph.
func (b *Builder) Input(info tensor.Info) int {
	i := b.Add(Tensor{Info: info, HasRank: true})
	b.Inputs = append(b.Inputs, i)
	return i
}

// Constant adds a tensor with its elements: row-major, little-endian.
func (b *Builder) Constant(info tensor.Info, data []byte) int {
	return b.Add(Tensor{Info: info, HasRank: true, Data: data})
}

// Op adds an operator with one result, a new tensor, and returns that one. The operator's version is the least that has its
// types.
func (b *Builder) Op(o Op, out tensor.Info) int { return b.Results(o, out)[0] }

// Results is Op for an operator of several results.
func (b *Builder) Results(o Op, outs ...tensor.Info) []int {
	first := len(b.Tensors)
	for _, info := range outs {
		o.Outputs = append(slices.Clip(o.Outputs), b.Add(Tensor{Info: info, HasRank: true}))
	}
	b.Append(o)
	var all []int
	for i := range outs {
		all = append(all, first+i)
	}
	return all
}

// Append adds an operator whose results are tensors of the graph already.
func (b *Builder) Append(o Op) {
	o.Index = len(b.Ops)
	if o.Version == 0 {
		o.Version = b.Version(&o)
	}
	b.Ops = append(b.Ops, o)
}

// Output makes tensors outputs of the graph.
func (b *Builder) Output(tensors ...int) { b.Outputs = append(b.Outputs, tensors...) }

// Model returns a model of the graph, with a signature "serving_default" of the tensors' names.
func (b *Builder) Model(description string) *Model {
	s := Signature{Key: "serving_default"}
	for _, i := range b.Inputs {
		s.Inputs = append(s.Inputs, Port{b.Tensors[i].Name, i})
	}
	for _, i := range b.Outputs {
		s.Outputs = append(s.Outputs, Port{b.Tensors[i].Name, i})
	}
	return &Model{Version: schemaVersion, Description: description, Graphs: []Graph{b.Graph}, Signatures: []Signature{s}}
}
