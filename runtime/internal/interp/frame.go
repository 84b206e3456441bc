package interp

import (
	"fmt"
	"time"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// How deep graphs may call graphs, so that a graph that calls itself is refused; and from how many places in all.
const (
	maxDepth  = 16
	maxFrames = 1000
)

// frame is one subgraph made ready: its tensors, its steps and its arena. Each operator that calls a graph has a frame of
// its own, so that a graph called from two places keeps its values apart.
type frame struct {
	*Session
	depth   int
	index   int // of the graph
	graph   *tflite.Graph
	tensors []tensor.Tensor

	constant []bool // by tensor: its Data never changes
	segments []*segment

	lent      bool     // the first segment's arena is a part of the caller's
	preparing bool     // Prepare of an operator is running
	called    []*frame // by that operator
}

// step is one prepared operator.
type step struct {
	op    *tflite.Op
	run   op.Step
	macs  int64
	total time.Duration
}

// frame returns an empty frame of graph i, called at the given depth.
func (s *Session) frame(i, depth int) (*frame, error) {
	if i < 0 || i >= len(s.model.Graphs) {
		return nil, &tflite.FormatError{What: fmt.Sprintf("calls subgraph %d of %d", i, len(s.model.Graphs))}
	}
	if depth > maxDepth {
		return nil, &tflite.FormatError{What: fmt.Sprintf("subgraphs call each other over %d deep", maxDepth)}
	}
	if s.frames++; s.frames > maxFrames {
		return nil, &tflite.FormatError{What: fmt.Sprintf("subgraphs are called from over %d places", maxFrames)}
	}
	return &frame{Session: s, depth: depth, index: i, graph: &s.model.Graphs[i]}, nil
}

// open prepares the frame for the given input shapes.
func (f *frame) open(shapes map[int]tensor.Shape) error {
	if err := f.load(shapes); err != nil {
		return err
	}
	if err := f.checkOrder(); err != nil {
		return err
	}
	return f.extend(0)
}

// run runs the frame's steps. It stops between two of them if the session's context has ended.
func (f *frame) run() error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	for k := 0; ; k++ {
		g := f.segments[k]
		for i := range g.steps {
			if err := f.ctx.Err(); err != nil {
				return err
			}
			if err := f.time(&g.steps[i]); err != nil {
				return located(g.steps[i].op, f.graph, err)
			}
		}
		if g.next == len(f.graph.Ops) {
			return nil
		}
		if err := f.follow(k); err != nil {
			return err
		}
	}
}

// time runs one step, and measures it if the session is to.
func (f *frame) time(p *step) error {
	if !f.profile {
		return p.run()
	}
	start := time.Now()
	err := p.run()
	p.total += time.Since(start)
	return err
}

func (f *frame) inputs() []*tensor.Tensor  { return f.pick(f.graph.Inputs) }
func (f *frame) outputs() []*tensor.Tensor { return f.pick(f.graph.Outputs) }

func (f *frame) pick(indices []int) []*tensor.Tensor {
	picked := make([]*tensor.Tensor, len(indices))
	for i, t := range indices {
		picked[i] = &f.tensors[t]
	}
	return picked
}

// Graph prepares graph i of the model, for an operator of f that calls it with inputs of the given shapes.
func (f *frame) Graph(i int, shapes []tensor.Shape) (*op.Graph, error) {
	callee, err := f.frame(i, f.depth+1)
	if err != nil {
		return nil, err
	}
	inputs := map[int]tensor.Shape{}
	for i, s := range shapes {
		inputs[i] = s
	}
	if len(callee.graph.Inputs) != len(shapes) {
		return nil, &tflite.FormatError{What: fmt.Sprintf("calls subgraph %d with %d inputs, it has %d", i, len(shapes), len(callee.graph.Inputs))}
	}
	callee.lent = f.preparing
	if err := callee.open(inputs); err != nil {
		return nil, within(i, err)
	}
	if callee.lent {
		f.called = append(f.called, callee)
	}
	return &op.Graph{In: callee.inputs(), Out: callee.outputs(), Run: callee.run}, nil
}

// Variable returns the model's resource variable of that name.
func (f *frame) Variable(name string) *op.Variable {
	v := f.variables[name]
	if v == nil {
		v = &op.Variable{ID: int32(len(f.variables))}
		f.variables[name] = v
	}
	return v
}

// VariableByID returns the variable that a resource tensor holds.
func (f *frame) VariableByID(id int32) *op.Variable {
	for _, v := range f.variables {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// OnReset calls forget when the session is reset.
func (f *frame) OnReset(forget func()) { f.invoked = append(f.invoked, forget) }

// within says in which called graph an error arose.
func within(graph int, err error) error {
	where := fmt.Sprintf("subgraph %d", graph)
	switch e := err.(type) {
	case *tflite.FormatError:
		return &tflite.FormatError{What: where + ": " + e.Where + ": " + e.What}
	case *tflite.UnsupportedError:
		return &tflite.UnsupportedError{What: where + ": " + e.Where + ": " + e.What}
	}
	return fmt.Errorf("%s: %w", where, err)
}
