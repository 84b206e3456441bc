// Package fold takes operators out of a graph that others can do with them, before the graph is prepared: what a Session does
// at every Invoke is done once instead, or together with what is done anyway.
//
//	PAD, CONV_2D                           the convolution pads
//	CONV_2D, RELU                          the convolution clamps
//	x, MUL, QUANTIZE, MAXIMUM, … of bytes  one table, for each channel if constants differ by channel
//
// # Why
//
// Bits stay what they were. A table is what the operators themselves make of all 256 bytes, so no rule of theirs is written
// here a second time. A clamp is a table that changes nothing but what is beyond two values, which can be seen from the table.
//
// It works on the graph as the file has it, where shapes may be wrong or change with the inputs; it asks for nothing but types,
// scales and constants. What depends on shapes is checked again when an operator is prepared. A graph that fails then is
// prepared as the file has it.
//
// Operators keep their places, so that what speaks of them by number need not know: one that is gone has no operands and no
// results.
package fold

import (
	"slices"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Result is a graph with fewer operators.
type Result struct {
	Graph  *tflite.Graph
	Extras map[int]op.Extra // by operator, what it does besides
	Gone   map[int]int      // by operator that is gone, the one that does it
}

// folder works on one graph.
type folder struct {
	Result
	budget *int64 // elements that may still be computed

	fixed []bool // by tensor: its value is in the file
	uses  []int  // by tensor: how often it is an operand, or an output of the graph
	from  []int  // by tensor: the operator that computes it, or −1
	to    []int  // by tensor: the last operator that it is an operand of, or −1
}

// Graph folds g, of which nothing is changed. budget bounds how many elements of tables are computed, and is counted down.
func Graph(g *tflite.Graph, budget *int64) Result {
	copied := *g
	copied.Ops = slices.Clone(g.Ops)
	f := &folder{Result: Result{Graph: &copied, Extras: map[int]op.Extra{}, Gone: map[int]int{}}, budget: budget}
	f.fixed = make([]bool, len(g.Tensors))
	for i := range g.Tensors {
		t := &g.Tensors[i]
		f.fixed[i] = t.Data != nil && !t.Variable && !t.Sparse
	}
	for _, i := range g.Inputs {
		f.fixed[i] = false // whatever the file holds, the caller writes it
	}
	f.index()
	f.maps()
	f.activations()
	f.pads()
	return f.Result
}

// index learns who computes and who needs each tensor.
func (f *folder) index() {
	n := len(f.Graph.Tensors)
	f.uses, f.from, f.to = make([]int, n), make([]int, n), make([]int, n)
	for i := range n {
		f.from[i], f.to[i] = -1, -1
	}
	for i := range f.Graph.Ops {
		o := &f.Graph.Ops[i]
		for _, t := range o.Inputs {
			if t >= 0 {
				f.uses[t]++
				f.to[t] = i
			}
		}
		for _, t := range o.Outputs {
			f.from[t] = i
		}
	}
	for _, t := range f.Graph.Outputs {
		f.uses[t]++
		f.to[t] = -1
	}
}

// drop takes an operator away that another does too.
func (f *folder) drop(i, into int) {
	o := &f.Graph.Ops[i]
	o.Inputs, o.Outputs, o.Mutates = nil, nil, nil
	f.Gone[i] = into
}

// extra changes what an operator does besides.
func (f *folder) extra(i int, change func(*op.Extra)) {
	x := f.Extras[i]
	change(&x)
	f.Extras[i] = x
}

// only returns the operator that alone needs tensor t; −1 if there is none, or the graph gives t away.
func (f *folder) only(t int) int {
	if f.uses[t] != 1 || f.Graph.Tensors[t].Variable {
		return -1
	}
	return f.to[t]
}

func (f *folder) op(i int) *tflite.Op         { return &f.Graph.Ops[i] }
func (f *folder) tensor(t int) *tflite.Tensor { return &f.Graph.Tensors[t] }

// dtype returns the type of an operator's operand; Invalid where it is left out.
func (f *folder) dtype(o *tflite.Op, operand int) tensor.DType {
	if operand >= len(o.Inputs) || o.Inputs[operand] < 0 {
		return tensor.Invalid
	}
	return f.tensor(o.Inputs[operand]).DType
}
