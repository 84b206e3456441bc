package main

import (
	"cmp"
	"encoding/binary"
	"fmt"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// network is what NAME.json holds.
type network struct {
	Name        string
	Description string
	Inputs      []string // tensors, in the order of the signature
	Outputs     []string
	Tensors     []part
	Ops         []operator // in the order of execution
}

// part is a tensor. It is a constant if it has At or Ints.
type part struct {
	Name  string // in this file
	As    string // in the model, if another: a state goes in and out by one name
	Type  string // float32 or int32
	Shape []int
	At    *int    // where its elements begin in NAME.bin, in bytes
	Ints  []int32 // its elements, of an int32 constant
}

// operator is one operator: its name in the schema, operands and results by name, "" for an operand left out.
type operator struct {
	Op      string
	Inputs  []string
	Outputs []string
	Options attributes
}

// graph is a network under construction.
type graph struct {
	*tflite.Builder
	weights []byte
	parts   map[string]*part
	at      map[string]int // tensors of the graph, by name
}

// model builds a network.
func (n *network) model(weights []byte) (*tflite.Model, error) {
	g := &graph{tflite.NewBuilder(n.Name), weights, map[string]*part{}, map[string]int{}}
	for i := range n.Tensors {
		p := &n.Tensors[i]
		if g.parts[p.Name] != nil || p.Name == "" {
			return nil, fmt.Errorf("tensor %d: %q is no name of its own", i, p.Name)
		}
		g.parts[p.Name] = p
	}
	for _, name := range n.Inputs {
		info, err := g.info(name)
		if err != nil {
			return nil, fmt.Errorf("input %q: %w", name, err)
		}
		g.at[name] = g.Input(info)
	}
	for i := range n.Ops {
		if err := g.operator(&n.Ops[i]); err != nil {
			return nil, fmt.Errorf("op %d %s: %w", i, n.Ops[i].Op, err)
		}
	}
	for _, name := range n.Outputs {
		i, err := g.operand(name)
		if err != nil {
			return nil, fmt.Errorf("output: %w", err)
		}
		g.Output(i)
	}
	return g.Model(n.Description), nil
}

// info returns what the graph says of a tensor.
func (g *graph) info(name string) (tensor.Info, error) {
	p := g.parts[name]
	if p == nil {
		return tensor.Info{}, fmt.Errorf("no tensor %q", name)
	}
	info := tensor.Info{Name: cmp.Or(p.As, name), Shape: p.Shape}
	switch p.Type {
	case "float32":
		info.DType = tensor.Float32
	case "int32":
		info.DType = tensor.Int32
	default:
		return info, fmt.Errorf("tensor %q is of %q, want float32 or int32", name, p.Type)
	}
	return info, nil
}

// operand returns the index of a tensor that an operator reads: it is a constant, or there already.
func (g *graph) operand(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	if i, ok := g.at[name]; ok {
		return i, nil
	}
	info, err := g.info(name)
	if err != nil {
		return 0, err
	}
	data, err := g.elements(g.parts[name], info)
	if err != nil {
		return 0, fmt.Errorf("tensor %q %w", name, err)
	}
	g.at[name] = g.Constant(info, data)
	return g.at[name], nil
}

// elements returns those of a constant.
func (g *graph) elements(p *part, info tensor.Info) ([]byte, error) {
	n := info.Shape.Elems()
	switch {
	case p.Ints != nil && info.DType == tensor.Int32:
		if len(p.Ints) != n {
			return nil, fmt.Errorf("has %d elements, its shape %d", len(p.Ints), n)
		}
		var data []byte
		for _, v := range p.Ints {
			data = binary.LittleEndian.AppendUint32(data, uint32(v))
		}
		return data, nil
	case p.At != nil:
		size := info.DType.Bytes(n)
		if *p.At < 0 || size < 0 || *p.At > len(g.weights) || size > len(g.weights)-*p.At {
			return nil, fmt.Errorf("lies at %d with %d bytes, the weights have %d", *p.At, size, len(g.weights))
		}
		return g.weights[*p.At : *p.At+size], nil
	}
	return nil, fmt.Errorf("is read before it is computed")
}

// operator adds an operator and its results.
func (g *graph) operator(o *operator) error {
	op, err := o.Options.of(o.Op)
	if err != nil {
		return err
	}
	for _, name := range o.Inputs {
		i, err := g.operand(name)
		if err != nil {
			return err
		}
		op.Inputs = append(op.Inputs, i)
	}
	var outs []tensor.Info
	for _, name := range o.Outputs {
		info, err := g.info(name)
		if _, twice := g.at[name]; err == nil && twice {
			err = fmt.Errorf("tensor %q is computed twice", name)
		}
		if err != nil {
			return err
		}
		outs = append(outs, info)
	}
	for i, t := range g.Results(op, outs...) {
		g.at[o.Outputs[i]] = t
	}
	return nil
}
