package interp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// chain is a model of n QUANTIZE operators in a row over an int8 input [1, 100], each of which keeps the values.
func chain(n int) *tflite.Model {
	g := tflite.Graph{Inputs: []int{0}, Outputs: []int{n}}
	for i := range n + 1 {
		g.Tensors = append(g.Tensors, tflite.Tensor{Info: tensor.Info{Name: "t" + string(rune('a'+i)), Index: i, DType: tensor.Int8,
			Shape: tensor.Shape{1, 100}, Quant: tensor.Quant{Scale: []float32{1}, ZeroPoint: []int64{0}}},
			ShapeSignature: tensor.Shape{1, -1}})
	}
	for i := range n {
		g.Ops = append(g.Ops, tflite.Op{Index: i, Code: tflite.OpQuantize, Inputs: []int{i}, Outputs: []int{i + 1}})
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{g}}
}

func TestInvokeRunsTheChain(t *testing.T) {
	s, err := New(chain(5), Options{Profile: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for round := range 3 {
		in := tensor.As[int8](s.Input(0).Data)
		for i := range in {
			in[i] = int8(i + round)
		}
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if out := tensor.As[int8](s.Output(0).Data); !slices.Equal(out, in) {
			t.Errorf("round %d: got %v, want %v", round, out, in)
		}
	}
	if s.Invokes() != 3 {
		t.Errorf("%d invokes counted, want 3", s.Invokes())
	}
}

// TestArenaIsReused: the input keeps its value; all that follows is computed in place.
func TestArenaIsReused(t *testing.T) {
	s, err := New(chain(9), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, want := s.ArenaBytes(), 2*100; got != want {
		t.Errorf("arena of %d bytes, want %d: %+v", got, want, s.Plans())
	}
}

// TestOutputsAreTheirOwn: an output that is a reshaped input, or equal to another output, shares memory with neither, for
// the caller may write where it likes.
func TestOutputsAreTheirOwn(t *testing.T) {
	g := chain(3)
	for i := range g.Graphs[0].Ops {
		o := &g.Graphs[0].Ops[i]
		o.Code, o.Options = tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{100}}
	}
	g.Graphs[0].Outputs = []int{2, 3}
	s, err := New(g, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	in, a, b := s.Input(0).Data, s.Output(0).Data, s.Output(1).Data
	in[7] = 1
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	in[7], a[8] = 2, 3
	if a[7] != 1 || b[7] != 1 || b[8] != 0 {
		t.Errorf("outputs %v and %v changed with the input or with each other", a[7:9], b[7:9])
	}
}

func TestInputIsResized(t *testing.T) {
	s, err := New(chain(2), Options{Shapes: map[int]tensor.Shape{0: {1, 7}}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.Signature().Outputs[0].Shape; !slices.Equal(got, tensor.Shape{1, 7}) {
		t.Errorf("output %v, want 1x7", got)
	}
	if got := len(s.Output(0).Data); got != 7 {
		t.Errorf("output of %d bytes, want 7", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		shapes map[int]tensor.Shape
		change func(*tflite.Graph)
		want   string
	}{
		{"a fixed dimension resized", map[int]tensor.Shape{0: {2, 100}}, nil, "dimension 0 is fixed at 1"},
		{"another rank", map[int]tensor.Shape{0: {100}}, nil, "cannot be resized from 1x100 to 100"},
		{"an input that is not there", map[int]tensor.Shape{1: {1, 1}}, nil, "the model has 1 inputs"},
		{"over the memory limit", map[int]tensor.Shape{0: {1, 1 << 29}}, nil, "over the limit"},
		{"an operand computed later", nil, func(g *tflite.Graph) { g.Ops[0].Inputs[0] = 2 }, `op 0 QUANTIZE "tb": operand "tc" is not computed before it`},
		{"a tensor written twice", nil, func(g *tflite.Graph) { g.Ops[1].Outputs[0] = 1 }, `op 1 QUANTIZE "tb": output "tb" has a value already`},
		{"an input written", nil, func(g *tflite.Graph) { g.Ops[2].Outputs[0] = 0 }, `output "ta" has a value already`},
		{"an output nobody writes", nil, func(g *tflite.Graph) { g.Ops = g.Ops[:2] }, `graph output "td": no operator computes it`},
		{"two unknown operators", nil, func(g *tflite.Graph) { g.Ops[0].Code, g.Ops[2].Code = tflite.OpConcatEmbeddings, tflite.OpSkipGram }, `2 operators: op 0 CONCAT_EMBEDDINGS "tb"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := chain(3)
			if c.change != nil {
				c.change(&m.Graphs[0])
			}
			if _, err := New(m, Options{Shapes: c.shapes}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestMemoryLimitHolds(t *testing.T) {
	const need = 2 * 100
	s, err := New(chain(9), Options{MemoryLimit: need})
	if err != nil {
		t.Fatalf("%d bytes do not suffice: %v", need, err)
	}
	s.Close()
	if _, err := New(chain(9), Options{MemoryLimit: need - 1}); err == nil || !strings.Contains(err.Error(), "the limit") {
		t.Errorf("got %v with %d bytes", err, need-1)
	}
}

func TestInvokeHonoursTheContext(t *testing.T) {
	s, err := New(chain(2), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Invoke(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}

func TestUnsupportedListsEveryOperator(t *testing.T) {
	m := chain(3)
	m.Graphs[0].Ops[1].Code = tflite.OpConcatEmbeddings
	want := []string{"CONCAT_EMBEDDINGS: no such operator in the builtin engine"}
	if got := Unsupported(m, Options{}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWatchSeesTheChain: each operator with its operands before and its results after it, in order.
func TestWatchSeesTheChain(t *testing.T) {
	var seen []string
	note := func(when string) func(*tflite.Op, []*tensor.Tensor) {
		return func(o *tflite.Op, tensors []*tensor.Tensor) {
			seen = append(seen, fmt.Sprint(when, o.Index, tensors[0].Name, tensor.As[int8](tensors[0].Data)[7]))
		}
	}
	s, err := New(chain(2), Options{Watch: Watch{note("before"), note("after")}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tensor.As[int8](s.Input(0).Data)[7] = 9
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := []string{"before0ta9", "after0tb9", "before1tb9", "after1tc9"}
	if !slices.Equal(seen, want) {
		t.Errorf("got %q, want %q", seen, want)
	}
}
