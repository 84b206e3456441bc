package interp

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestSharedMemoryChangesNoResult runs random models, with graphs that call graphs, as planned and with memory of its own
// for each tensor.
func TestSharedMemoryChangesNoResult(t *testing.T) {
	shared := 0
	for seed := range uint64(50) {
		m := newMaker(seed).model()
		s, err := New(m, Options{})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		apart, err := New(m, Options{Whole: true}) // no copy is spared
		if err != nil {
			t.Fatal(err)
		}
		apart.main.apart()
		r := rand.New(rand.NewPCG(seed, 4))
		for round := range 3 {
			for i := range m.Graphs[0].Inputs {
				if round > 0 && r.IntN(2) == 0 {
					continue // what the caller leaves as it was is still there
				}
				for k := range s.Input(i).Data {
					s.Input(i).Data[k] = byte(r.IntN(3) * k)
				}
				copy(apart.Input(i).Data, s.Input(i).Data)
			}
			if a, b := s.Invoke(context.Background()), apart.Invoke(context.Background()); a != nil || b != nil {
				t.Fatalf("seed %d: %v, %v", seed, a, b)
			}
			for i := range m.Graphs[0].Outputs {
				if !bytes.Equal(s.Output(i).Data, apart.Output(i).Data) {
					t.Fatalf("seed %d, round %d: output %d is %v, want %v", seed, round, i, s.Output(i).Data, apart.Output(i).Data)
				}
			}
		}
		for _, p := range s.Plans() {
			checkPlan(t, "random model", p)
			for _, at := range p.Tensors {
				if at.Onto >= 0 {
					shared++
				}
			}
		}
	}
	if shared < 200 {
		t.Errorf("only %d tensors shared memory", shared)
	}
}

// TestStatesLieAlone: an operator that writes an operand of its own, a state, must not change what that is equal to.
func TestStatesLieAlone(t *testing.T) {
	g := tflite.Graph{Inputs: []int{0, 1}}
	for i, c := range []struct {
		shape tensor.Shape
		data  []byte
	}{{shape: tensor.Shape{1, 1}}, {shape: tensor.Shape{2}}, {shape: tensor.Shape{2}}, {shape: tensor.Shape{1, 2}},
		{tensor.Shape{1, 1}, []byte{0, 0, 128, 63}}, {tensor.Shape{1, 2}, []byte{0, 0, 128, 63, 0, 0, 128, 63}}, {shape: tensor.Shape{1, 1}}, {shape: tensor.Shape{2}}} {
		g.Tensors = append(g.Tensors, tflite.Tensor{Info: tensor.Info{Name: string(rune('a' + i)), Index: i, DType: tensor.Float32, Shape: c.shape}, Data: c.data})
	}
	g.Ops = []tflite.Op{
		{Index: 0, Code: tflite.OpAbs, Inputs: []int{1}, Outputs: []int{2}},
		{Index: 1, Code: tflite.OpReshape, Inputs: []int{2}, Outputs: []int{3}, Options: &tflite.ReshapeOptions{NewShape: []int{1, 2}}},
		{Index: 2, Code: tflite.OpSvdf, Inputs: []int{0, 4, 5, -1, 3}, Outputs: []int{6}, Options: &tflite.SVDFOptions{Rank: 1}},
		{Index: 3, Code: tflite.OpNeg, Inputs: []int{2}, Outputs: []int{7}},
	}
	g.Outputs = []int{6, 7}
	s, err := New(&tflite.Model{Version: 3, Graphs: []tflite.Graph{g}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tensor.As[float32](s.Input(0).Data)[0] = 5
	copy(tensor.As[float32](s.Input(1).Data), []float32{1, 2})
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got, want := tensor.As[float32](s.Output(1).Data), []float32{-1, -2}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// apart gives each tensor of f and of the graphs that it calls memory of its own.
func (f *frame) apart() {
	for _, g := range f.segments {
		for _, p := range g.plan.Tensors {
			f.tensors[p.Tensor].Data = make([]byte, p.Size)
		}
		for _, c := range g.calls {
			for _, callee := range c.frames {
				callee.apart()
			}
		}
	}
}

// maker makes random graphs over int32 tensors of 24 elements.
type maker struct {
	*rand.Rand
	graphs []tflite.Graph
}

func newMaker(seed uint64) *maker { return &maker{Rand: rand.New(rand.NewPCG(seed, 3))} }

func (m *maker) model() *tflite.Model {
	m.graph(2, 1+m.IntN(3), 0)
	return &tflite.Model{Version: 3, Graphs: m.graphs}
}

var shapesOf24 = []tensor.Shape{{24}, {2, 12}, {1, 24}, {2, 3, 4}}

// graph adds a graph that calls others up to two deep, and returns its number. All its inputs and outputs are [24].
func (m *maker) graph(inputs, outputs, depth int) int {
	at := len(m.graphs)
	m.graphs = append(m.graphs, tflite.Graph{})
	b := &builder{maker: m, depth: depth}
	for range inputs {
		b.g.Inputs = append(b.g.Inputs, b.tensor(tensor.Int32, nil, 24))
	}
	for range 3 + m.IntN(12) {
		b.random()
	}
	for range outputs {
		if i := m.IntN(len(b.values)); m.IntN(3) == 0 && !slices.Contains(b.g.Outputs, b.values[i]) && len(b.shape(b.values[i])) == 1 {
			b.g.Outputs = append(b.g.Outputs, b.values[i]) // as it is, maybe an input
			continue
		}
		b.g.Outputs = append(b.g.Outputs, b.op(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{24}}, b.any()))
	}
	m.graphs[at] = b.g
	return at
}

// whileCondition adds a graph that reports whether its first operand's first element is below n.
func (m *maker) whileCondition(operands, n int) int {
	b := &builder{maker: m}
	for range operands {
		b.g.Inputs = append(b.g.Inputs, b.tensor(tensor.Int32, nil, 24))
	}
	zero, one := b.tensor(tensor.Int32, make([]byte, 4), 1), b.tensor(tensor.Int32, []byte{1, 0, 0, 0}, 1)
	limit := b.tensor(tensor.Int32, []byte{byte(n), 0, 0, 0}, 1)
	first := b.tensor(tensor.Int32, nil, 1)
	b.add(tflite.OpSlice, nil, []int{b.g.Inputs[0], zero, one}, first)
	out := b.tensor(tensor.Bool, nil, 1)
	b.add(tflite.OpLess, nil, []int{first, limit}, out)
	b.g.Outputs = []int{out}
	m.graphs = append(m.graphs, b.g)
	return len(m.graphs) - 1
}

// whileBody adds a graph that adds one to its first operand and does something to the others.
func (m *maker) whileBody(operands, depth int) int {
	b := &builder{maker: m}
	for range operands {
		b.g.Inputs = append(b.g.Inputs, b.tensor(tensor.Int32, nil, 24))
	}
	one := b.tensor(tensor.Int32, []byte{1, 0, 0, 0}, 1)
	next := b.tensor(tensor.Int32, nil, 24)
	b.add(tflite.OpAdd, nil, []int{b.g.Inputs[0], one}, next)
	b.g.Outputs = []int{next}
	rest := b.results(operands - 1)
	at := len(m.graphs)
	m.graphs = append(m.graphs, tflite.Graph{})
	b.add(tflite.OpCall, &tflite.CallOptions{Graph: m.graph(operands, operands-1, depth)}, b.g.Inputs, rest...)
	b.g.Outputs = append(b.g.Outputs, rest...)
	m.graphs[at] = b.g
	return at
}

// builder makes one graph.
type builder struct {
	*maker
	depth  int
	g      tflite.Graph
	values []int // int32 tensors of 24 elements
}

func (b *builder) tensor(d tensor.DType, data []byte, shape ...int) int {
	i := len(b.g.Tensors)
	b.g.Tensors = append(b.g.Tensors, tflite.Tensor{Info: tensor.Info{Name: "t", Index: i, DType: d, Shape: shape}, Data: data})
	if d == tensor.Int32 && tensor.Shape(shape).Elems() == 24 {
		b.values = append(b.values, i)
	}
	return i
}

func (b *builder) shape(i int) tensor.Shape { return b.g.Tensors[i].Shape }
func (b *builder) any() int                 { return b.values[b.IntN(len(b.values))] }

// anyLike returns a value of the same shape as v, maybe v.
func (b *builder) anyLike(v int) int {
	for range 4 {
		if w := b.any(); slices.Equal(b.shape(w), b.shape(v)) {
			return w
		}
	}
	return v
}

func (b *builder) add(code tflite.OpCode, options any, in []int, out ...int) {
	b.g.Ops = append(b.g.Ops, tflite.Op{Index: len(b.g.Ops), Code: code, Options: options, Inputs: in, Outputs: out})
}

// op adds an operator with one result of the first operand's shape.
func (b *builder) op(code tflite.OpCode, options any, in ...int) int {
	shape := b.shape(in[0])
	if o, ok := options.(*tflite.ReshapeOptions); ok {
		shape = o.NewShape
	}
	out := b.tensor(tensor.Int32, nil, shape...)
	b.values = b.values[:len(b.values)-1] // not its own operand
	b.add(code, options, in, out)
	b.values = append(b.values, out)
	return out
}

func (b *builder) results(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = b.tensor(tensor.Int32, nil, 24)
	}
	return out
}

// flat returns n values as [24].
func (b *builder) flat(n int) []int {
	in := make([]int, n)
	for i := range in {
		if in[i] = b.any(); len(b.shape(in[i])) != 1 {
			in[i] = b.op(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{24}}, in[i])
		}
	}
	return in
}

// random adds a random operator.
func (b *builder) random() {
	a := b.any()
	switch b.IntN(8) {
	case 0, 1:
		b.op(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: shapesOf24[b.IntN(len(shapesOf24))]}, a)
	case 2:
		b.op([]tflite.OpCode{tflite.OpNeg, tflite.OpAbs, tflite.OpSign}[b.IntN(3)], nil, a)
	case 3, 4:
		codes := []tflite.OpCode{tflite.OpAdd, tflite.OpSub, tflite.OpMul, tflite.OpMaximum, tflite.OpSquaredDifference}
		b.op(codes[b.IntN(len(codes))], nil, a, b.anyLike(a))
	case 5:
		b.op(tflite.OpAddN, nil, a, b.anyLike(a), b.anyLike(a))
	case 6:
		small, index := b.tensor(tensor.Int32, []byte{7, 0, 0, 0}, slices.Repeat([]int{1}, len(b.shape(a)))...), make([]byte, 4*len(b.shape(a)))
		b.op(tflite.OpDynamicUpdateSlice, nil, a, small, b.tensor(tensor.Int32, index, len(b.shape(a))))
	default:
		if b.depth < 2 {
			b.call()
		}
	}
}

// call adds an operator that calls graphs.
func (b *builder) call() {
	n := 1 + b.IntN(3)
	in := b.flat(n)
	switch b.IntN(3) {
	case 0:
		callee := b.graph(n, n, b.depth+1)
		b.add(tflite.OpCall, &tflite.CallOptions{Graph: callee}, in, b.results(n)...)
	case 1:
		o := &tflite.IfOptions{Then: b.graph(n, n, b.depth+1), Else: b.graph(n, n, b.depth+1)}
		cond := b.tensor(tensor.Bool, []byte{byte(b.IntN(2))}, 1)
		b.add(tflite.OpIf, o, append([]int{cond}, in...), b.results(n)...)
	default:
		o := &tflite.WhileOptions{Cond: b.whileCondition(n+1, 3), Body: b.whileBody(n+1, b.depth+1)}
		zero := b.tensor(tensor.Int32, make([]byte, 4*24), 24)
		b.add(tflite.OpWhile, o, append([]int{zero}, in...), b.results(n+1)...)
	}
}
