package interp

import (
	"context"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// told is a tensor of a model that strings go through.
func told(i int, d tensor.DType, data []byte, shape ...int) tflite.Tensor {
	return tflite.Tensor{Info: tensor.Info{Name: string(rune('a' + i)), Index: i, DType: d, Shape: shape}, Data: data}
}

// doubler is a model that gathers its input's two strings by 1, 0 as long as the first of them is "a", at most once, and
// looks the first one's number up in a table that CALL_ONCE fills.
func doubler() *tflite.Model {
	table := &tflite.HashtableOptions{TableID: 3, KeyType: tensor.String, ValueType: tensor.Int64}
	main := tflite.Graph{
		Tensors: []tflite.Tensor{told(0, tensor.String, nil, 2), told(1, tensor.String, nil, 2), told(2, tensor.Resource, nil, 1),
			told(3, tensor.Int64, nil, 2), told(4, tensor.Int64, make([]byte, 8), 1)},
		Inputs: []int{0}, Outputs: []int{1, 3},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpCallOnce, Options: &tflite.CallOnceOptions{Init: 1}},
			{Index: 1, Code: tflite.OpWhile, Options: &tflite.WhileOptions{Cond: 2, Body: 3}, Inputs: []int{0}, Outputs: []int{1}},
			{Index: 2, Code: tflite.OpHashtable, Options: table, Outputs: []int{2}},
			{Index: 3, Code: tflite.OpHashtableFind, Inputs: []int{2, 1, 4}, Outputs: []int{3}},
		},
	}
	fill := tflite.Graph{
		Tensors: []tflite.Tensor{told(0, tensor.Resource, nil, 1), told(1, tensor.String, tensor.PackStrings("a", "long string"), 2),
			told(2, tensor.Int64, append(append(make([]byte, 0, 16), 1, 0, 0, 0, 0, 0, 0, 0), 2, 0, 0, 0, 0, 0, 0, 0), 2)},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpHashtable, Options: table, Outputs: []int{0}},
			{Index: 1, Code: tflite.OpHashtableImport, Inputs: []int{0, 1, 2}},
		},
	}
	first := tflite.Graph{
		Tensors: []tflite.Tensor{told(0, tensor.String, nil, 2), told(1, tensor.Int32, make([]byte, 4)), told(2, tensor.String, nil),
			told(3, tensor.String, tensor.PackStrings("a")), told(4, tensor.Bool, nil)},
		Inputs: []int{0}, Outputs: []int{4},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpGather, Options: &tflite.GatherOptions{}, Inputs: []int{0, 1}, Outputs: []int{2}},
			{Index: 1, Code: tflite.OpEqual, Inputs: []int{2, 3}, Outputs: []int{4}},
		},
	}
	swap := tflite.Graph{
		Tensors: []tflite.Tensor{told(0, tensor.String, nil, 2), told(1, tensor.Int32, []byte{1, 0, 0, 0, 0, 0, 0, 0}, 2), told(2, tensor.String, nil, 2)},
		Inputs:  []int{0}, Outputs: []int{2},
		Ops: []tflite.Op{{Index: 0, Code: tflite.OpGather, Options: &tflite.GatherOptions{}, Inputs: []int{0, 1}, Outputs: []int{2}}},
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{main, fill, first, swap}}
}

func TestStringsGoThroughGraphs(t *testing.T) {
	s, err := New(doubler(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct{ in, want []string }{
		{[]string{"a", "long string"}, []string{"long string", "a"}},
		{[]string{"", "b"}, []string{"", "b"}},
		{[]string{"a", strings.Repeat("much longer ", 1000)}, []string{strings.Repeat("much longer ", 1000), "a"}},
		{[]string{"long string", ""}, []string{"long string", ""}},
	} {
		s.Reset()
		s.Input(0).Data = tensor.PackStrings(c.in...)
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got, want := s.Output(0).Data, tensor.PackStrings(c.want...); !slices.Equal(got, want) {
			t.Errorf("%.40q: got %.80q, want %.80q", c.in, got, want)
		}
		for i, name := range c.want {
			want := map[string]int64{"a": 1, "long string": 2}[name]
			if got := tensor.As[int64](s.Output(1).Data)[i]; got != want {
				t.Errorf("number of %.20q: got %d, want %d", name, got, want)
			}
		}
	}
}

func TestStringInputsAreChecked(t *testing.T) {
	s, err := New(doubler(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for want, data := range map[string][]byte{
		"has 0 strings, its shape is 2": nil,
		"has 1 strings, its shape is 2": tensor.PackStrings("a"),
		"packed strings of 3 bytes":     {1, 2, 3},
	} {
		s.Input(0).Data = data
		if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestStringsCountAgainstTheLimit(t *testing.T) {
	s, err := New(doubler(), Options{MemoryLimit: 1 << 16})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.Input(0).Data = tensor.PackStrings("a", strings.Repeat("x", 1<<16))
	if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), "memory limit of 65536 bytes") {
		t.Errorf("got %v", err)
	}
}
