package sample

import (
	"cmp"
	"slices"
	"strconv"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Operator is an operator with its samples.
type Operator struct {
	Code   tflite.OpCode
	Custom string

	samples []sample // any of them will do
}

// sample is one way to use an operator.
type sample struct {
	options any
	custom  []byte
	in, out []operand
	inter   []operand
	only    func(k Kind) bool           // nil for all kinds
	graphs  []func(k Kind) tflite.Graph // that the operator calls, from number 1 on
	model   func(k Kind) *tflite.Model  // instead of all this
}

// Name returns the operator's name: "CONV_2D", or the name of a custom operator.
func (o *Operator) Name() string { return (&tflite.Op{Code: o.Code, Custom: o.Custom}).Name() }

// Operators returns all operators by name.
func Operators() []Operator {
	var all []Operator
	for _, list := range [][]Operator{elementwise(), layers(), recurrent(), moves(), lookups(), control(), stablehlo(), signal()} {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b Operator) int {
		return cmp.Or(cmp.Compare(a.Custom, b.Custom), cmp.Compare(a.Name(), b.Name()))
	})
	return all
}

// Models returns models of one operator for a kind; none where the kind says nothing of the operator. The operator is
// the last of the main graph.
func (o *Operator) Models(k Kind) []*tflite.Model {
	var models []*tflite.Model
	for i := range o.samples {
		s := &o.samples[i]
		switch {
		case k.Layers && !s.weighted() || s.only != nil && !s.only(k):
		case s.model != nil:
			models = append(models, s.model(k))
		default:
			models = append(models, o.build(s, k))
		}
	}
	return models
}

// weighted reports whether an operand holds weights.
func (s *sample) weighted() bool {
	return slices.ContainsFunc(s.in, func(o operand) bool { return o.weights })
}

// build makes a model of one operator, behind a DEQUANTIZE for each operand of float16 weights.
func (o *Operator) build(s *sample, k Kind) *tflite.Model {
	g := &graph{}
	op := tflite.Op{Code: o.Code, Custom: o.Custom, Options: s.options, CustomOptions: s.custom, Version: 1}
	for _, in := range s.in {
		op.Inputs = append(op.Inputs, g.operand(in, k))
	}
	for _, out := range s.out {
		op.Outputs = append(op.Outputs, g.add(out.make(k)))
	}
	for _, i := range s.inter {
		op.Intermediates = append(op.Intermediates, g.add(i.make(k)))
	}
	g.Outputs = op.Outputs
	g.op(op)
	m := &tflite.Model{Version: 3, Graphs: []tflite.Graph{g.Graph}}
	for _, f := range s.graphs {
		m.Graphs = append(m.Graphs, f(k))
	}
	return m
}

// graph is a graph being made.
type graph struct{ tflite.Graph }

// add adds a tensor and returns its number.
func (g *graph) add(t tflite.Tensor) int {
	t.Index = len(g.Tensors)
	t.Name = "t" + strconv.Itoa(t.Index)
	t.HasRank = true
	g.Tensors = append(g.Tensors, t)
	return t.Index
}

// input adds a tensor that is a graph input.
func (g *graph) input(t tflite.Tensor) int {
	i := g.add(t)
	g.Inputs = append(g.Inputs, i)
	return i
}

func (g *graph) op(o tflite.Op) {
	o.Index = len(g.Ops)
	g.Ops = append(g.Ops, o)
}

// operand adds an operand, if it is there: a constant, a variable or else a graph input.
func (g *graph) operand(o operand, k Kind) int {
	if o.make == nil {
		return -1
	}
	t := o.make(k)
	switch {
	case t.Data == nil && !t.Variable:
		return g.input(t)
	case o.weights && k.Layers && t.DType == tensor.Float16:
		real := g.add(tflite.Tensor{Info: tensor.Info{DType: tensor.Float32, Shape: t.Shape}})
		g.op(tflite.Op{Code: tflite.OpDequantize, Inputs: []int{g.add(t)}, Outputs: []int{real}})
		return real
	}
	return g.add(t)
}

// list makes operators of one sample each, and several of more than one.
func list(s sample, codes ...tflite.OpCode) []Operator { return several([]sample{s}, codes...) }

func several(samples []sample, codes ...tflite.OpCode) []Operator {
	var ops []Operator
	for _, c := range codes {
		ops = append(ops, Operator{Code: c, samples: samples})
	}
	return ops
}

// one makes an operator of several samples.
func one(code tflite.OpCode, samples ...sample) Operator {
	return Operator{Code: code, samples: samples}
}

func takes(in ...operand) []operand  { return in }
func gives(out ...operand) []operand { return out }
