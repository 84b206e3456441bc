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
