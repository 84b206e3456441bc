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

// What one tensor may ask for, whatever the session's limit is: it fits an int of 32 bits.
const (
	maxElems = 1 << 28
	maxBytes = 1 << 30
)

// Options says how to run a model.
type Options struct {
	Threads int                  // 0 is 1
	Shapes  map[int]tensor.Shape // resizes graph inputs, by their place
	Profile bool                 // time each step

	MemoryLimit int64 // bytes of all computed tensors; 0 is 1 GiB
}

// Session is a model ready to run on the builtin engine.
type Session struct {
	model     *tflite.Model
	main      *frame
	pool      *kernel.Pool
	ctx       context.Context // of the Invoke that runs
	variables map[string]*op.Variable
	invoked   []func() // forget that a CALL_ONCE has run
	profile   bool
	invokes   int64
	bytes     int64 // of all arenas, and of constants computed at the start
	limit     int64 // of bytes
	frames    int   // opened so far
}

// New prepares the main graph of m and those it calls.
func New(m *tflite.Model, o Options) (*Session, error) {
	s := newSession(m, o)
	main, err := s.frame(0, 0)
	if err == nil {
		err = main.open(o.Shapes)
	}
	if err != nil {
		s.pool.Close()
		return nil, err
	}
	s.main = main
	return s, nil
}

func newSession(m *tflite.Model, o Options) *Session {
	if o.MemoryLimit <= 0 {
		o.MemoryLimit = 1 << 30
	}
	return &Session{model: m, profile: o.Profile, limit: o.MemoryLimit, pool: kernel.NewPool(max(1, o.Threads)),
		ctx: context.Background(), variables: map[string]*op.Variable{}}
}

// load copies what the file says of each tensor and resizes the inputs.
func (f *frame) load(shapes map[int]tensor.Shape) error {
	f.tensors = make([]tensor.Tensor, len(f.graph.Tensors))
	for i := range f.graph.Tensors {
		t := &f.graph.Tensors[i]
		f.tensors[i] = tensor.Tensor{Info: t.Info, Data: t.Data}
		if t.Variable {
			f.tensors[i].Data = nil // place gives it memory of its own
		}
	}
	for _, i := range f.graph.Inputs {
		f.tensors[i].Data = nil // whatever the file holds, the caller writes it
	}
	f.constant = make([]bool, len(f.tensors))
	for i := range f.tensors {
		f.constant[i] = f.tensors[i].Data != nil
	}
	for i, shape := range shapes {
		if i < 0 || i >= len(f.graph.Inputs) {
			return fmt.Errorf("input %d: the model has %d inputs", i, len(f.graph.Inputs))
		}
		t := &f.tensors[f.graph.Inputs[i]]
		if err := resizable(t, f.graph.Tensors[f.graph.Inputs[i]].ShapeSignature, shape); err != nil {
			return err
		}
		t.Shape = shape
	}
	for _, i := range f.graph.Inputs {
		if _, err := bytesOf(&f.tensors[i]); err != nil {
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
	if size > maxBytes {
		return 0, fmt.Errorf("tensor %q: %d bytes are over the limit of %d", t.Name, size, maxBytes)
	}
	return size, nil
}

// Signature says what goes in and out, in the graph's order.
func (s *Session) Signature() tensor.Signature {
	var g tensor.Signature
	for _, t := range s.main.inputs() {
		g.Inputs = append(g.Inputs, t.Info)
	}
	for _, t := range s.main.outputs() {
		g.Outputs = append(g.Outputs, t.Info)
	}
	return g
}

// Input returns graph input i.
func (s *Session) Input(i int) *tensor.Tensor { return &s.main.tensors[s.main.graph.Inputs[i]] }

// Output returns graph output i.
func (s *Session) Output(i int) *tensor.Tensor { return &s.main.tensors[s.main.graph.Outputs[i]] }

// Invoke runs the model once. It returns early, with the context's error, if ctx ends between two operators.
func (s *Session) Invoke(ctx context.Context) error {
	s.ctx = ctx
	defer func() { s.ctx = context.Background() }()
	if err := s.main.run(); err != nil {
		return err
	}
	s.invokes++
	return nil
}

// Reset forgets what the model remembers from one Invoke to the next: variable tensors become zero, resource variables
// lose their values, and what CALL_ONCE does is done again. State that custom operators keep stays.
func (s *Session) Reset() {
	for _, v := range s.variables {
		v.Set = false
		clear(v.Data)
	}
	for _, forget := range s.invoked {
		forget()
	}
}

// Close ends the session's threads.
func (s *Session) Close() error {
	s.pool.Close()
	return nil
}

// ArenaBytes returns the memory of all computed tensors, those of called graphs and computed constants included.
func (s *Session) ArenaBytes() int { return int(s.bytes) }

// Invokes counts the Invokes that succeeded.
func (s *Session) Invokes() int64 { return s.invokes }

// Steps calls f for each operator of the main graph, in order, with its count of multiply-accumulates and the time it
// has taken so far.
func (s *Session) Steps(f func(op *tflite.Op, output tensor.Info, macs int64, total time.Duration)) {
	for _, g := range s.main.segments {
		for _, p := range g.steps {
			var out tensor.Info
			if len(p.op.Outputs) > 0 {
				out = s.main.tensors[p.op.Outputs[0]].Info
			}
			f(p.op, out, p.macs, p.total)
		}
	}
}

// aligned returns n bytes that start at a multiple of plan.Align.
func aligned(n int64) []byte {
	b := make([]byte, n+plan.Align)
	skip := -uintptr(unsafe.Pointer(unsafe.SliceData(b))) % plan.Align
	return b[skip : int64(skip)+n : int64(skip)+n]
}
