package interp

import (
	"context"
	"fmt"
	"time"
	"unsafe"

	"edged/runtime/internal/kernel"
	"edged/runtime/internal/op"
	"edged/runtime/internal/plan"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// What a model may ask for: bytes of arena, and elements of one tensor.
const (
	memoryLimit = 1 << 30
	maxElems    = 1 << 28
)

// Options says how to run a model.
type Options struct {
	Threads int                  // 0 is 1
	Shapes  map[int]tensor.Shape // resizes graph inputs, by their place
	Profile bool                 // time each step
}

// Session is a model ready to run on the builtin engine.
type Session struct {
	graph   *tflite.Graph
	tensors []tensor.Tensor
	steps   []step
	pool    *kernel.Pool
	arena   []byte
	plan    []Placement
	profile bool
	invokes int64
}

// step is one prepared operator.
type step struct {
	op    *tflite.Op
	run   op.Step
	macs  int64
	total time.Duration
}

// Placement is where a tensor lies in the arena, and from which operator to which it is alive.
type Placement struct {
	Tensor      int
	Offset      int64
	Size        int64
	First, Last int
}

// New prepares the main graph of m.
func New(m *tflite.Model, o Options) (*Session, error) {
	s := &Session{graph: &m.Graphs[0], profile: o.Profile, pool: kernel.NewPool(max(1, o.Threads))}
	if err := s.open(o.Shapes); err != nil {
		s.pool.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) open(shapes map[int]tensor.Shape) error {
	if err := s.load(shapes); err != nil {
		return err
	}
	if err := s.checkOrder(); err != nil {
		return err
	}
	if err := s.prepare(); err != nil {
		return err
	}
	return s.place()
}

// load copies what the file says of each tensor and resizes the inputs.
func (s *Session) load(shapes map[int]tensor.Shape) error {
	s.tensors = make([]tensor.Tensor, len(s.graph.Tensors))
	for i := range s.graph.Tensors {
		t := &s.graph.Tensors[i]
		s.tensors[i] = tensor.Tensor{Info: t.Info, Data: t.Data}
	}
	for i, shape := range shapes {
		if i < 0 || i >= len(s.graph.Inputs) {
			return fmt.Errorf("input %d: the model has %d inputs", i, len(s.graph.Inputs))
		}
		t := &s.tensors[s.graph.Inputs[i]]
		if err := resizable(t, s.graph.Tensors[s.graph.Inputs[i]].ShapeSignature, shape); err != nil {
			return err
		}
		t.Shape = shape
	}
	for _, i := range s.graph.Inputs {
		if _, err := bytesOf(&s.tensors[i]); err != nil {
			return err
		}
	}
	return nil
}

// resizable checks a new input shape. A model with a shape signature says which dimensions may change; without one,
// any shape of the same rank may be tried, as in TensorFlow Lite.
func resizable(t *tensor.Tensor, signature, shape tensor.Shape) error {
	if len(shape) != len(t.Shape) && len(t.Shape) > 0 {
		return fmt.Errorf("input %q: cannot be resized from %s to %s", t.Name, t.Shape, shape)
	}
	for d, free := range signature {
		if d < len(shape) && free >= 0 && shape[d] != free {
			return fmt.Errorf("input %q: cannot be resized from %s to %s: dimension %d is fixed at %d", t.Name, t.Shape, shape, d, free)
		}
	}
	return nil
}

// bytesOf returns a tensor's size, refusing shapes that no machine holds.
func bytesOf(t *tensor.Tensor) (int64, error) {
	n := int64(1)
	for _, d := range t.Shape {
		if d < 0 {
			return 0, fmt.Errorf("tensor %q: shape %s has a negative dimension", t.Name, t.Shape)
		}
		if n *= int64(d); n > maxElems {
			return 0, fmt.Errorf("tensor %q: shape %s is over the limit of %d elements", t.Name, t.Shape, maxElems)
		}
	}
	size := int64(t.DType.Bytes(1)) * n
	if t.DType == tensor.Int4 {
		size = (n + 1) / 2
	}
	if size > memoryLimit {
		return 0, fmt.Errorf("tensor %q: %d bytes are over the limit of %d", t.Name, size, int64(memoryLimit))
	}
	return size, nil
}

// Signature says what goes in and out, in the graph's order.
func (s *Session) Signature() tensor.Signature {
	var g tensor.Signature
	for _, i := range s.graph.Inputs {
		g.Inputs = append(g.Inputs, s.tensors[i].Info)
	}
	for _, i := range s.graph.Outputs {
		g.Outputs = append(g.Outputs, s.tensors[i].Info)
	}
	return g
}

// Input returns graph input i.
func (s *Session) Input(i int) *tensor.Tensor { return &s.tensors[s.graph.Inputs[i]] }

// Output returns graph output i.
func (s *Session) Output(i int) *tensor.Tensor { return &s.tensors[s.graph.Outputs[i]] }

// Invoke runs the model once. It returns early, with the context's error, if ctx ends between two operators.
func (s *Session) Invoke(ctx context.Context) error {
	for i := range s.steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.run(&s.steps[i]); err != nil {
			return at(&s.steps[i], s.graph, err)
		}
	}
	s.invokes++
	return nil
}

func (s *Session) run(p *step) error {
	if !s.profile {
		return p.run()
	}
	start := time.Now()
	err := p.run()
	p.total += time.Since(start)
	return err
}

// Close ends the session's threads.
func (s *Session) Close() error {
	s.pool.Close()
	return nil
}

// ArenaBytes returns the memory of all computed tensors.
func (s *Session) ArenaBytes() int { return len(s.arena) }

// Invokes counts the Invokes that succeeded.
func (s *Session) Invokes() int64 { return s.invokes }

// Plan returns where each computed tensor lies.
func (s *Session) Plan() []Placement { return s.plan }

// Steps calls f for each operator, in order, with its count of multiply-accumulates and the time it has taken so far.
func (s *Session) Steps(f func(op *tflite.Op, output tensor.Info, macs int64, total time.Duration)) {
	for i := range s.steps {
		p := &s.steps[i]
		var out tensor.Info
		if len(p.op.Outputs) > 0 {
			out = s.tensors[p.op.Outputs[0]].Info
		}
		f(p.op, out, p.macs, p.total)
	}
}

// aligned returns n bytes that start at a multiple of plan.Align.
func aligned(n int64) []byte {
	b := make([]byte, n+plan.Align)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(b))) % plan.Align
	return b[skip : int64(skip)+n : int64(skip)+n]
}
