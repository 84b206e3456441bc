package interp

import (
	"context"
	"fmt"
	"math"
	"time"
	"unsafe"

	"edged/runtime/internal/kernel"
	"edged/runtime/internal/op"
	"edged/runtime/internal/plan"
	"edged/runtime/internal/simd"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Options says how to run a model.
type Options struct {
	Graph   int                  // that runs; the others are those it calls
	Threads int                  // 0 is 1, or as many as Helpers allow
	Helpers *Helpers             // whose threads the session borrows; nil for its own
	Shapes  map[int]tensor.Shape // resizes graph inputs, by their place
	Profile bool                 // time each step

	MemoryLimit int64 // bytes of all computed tensors and scratch memory; 0 is 1 GiB
	PackLimit   int64 // bytes of weights of float32 in another form; 0 is no bound of their own

	Watch Watch

	Whole bool // run each operator that the file has
}

// Watch sees the operators of the main graph run: Before has an operator's operands, nil where one is left out, and After
// its results. Their memory is the session's: it must not be changed, and holds these values until the call returns. What
// is computed once, from constants alone, is not seen.
type Watch struct {
	Before, After func(op *tflite.Op, tensors []*tensor.Tensor)
}

// Helpers are threads that sessions share.
type Helpers = kernel.Helpers

// NewHelpers starts n threads.
func NewHelpers(n int) *Helpers { return kernel.NewHelpers(n) }

// Session is a model ready to run on the builtin engine.
type Session struct {
	model     *tflite.Model
	main      *frame
	pool      *kernel.Pool
	ctx       context.Context // of the Invoke that runs
	variables map[string]*op.Variable
	byID      []*op.Variable
	tables    map[int32]*op.Table
	begun     map[int]*bool // by the graph that CALL_ONCE runs
	profile   bool
	watcher   Watch
	whole     bool
	shorter   bool // a graph has been folded
	invokes   int64
	use       usage
}

// New prepares a graph of m and those it calls.
func New(m *tflite.Model, o Options) (*Session, error) {
	if err := simd.Check(); err != nil {
		return nil, err
	}
	s := newSession(m, o)
	defer s.pool.Release() // what constants were computed with
	main, err := s.frame(o.Graph, 0)
	if err == nil {
		err = main.open(o.Shapes)
	}
	if err != nil {
		s.pool.Close()
		if s.shorter { // where tensors are not of the types that the file says, what was folded does not fit
			o.Whole = true
			return New(m, o)
		}
		return nil, err
	}
	s.main, s.use.opening = main, false
	return s, nil
}

func newSession(m *tflite.Model, o Options) *Session {
	if o.MemoryLimit <= 0 {
		o.MemoryLimit = 1 << 30
	}
	limit := min(o.MemoryLimit, math.MaxInt/2) // an arena is one slice
	return &Session{model: m, profile: o.Profile, watcher: o.Watch, whole: o.Whole, pool: kernel.NewPool(o.Threads, o.Helpers), ctx: context.Background(),
		variables: map[string]*op.Variable{}, tables: map[int32]*op.Table{}, begun: map[int]*bool{}, use: newUsage(m, limit, o.PackLimit)}
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
	f.constant, f.folded = make([]bool, len(f.tensors)), make([]bool, len(f.tensors))
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

// Invoke runs the model once. It returns early, with the context's error, if ctx ends: between two operators, or in the
// middle of one that takes long.
func (s *Session) Invoke(ctx context.Context) error {
	s.watch(ctx)
	defer s.rest()
	if err := s.main.run(); err != nil {
		return err
	}
	s.invokes++
	return nil
}

// watch makes ctx the context of what runs.
func (s *Session) watch(ctx context.Context) {
	s.ctx = ctx
	s.pool.Watch(ctx)
}

// rest ends what watch began.
func (s *Session) rest() {
	s.ctx = context.Background()
	s.pool.Release()
}

// Reset forgets what the model remembers from one Invoke to the next: variable tensors become zero, resource variables
// lose their values and hash tables their entries, and what CALL_ONCE does is done again. State that custom operators keep
// stays.
func (s *Session) Reset() {
	for _, v := range s.variables {
		v.Set = false
		clear(v.Data)
	}
	for _, t := range s.tables {
		t.Clear()
	}
	for _, b := range s.begun {
		*b = false
	}
	s.main.reset()
}

// Close ends the session's threads.
func (s *Session) Close() error {
	s.pool.Close()
	return nil
}

// ArenaBytes returns the memory of all computed tensors, those of called graphs and computed constants included.
func (s *Session) ArenaBytes() int { return int(s.use.tensors) }

// PackedBytes returns the memory of weights in the form that the inner loops want, and of copies of inputs for them.
func (s *Session) PackedBytes() int { return int(s.use.packed) }

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
