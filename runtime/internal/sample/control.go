package sample

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// A called graph, or a branch, gives what it takes.
type called = []func(k Kind) tflite.Graph

// control lists the operators that call graphs or share variables.
func control() []Operator {
	in, out := takes(data(2, 3)), gives(data(2, 3))
	flag, count := of(tensor.Bool, 1), of(tensor.Int32, 1)
	return append(append(
		list(sample{model: variableModel}, tflite.OpVarHandle, tflite.OpAssignVariable, tflite.OpReadVariable, tflite.OpCallOnce),
		list(sample{model: tableModel}, tflite.OpHashtable, tflite.OpHashtableImport, tflite.OpHashtableFind, tflite.OpHashtableSize)...),
		one(tflite.OpCall, sample{options: &tflite.CallOptions{Graph: 1}, in: in, out: out, graphs: called{same}}),
		one(tflite.OpStablehloComposite, sample{options: &tflite.CompositeOptions{Graph: 1}, in: in, out: out, graphs: called{same}}),
		one(tflite.OpIf, sample{options: &tflite.IfOptions{Then: 1, Else: 2}, in: takes(flag, data(2, 3)), out: out, graphs: called{same, same}}),
		one(tflite.OpStablehloCase, sample{options: &tflite.StablehloCaseOptions{Branches: []int{1, 2}}, in: takes(count, data(2, 3)), out: out,
			graphs: called{same, same}}),
		one(tflite.OpWhile, sample{options: &tflite.WhileOptions{Cond: 1, Body: 2}, in: takes(count, data(2, 3)), out: gives(count, data(2, 3)),
			graphs: called{below9, countUp}}),
	)
}

// same is a graph that gives what it takes.
func same(k Kind) tflite.Graph {
	g := &graph{}
	g.input(data(2, 3).make(k))
	g.Outputs = g.Inputs
	return g.Graph
}

// below9 is the condition of a WHILE: whether its count is below 9.
func below9(k Kind) tflite.Graph {
	g := &graph{}
	count := g.input(of(tensor.Int32, 1).make(k))
	g.input(data(2, 3).make(k))
	g.Outputs = []int{g.add(of(tensor.Bool, 1).make(k))}
	g.op(tflite.Op{Code: tflite.OpLess, Inputs: []int{count, g.add(ints(9).make(k))}, Outputs: g.Outputs})
	return g.Graph
}

// countUp is the body of a WHILE: it adds 1 to its count and carries a tensor along.
func countUp(k Kind) tflite.Graph {
	g := &graph{}
	count := g.input(of(tensor.Int32, 1).make(k))
	carried := g.input(data(2, 3).make(k))
	next := g.add(of(tensor.Int32, 1).make(k))
	g.op(tflite.Op{Code: tflite.OpAdd, Inputs: []int{count, g.add(ints(1).make(k))}, Outputs: []int{next}})
	g.Outputs = []int{next, carried}
	return g.Graph
}

// tableModel fills a hash table with keys of the kind and finds some of them. Values are strings where keys are int64, else
// int64.
func tableModel(k Kind) *tflite.Model {
	value := tensor.Int64
	if k.Data == tensor.Int64 {
		value = tensor.String
	}
	g := &graph{}
	table := g.add(tflite.Tensor{Info: tensor.Info{DType: tensor.Resource, Shape: tensor.Shape{1}}})
	g.op(tflite.Op{Code: tflite.OpHashtable, Options: &tflite.HashtableOptions{TableID: 1, KeyType: k.Data, ValueType: value}, Outputs: []int{table}})
	g.op(tflite.Op{Code: tflite.OpHashtableImport, Inputs: []int{table, g.add(data(3).known().make(k)), g.add(of(value, 3).known().make(k))}})
	keys, rest := g.input(data(2).make(k)), g.add(of(value, 1).known().make(k))
	found, size := g.add(of(value, 2).make(k)), g.add(of(tensor.Int64, 1).make(k))
	g.op(tflite.Op{Code: tflite.OpHashtableFind, Inputs: []int{table, keys, rest}, Outputs: []int{found}})
	g.op(tflite.Op{Code: tflite.OpHashtableSize, Inputs: []int{table}, Outputs: []int{size}})
	g.Outputs = []int{found, size}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{g.Graph}}
}

// variableModel sets a variable once, from a constant, and reads it.
func variableModel(k Kind) *tflite.Model {
	handle := func(g *graph) int {
		i := g.add(tflite.Tensor{Info: tensor.Info{DType: tensor.Resource}})
		g.op(tflite.Op{Code: tflite.OpVarHandle, Options: &tflite.VarHandleOptions{SharedName: "v"}, Outputs: []int{i}})
		return i
	}
	start, g := &graph{}, &graph{}
	start.op(tflite.Op{Code: tflite.OpAssignVariable, Inputs: []int{handle(start), start.add(data(2, 3).known().make(k))}})
	g.op(tflite.Op{Code: tflite.OpCallOnce, Options: &tflite.CallOnceOptions{Init: 1}})
	g.Outputs = []int{g.add(data(2, 3).make(k))}
	g.op(tflite.Op{Code: tflite.OpReadVariable, Inputs: []int{handle(g)}, Outputs: g.Outputs})
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{g.Graph, start.Graph}}
}
