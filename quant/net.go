package quant

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// net is a model whose main graph is ours to change, with who makes and who uses each tensor.
type net struct {
	model    *tflite.Model
	graph    *tflite.Graph
	producer []int   // by tensor: its operator, or -1
	users    [][]int // by tensor: operators
}

// newNet copies what the main graph lists, not its constants, and computes at once what depends on constants alone: weights
// of float16 or int8 behind a DEQUANTIZE, sparse ones behind a DENSIFY.
func newNet(m *tflite.Model) (*net, error) {
	c := *m
	c.Graphs = slices.Clone(m.Graphs)
	g := &c.Graphs[0]
	g.Tensors, g.Ops = slices.Clone(g.Tensors), slices.Clone(g.Ops)
	n := &net{model: &c, graph: g}
	n.unfuse()
	if err := n.fold(); err != nil {
		return nil, err
	}
	n.index()
	n.bound()
	return n, n.checkConstants()
}

// bound makes infinite constants finite, the largest number there is, but for weights and biases: they are masks.
func (n *net) bound() {
	for t := range n.graph.Tensors {
		if !n.float(t) || !n.constant(t) || n.graph.Tensors[t].Sparse || !slices.ContainsFunc(n.values(t), infinite) || slices.ContainsFunc(n.users[t], n.weighs) {
			continue
		}
		values := slices.Clone(n.values(t))
		for i, v := range values {
			values[i] = min(math.MaxFloat32, max(-math.MaxFloat32, v))
		}
		n.graph.Tensors[t].Data = bytesOf(values)
	}
}

// weighs reports whether an operator has weights.
func (n *net) weighs(op int) bool {
	r, ok := ruleOf(&n.graph.Ops[op])
	return ok && (r.weights > 0 || r.lstm || r.svdf)
}

// copy returns a net whose tensors can be given other constants.
func (n *net) copy() *net {
	c := *n.model
	c.Graphs = slices.Clone(c.Graphs)
	c.Graphs[0].Tensors, c.Graphs[0].Ops = slices.Clone(c.Graphs[0].Tensors), slices.Clone(c.Graphs[0].Ops)
	out := &net{model: &c, graph: &c.Graphs[0]}
	out.index()
	return out
}

// index finds producers and users.
func (n *net) index() {
	n.producer, n.users = make([]int, len(n.graph.Tensors)), make([][]int, len(n.graph.Tensors))
	for i := range n.producer {
		n.producer[i] = -1
	}
	for i := range n.graph.Ops {
		o := &n.graph.Ops[i]
		o.Index = i
		for _, out := range o.Outputs {
			n.producer[out] = i
		}
		for _, in := range o.Inputs {
			if in >= 0 && !slices.Contains(n.users[in], i) {
				n.users[in] = append(n.users[in], i)
			}
		}
	}
}

// constant reports whether a tensor's value is in the file and stays.
func (n *net) constant(t int) bool {
	x := &n.graph.Tensors[t]
	return x.Data != nil && !x.Variable && !slices.Contains(n.graph.Inputs, t)
}

// float reports whether a tensor is of float32.
func (n *net) float(t int) bool { return t >= 0 && n.graph.Tensors[t].DType == tensor.Float32 }

// activation reports whether a tensor is of float32 and computed anew for every sample.
func (n *net) activation(t int) bool {
	return n.float(t) && !n.constant(t) && !n.graph.Tensors[t].Variable
}

// values returns a constant's float32 elements.
func (n *net) values(t int) []float32 { return tensor.As[float32](n.graph.Tensors[t].Data) }

// fold replaces operators that compute from constants alone by their results.
func (n *net) fold() error {
	var left []tflite.Op
	for _, o := range n.graph.Ops {
		if !n.foldable(&o) {
			left = append(left, o)
			continue
		}
		results, err := n.compute(&o)
		if err != nil {
			return fmt.Errorf("op %d %s: %w", o.Index, o.Name(), err)
		}
		for i, out := range o.Outputs {
			t := &n.graph.Tensors[out]
			t.Data, t.Sparse, t.Sparsity = results[i], false, nil
		}
	}
	n.graph.Ops = left
	return nil
}

// foldable reports whether an operator makes constants of float32 of constants.
func (n *net) foldable(o *tflite.Op) bool {
	switch o.Code {
	case tflite.OpCustom, tflite.OpCall, tflite.OpIf, tflite.OpWhile, tflite.OpRandomUniform, tflite.OpRandomStandardNormal,
		tflite.OpStablehloComposite, tflite.OpStablehloCase, tflite.OpReadVariable:
		return false
	}
	if slices.ContainsFunc(o.Outputs, func(t int) bool { return !n.float(t) || slices.Contains(n.graph.Outputs, t) }) {
		return false
	}
	computed := func(t int) bool { return t >= 0 && !n.constant(t) }
	return slices.ContainsFunc(o.Inputs, func(t int) bool { return t >= 0 }) && !slices.ContainsFunc(o.Inputs, computed)
}

// compute runs one operator on its constants and returns its results.
func (n *net) compute(o *tflite.Op) (results [][]byte, err error) {
	b := tflite.NewBuilder("constant")
	op := *o
	op.Inputs, op.Outputs = nil, nil
	for _, t := range o.Inputs {
		if t < 0 {
			op.Inputs = append(op.Inputs, -1)
		} else {
			op.Inputs = append(op.Inputs, b.Add(n.graph.Tensors[t]))
		}
	}
	for _, t := range o.Outputs {
		op.Outputs = append(op.Outputs, b.Add(n.graph.Tensors[t]))
	}
	b.Append(op)
	b.Output(op.Outputs...)
	s, err := runtime.New(&tflite.Model{Version: 3, Graphs: []tflite.Graph{b.Graph}}, runtime.Options{Engine: "builtin"})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Invoke(context.Background()); err != nil {
		return nil, err
	}
	for i := range o.Outputs {
		results = append(results, slices.Clone(s.Output(i).Data))
	}
	return results, nil
}

// checkConstants looks for numbers that are none.
func (n *net) checkConstants() error {
	for i := range n.graph.Tensors {
		if !n.float(i) || !n.constant(i) {
			continue
		}
		if n.graph.Tensors[i].Sparse {
			continue // stays as it is, with the operators that can read it
		}
		if err := finite(n.values(i)); err != nil {
			return fmt.Errorf("tensor %d %q: %w", i, n.graph.Tensors[i].Name, err)
		}
	}
	return nil
}

// finite says which value is no number that can be quantized.
func finite(values []float32) error {
	for i, v := range values {
		if v-v != 0 { // NaN or infinite
			return fmt.Errorf("element %d is %v", i, v)
		}
	}
	return nil
}

// bytesOf returns values as a constant's bytes.
func bytesOf(values []float32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// label names an operator as errors and reports do.
func (n *net) label(op int) string {
	o := &n.graph.Ops[op]
	if len(o.Outputs) == 0 {
		return fmt.Sprintf("op %d %s", op, o.Name())
	}
	return fmt.Sprintf("op %d %s %q", op, o.Name(), n.graph.Tensors[o.Outputs[0]].Name)
}
