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

// counter is a model whose main graph adds its int32 input to a resource variable that CALL_ONCE sets to 100, and
// returns the sum.
func counter() *tflite.Model {
	info := func(i int, d tensor.DType, data []byte, shape ...int) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: string(rune('a' + i)), Index: i, DType: d, Shape: shape}, Data: data}
	}
	handle := &tflite.VarHandleOptions{SharedName: "sum"}
	main := tflite.Graph{
		Tensors: []tflite.Tensor{info(0, tensor.Int32, nil, 1), info(1, tensor.Resource, nil), info(2, tensor.Int32, nil, 1), info(3, tensor.Int32, nil, 1)},
		Inputs:  []int{0}, Outputs: []int{3},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpCallOnce, Options: &tflite.CallOnceOptions{Init: 1}},
			{Index: 1, Code: tflite.OpVarHandle, Options: handle, Outputs: []int{1}},
			{Index: 2, Code: tflite.OpReadVariable, Inputs: []int{1}, Outputs: []int{2}},
			{Index: 3, Code: tflite.OpAdd, Inputs: []int{0, 2}, Outputs: []int{3}},
			{Index: 4, Code: tflite.OpAssignVariable, Inputs: []int{1, 3}},
		},
	}
	start := tflite.Graph{
		Tensors: []tflite.Tensor{info(0, tensor.Resource, nil), info(1, tensor.Int32, []byte{100, 0, 0, 0}, 1)},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpVarHandle, Options: handle, Outputs: []int{0}},
			{Index: 1, Code: tflite.OpAssignVariable, Inputs: []int{0, 1}},
		},
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{main, start}}
}

func TestVariablesLiveOnAndAreReset(t *testing.T) {
	s, err := New(counter(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tensor.As[int32](s.Input(0).Data)[0] = 5
	var got []int32
	for i := range 4 {
		if i == 3 {
			s.Reset()
		}
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		got = append(got, tensor.As[int32](s.Output(0).Data)[0])
	}
	if want := []int32{105, 110, 115, 105}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestCallOnceBehindAShapeThatChanges puts CALL_ONCE where it is prepared anew when a shape before it changes.
func TestCallOnceBehindAShapeThatChanges(t *testing.T) {
	m := counter()
	main := &m.Graphs[0]
	zero := tflite.Tensor{Info: tensor.Info{Name: "zero", Index: 4, DType: tensor.Int32, Shape: tensor.Shape{}}, Data: make([]byte, 4)}
	many := tflite.Tensor{Info: tensor.Info{Name: "many", Index: 5, DType: tensor.Int32, Shape: tensor.Shape{1}}}
	main.Tensors = append(main.Tensors, zero, many)
	main.Outputs = append(main.Outputs, 5)
	main.Ops = slices.Insert(main.Ops, 0, tflite.Op{Code: tflite.OpFill, Inputs: []int{0, 4}, Outputs: []int{5}})
	s, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, want := range []int32{103, 107, 109} {
		x := want - []int32{100, 103, 107}[i]
		tensor.As[int32](s.Input(0).Data)[0] = x
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := tensor.As[int32](s.Output(0).Data)[0]; got != want || s.Output(1).Shape[0] != int(x) {
			t.Errorf("step %d: got sum %d and shape %v, want %d and [%d]", i, got, s.Output(1).Shape, want, x)
		}
	}
}

func TestVariableReadTooSoon(t *testing.T) {
	m := counter()
	m.Graphs[0].Ops = m.Graphs[0].Ops[1:]
	s, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), "read before it is assigned") {
		t.Errorf("got %v", err)
	}
}

// forever is a model whose WHILE never ends: its condition is a constant.
func forever() *tflite.Model {
	value := tflite.Tensor{Info: tensor.Info{Name: "v", DType: tensor.Int32, Shape: tensor.Shape{1}}}
	result := value
	result.Index = 1
	yes := tflite.Tensor{Info: tensor.Info{Name: "yes", Index: 1, DType: tensor.Bool, Shape: tensor.Shape{1}}, Data: []byte{1}}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{
		{Tensors: []tflite.Tensor{value, result}, Inputs: []int{0}, Outputs: []int{1},
			Ops: []tflite.Op{{Code: tflite.OpWhile, Options: &tflite.WhileOptions{Cond: 1, Body: 2}, Inputs: []int{0}, Outputs: []int{1}}}},
		{Tensors: []tflite.Tensor{value, yes}, Inputs: []int{0}, Outputs: []int{1}},
		{Tensors: []tflite.Tensor{value}, Inputs: []int{0}, Outputs: []int{0}},
	}}
}

func TestEndlessLoopEndsWithTheContext(t *testing.T) {
	s, err := New(forever(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := s.Invoke(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
}

func TestGraphThatCallsItselfIsRefused(t *testing.T) {
	m := forever()
	m.Graphs[2].Ops = []tflite.Op{{Code: tflite.OpCall, Options: &tflite.CallOptions{Graph: 2}, Inputs: []int{0}, Outputs: []int{1}}}
	m.Graphs[2].Tensors = append(m.Graphs[2].Tensors, m.Graphs[0].Tensors[1])
	m.Graphs[2].Outputs = []int{1}
	if _, err := New(m, Options{}); err == nil || !strings.Contains(err.Error(), "over 16 deep") {
		t.Errorf("got %v", err)
	}
}

// choosing is a model whose main graph calls graph 1, which doubles an int32, or graph 2, which negates it, by an operator
// that takes the operands given.
func choosing(o tflite.Op, inputs ...int) *tflite.Model {
	info := func(i int, data []byte) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: string(rune('a' + i)), Index: i, DType: tensor.Int32, Shape: tensor.Shape{1}}, Data: data}
	}
	o.Inputs, o.Outputs = inputs, []int{2}
	branch := func(second tflite.Tensor, code tflite.OpCode, operands ...int) tflite.Graph {
		return tflite.Graph{Tensors: []tflite.Tensor{info(0, nil), second, info(2, nil)}, Inputs: []int{0}, Outputs: []int{2},
			Ops: []tflite.Op{{Code: code, Inputs: operands, Outputs: []int{2}}}}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{
		{Tensors: []tflite.Tensor{info(0, nil), info(1, nil), info(2, nil)}, Inputs: []int{0, 1}, Outputs: []int{2}, Ops: []tflite.Op{o}},
		branch(info(1, nil), tflite.OpAdd, 0, 0),
		branch(info(1, []byte{0, 0, 0, 0}), tflite.OpSub, 1, 0),
	}}
}

func TestCaseAndComposite(t *testing.T) {
	branches := tflite.Op{Code: tflite.OpStablehloCase, Options: &tflite.StablehloCaseOptions{Branches: []int{1, 2}}}
	composite := tflite.Op{Code: tflite.OpStablehloComposite, Options: &tflite.CompositeOptions{Name: "odml.double", Graph: 1}}
	for _, c := range []struct {
		name   string
		m      *tflite.Model
		branch int32
		want   int32
	}{
		{"the first branch", choosing(branches, 1, 0), 0, 14},
		{"the second", choosing(branches, 1, 0), 1, -7},
		{"the last for a number too large", choosing(branches, 1, 0), 2, -7},
		{"and for a negative one", choosing(branches, 1, 0), -1, -7},
		{"a composite", choosing(composite, 0), 9, 14},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := New(c.m, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			tensor.As[int32](s.Input(0).Data)[0], tensor.As[int32](s.Input(1).Data)[0] = 7, c.branch
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[int32](s.Output(0).Data)[0]; got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestCaseRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		m    *tflite.Model
		want string
	}{
		{"no branches", choosing(tflite.Op{Code: tflite.OpStablehloCase, Options: &tflite.StablehloCaseOptions{}}, 1, 0), "no branches"},
		{"no operand", choosing(tflite.Op{Code: tflite.OpStablehloCase, Options: &tflite.StablehloCaseOptions{Branches: []int{1}}}), "one int32"},
		{"operands", choosing(tflite.Op{Code: tflite.OpStablehloComposite, Options: &tflite.CompositeOptions{Graph: 1}}, 0, 1), "with 2 inputs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := New(c.m, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
