package interp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// graph builds the only graph of a model, tensor by tensor and operator by operator.
type graph struct{ tflite.Graph }

func (g *graph) tensor(d tensor.DType, data []byte, shape ...int) int {
	i := len(g.Tensors)
	g.Tensors = append(g.Tensors, tflite.Tensor{Info: tensor.Info{Name: string(rune('a' + i)), Index: i, DType: d, Shape: shape}, Data: data})
	return i
}

// scaled is a tensor of int8 with scale 1.
func (g *graph) scaled(data []byte, shape ...int) int {
	i := g.tensor(tensor.Int8, data, shape...)
	g.Tensors[i].Quant = tensor.Quant{Scale: []float32{1}, ZeroPoint: []int64{0}}
	return i
}

func (g *graph) input(d tensor.DType, shape ...int) int {
	i := g.tensor(d, nil, shape...)
	g.Inputs = append(g.Inputs, i)
	return i
}

// op adds an operator whose outputs are outputs of the graph.
func (g *graph) op(code tflite.OpCode, options any, in []int, out ...int) {
	g.Ops = append(g.Ops, tflite.Op{Index: len(g.Ops), Code: code, Options: options, Inputs: in, Outputs: out})
	g.Outputs = append(g.Outputs, out...)
}

func (g *graph) model(more ...tflite.Graph) *tflite.Model {
	return &tflite.Model{Version: 3, Graphs: append([]tflite.Graph{g.Graph}, more...)}
}

// endless are models of one operator each that would take from seconds to years.
func endless() map[string]*tflite.Model {
	models := map[string]*tflite.Model{}
	add := func(name string, code tflite.OpCode, options any, build func(g *graph) (in []int, out int)) {
		g := &graph{}
		in, out := build(g)
		g.op(code, options, in, out)
		models[name] = g.model()
	}
	const side = 1 << 11
	pool := &tflite.Pool2DOptions{FilterW: side, FilterH: side, StrideW: 1, StrideH: 1}
	add("pooling over the whole image", tflite.OpAveragePool2d, pool, func(g *graph) ([]int, int) {
		in := g.scaled(nil, 1, side, side, 1)
		g.Inputs = []int{in}
		return []int{in}, g.scaled(nil, 1)
	})
	add("pooling of floats", tflite.OpMaxPool2d, pool, func(g *graph) ([]int, int) {
		return []int{g.input(tensor.Float32, 1, side, side, 1)}, g.tensor(tensor.Float32, nil, 1)
	})
	response := &tflite.LocalResponseNormalizationOptions{Radius: 1 << 30, Bias: 1}
	add("a response to all channels", tflite.OpLocalResponseNormalization, response, func(g *graph) ([]int, int) {
		return []int{g.input(tensor.Float32, 1, 1, 1, 1<<20)}, g.tensor(tensor.Float32, nil, 1)
	})
	add("a product of matrices", tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{}, func(g *graph) ([]int, int) {
		return []int{g.input(tensor.Float32, side, side), g.input(tensor.Float32, side, side)}, g.tensor(tensor.Float32, nil, 1)
	})
	conv := &tflite.Conv2DOptions{StrideW: 1, StrideH: 1, DilationW: 1, DilationH: 1}
	add("a convolution of one row", tflite.OpConv2d, conv, func(g *graph) ([]int, int) {
		return []int{g.input(tensor.Float32, 1, 1, 1<<13, 16), g.input(tensor.Float32, 16, 1, 1<<13, 16)}, g.tensor(tensor.Float32, nil, 1)
	})
	add("a sum of very many", tflite.OpAddN, nil, func(g *graph) ([]int, int) {
		return slices.Repeat([]int{g.input(tensor.Float32, 1<<18)}, 1<<16), g.tensor(tensor.Float32, nil, 1)
	})
	return models
}

func TestOneOperatorEndsWithTheContext(t *testing.T) {
	for name, m := range endless() {
		t.Run(name, func(t *testing.T) {
			s, err := New(m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
			defer cancel()
			if err := s.Invoke(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want the deadline", err)
			}
		})
	}
}

// TestEndlessConstantsAreLeftToInvoke: what follows from constants is computed when the model opens, unless it takes long.
func TestEndlessConstantsAreLeftToInvoke(t *testing.T) {
	models := endless()
	delete(models, "a sum of very many") // which is refused: it reads too many constants
	for name, m := range models {
		t.Run(name, func(t *testing.T) {
			g := &m.Graphs[0]
			for _, i := range g.Inputs {
				g.Tensors[i].Data = make([]byte, g.Tensors[i].DType.Bytes(g.Tensors[i].Shape.Elems()))
			}
			g.Inputs = nil
			s, err := New(m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if n := len(s.main.segments[0].steps); n != 1 {
				t.Errorf("%d steps are left, want 1", n)
			}
		})
	}
}

// called is a graph of one int8 input that calls graph i, count times one after the other.
func called(i, count int) tflite.Graph {
	g := &graph{}
	at := g.scaled(nil, 1)
	g.Inputs = []int{at}
	for range count {
		next := g.scaled(nil, 1)
		g.op(tflite.OpCall, &tflite.CallOptions{Graph: i}, []int{at}, next)
		at = next
	}
	g.Outputs = []int{at}
	return g.Graph
}

func TestNewRefusesHostileModels(t *testing.T) {
	const limit = 64 << 20
	for _, c := range []struct {
		name  string
		build func() *tflite.Model
		want  string
	}{
		{"a variable of any size", func() *tflite.Model {
			g := &graph{}
			v := g.tensor(tensor.Resource, nil)
			g.op(tflite.OpVarHandle, &tflite.VarHandleOptions{}, nil, v)
			g.op(tflite.OpReadVariable, nil, []int{v}, g.tensor(tensor.Int8, nil, 1<<20, 1<<20))
			return g.model()
		}, "over the limit"},
		{"more variables than memory", func() *tflite.Model {
			g := &graph{}
			value := g.input(tensor.Int8, limit/4)
			for i := range 4 {
				v := g.tensor(tensor.Resource, nil)
				g.op(tflite.OpVarHandle, &tflite.VarHandleOptions{SharedName: string(rune('a' + i))}, nil, v)
				g.op(tflite.OpAssignVariable, nil, []int{v, value})
			}
			return g.model()
		}, "the limit"},
		{"an operator with one output twice", func() *tflite.Model {
			g := &graph{}
			in, out := g.input(tensor.Int8, 4), g.tensor(tensor.Int8, nil, 1)
			sizes, axis := g.tensor(tensor.Int32, []byte{3, 0, 0, 0, 1, 0, 0, 0}, 2), g.tensor(tensor.Int32, make([]byte, 4), 1)
			g.op(tflite.OpSplitV, nil, []int{in, sizes, axis}, out, out)
			return g.model()
		}, `output "b" has a value already`},
		{"an empty operand that gets a shape later", func() *tflite.Model {
			g := &graph{}
			in, late, out := g.input(tensor.Float32, 9), g.tensor(tensor.Float32, nil, 0), g.tensor(tensor.Float32, nil, 0)
			g.op(tflite.OpExp, nil, []int{late}, out)
			g.op(tflite.OpExp, nil, []int{in}, late)
			return g.model()
		}, `output "b" has a value already`},
		{"scratch memory in every operator", func() *tflite.Model {
			g := &graph{}
			in, w := g.input(tensor.Float32, 1, 1, 1, 1<<20), g.input(tensor.Float32, 1, 1, 1, 1<<20)
			for range 100 {
				g.op(tflite.OpConv2d, &tflite.Conv2DOptions{StrideW: 1, StrideH: 1, DilationW: 1, DilationH: 1}, []int{in, w}, g.tensor(tensor.Float32, nil, 1))
			}
			return g.model()
		}, "over the memory limit"},
		{"graphs that fan out", func() *tflite.Model {
			graphs := []tflite.Graph{}
			for i := range 12 {
				graphs = append(graphs, called(i+1, 4))
			}
			return &tflite.Model{Version: 3, Graphs: append(graphs, called(0, 0))}
		}, "over 1000 places"},
		{"a large graph called from many places", func() *tflite.Model {
			large := called(0, 0)
			large.Tensors = append(large.Tensors, make([]tflite.Tensor, 10_000)...)
			return &tflite.Model{Version: 3, Graphs: []tflite.Graph{called(1, 900), large}}
		}, "over the memory limit"},
		{"a long constant that every operator reads", func() *tflite.Model {
			g := &graph{}
			in, w := g.scaled(nil, 1, 1), g.scaled(make([]byte, 1<<20), 1<<20)
			g.Inputs = []int{in}
			for range 1200 {
				g.op(tflite.OpMul, nil, []int{in, w}, g.scaled(nil, 1))
			}
			return g.model()
		}, "would take too long"},
		{"an operand of endless rank", func() *tflite.Model {
			g := &graph{}
			g.op(tflite.OpExp, nil, []int{g.input(tensor.Float32, slices.Repeat([]int{1}, 1000)...)}, g.tensor(tensor.Float32, nil, 1))
			return g.model()
		}, "1000 dimensions"},
		{"dimensions beside a zero", func() *tflite.Model {
			g := &graph{}
			g.op(tflite.OpExp, nil, []int{g.tensor(tensor.Float32, nil, 0, 1<<20, 1<<20)}, g.tensor(tensor.Float32, nil, 1))
			return g.model()
		}, "over the limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := New(c.build(), Options{MemoryLimit: limit}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestDynamicOutputsCountAgainstTheLimit(t *testing.T) {
	const n = 8 << 20
	g := &graph{}
	g.op(tflite.OpWhere, nil, []int{g.input(tensor.Int8, n)}, g.tensor(tensor.Int64, nil, 1, 1))
	s, err := New(g.model(), Options{MemoryLimit: 2 * n})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i := range s.Input(0).Data {
		s.Input(0).Data[i] = 1
	}
	if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), "over the memory limit") {
		t.Errorf("got %v", err)
	}
}

// TestWhatIsPreparedAnewIsGivenBack: shapes that change with every Invoke cost neither memory nor places to call from.
func TestWhatIsPreparedAnewIsGivenBack(t *testing.T) {
	g := &graph{}
	in, where, shape := g.input(tensor.Int8, 4), g.tensor(tensor.Int64, nil, 1, 1), g.tensor(tensor.Int32, []byte{255, 255, 255, 255}, 1)
	g.op(tflite.OpWhere, nil, []int{in}, where)
	flat, out := g.tensor(tensor.Int64, nil, 1), g.tensor(tensor.Int64, nil, 1)
	g.op(tflite.OpReshape, nil, []int{where, shape}, flat)
	g.op(tflite.OpCall, &tflite.CallOptions{Graph: 1}, []int{flat}, out)
	callee := &graph{}
	callee.op(tflite.OpNeg, nil, []int{callee.input(tensor.Int64, 1)}, callee.tensor(tensor.Int64, nil, 1))
	s, err := New(g.model(callee.Graph), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var after [2]usage
	for i := range 2 * maxFrames {
		s.Input(0).Data[2] = byte(i % 2)
		s.Input(0).Data[3] = 1
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			continue // the output of WHERE has grown to its largest
		}
		if first := &after[i%2]; *first == (usage{}) {
			*first = s.use
		} else if s.use != *first {
			t.Fatalf("Invoke %d: got %+v, want %+v", i, s.use, *first)
		}
	}
}

// TestConditionWithoutAnAnswer: the condition's shape depends on values and is empty when the loop looks at it.
func TestConditionWithoutAnAnswer(t *testing.T) {
	m := forever()
	cond := &graph{}
	in := cond.input(tensor.Int32, 1)
	where, yes := cond.tensor(tensor.Int64, nil, 1, 1), cond.tensor(tensor.Bool, nil, 1)
	cond.op(tflite.OpWhere, nil, []int{in}, where)
	shape, flat := cond.tensor(tensor.Int32, []byte{255, 255, 255, 255}, 1), cond.tensor(tensor.Int64, nil, 1)
	cond.op(tflite.OpReshape, nil, []int{where, shape}, flat)
	cond.op(tflite.OpEqual, nil, []int{flat, flat}, yes)
	cond.Outputs = []int{yes}
	m.Graphs[1] = cond.Graph
	s, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), "tensor 0 is 0 where a graph has 1") {
		t.Errorf("got %v", err)
	}
}
