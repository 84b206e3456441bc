package interp

import (
	"fmt"
	"time"

	"edged/runtime/internal/op"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// frame is one subgraph made ready: its tensors, its steps and its arena. Each operator that calls a graph has a frame of
// its own, so that a graph called from two places keeps its values apart.
type frame struct {
	*Session
	depth   int
	index   int // of the graph
	graph   *tflite.Graph
	extras  map[int]op.Extra // by operator, what it does for those that folded says are gone
	gone    map[int]int
	tensors []tensor.Tensor

	constant []bool // by tensor: its Data never changes
	folded   []bool // by tensor: an operator before has computed it from constants, other than by unpacking one
	segments []*segment

	lent      bool     // the first segment's arena is a part of the caller's
	preparing bool     // Prepare of an operator is running
	called    []*frame // by that operator

	size int64 // bytes of tensors' descriptions
}

// step is one prepared operator.
type step struct {
	op      *tflite.Op
	at      int // its place in the graph
	run     op.Step
	copies  int // the tensor whose bytes its result is as they are, or −1
	in, out []*tensor.Tensor
	macs    int64
	total   time.Duration
}

// frame returns an empty frame of graph i, called at the given depth.
func (s *Session) frame(i, depth int) (*frame, error) {
	if i < 0 || i >= len(s.model.Graphs) {
		return nil, &tflite.FormatError{What: fmt.Sprintf("calls subgraph %d of %d", i, len(s.model.Graphs))}
	}
	if depth > maxDepth {
		return nil, &tflite.FormatError{What: fmt.Sprintf("subgraphs call each other over %d deep", maxDepth)}
	}
	if s.use.frames >= maxFrames {
		return nil, &tflite.FormatError{What: fmt.Sprintf("subgraphs are called from over %d places", maxFrames)}
	}
	f := &frame{Session: s, depth: depth, index: i, graph: &s.model.Graphs[i]}
	f.size = tensorBytes * int64(len(f.graph.Tensors))
	s.use.frames++
	s.use.books += f.size
	if err := s.use.full(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// open prepares the frame for the given input shapes.
func (f *frame) open(shapes map[int]tensor.Shape) error {
	if err := f.load(shapes); err != nil {
		return err
	}
	if err := f.checkOrder(); err != nil {
		return err
	}
	f.foldGraph()
	return f.extend(0)
}

// run runs the frame's steps. It stops if the session's context has ended; the step that it ended in may have stopped half
// way.
func (f *frame) run() error {
	for k := 0; ; k++ {
		g := f.segments[k]
		for i := range g.steps {
			if err := f.ctx.Err(); err != nil {
				return err
			}
			if err := f.step(&g.steps[i]); err != nil {
				return located(g.steps[i].op, f.graph, err)
			}
		}
		if err := f.ctx.Err(); err != nil || g.next == len(f.graph.Ops) {
			return err
		}
		if err := f.follow(k); err != nil {
			return err
		}
	}
}

// step runs one step, and shows it to whoever watches the main graph.
func (f *frame) step(p *step) error {
	if f != f.main {
		return f.time(p)
	}
	if f.watcher.Before != nil {
		f.watcher.Before(p.op, p.in)
	}
	err := f.time(p)
	if err == nil && f.watcher.After != nil {
		f.watcher.After(p.op, p.out)
	}
	return err
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

// reset forgets what the frame and those it calls remember.
func (f *frame) reset() {
	for _, g := range f.segments {
		for _, forget := range g.forgets {
			forget()
		}
		for _, callee := range g.callees {
			callee.reset()
		}
	}
}

// close ends the frame.
func (f *frame) close() {
	f.release(0)
	f.use.frames--
	f.use.books -= f.size
}
