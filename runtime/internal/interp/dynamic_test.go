package interp

import (
	"context"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// finder is a model over a bool input [2, 3]: WHERE gives the indices that are true, CAST makes them int32, and ADD adds
// a constant 10 to each.
func finder() *tflite.Model {
	info := func(i int, name string, d tensor.DType, data []byte, shape ...int) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: d, Shape: shape}, Data: data}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{info(0, "mask", tensor.Bool, nil, 2, 3), info(1, "where", tensor.Int64, nil, 1, 2),
			info(2, "int", tensor.Int32, nil, 1, 2), info(3, "ten", tensor.Int32, []byte{10, 0, 0, 0}, 1), info(4, "out", tensor.Int32, nil, 1, 2)},
		Inputs: []int{0}, Outputs: []int{4},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpWhere, Inputs: []int{0}, Outputs: []int{1}},
			{Index: 1, Code: tflite.OpCast, Inputs: []int{1}, Outputs: []int{2}},
			{Index: 2, Code: tflite.OpAdd, Inputs: []int{2, 3}, Outputs: []int{4}},
		},
	}}}
}

func TestShapesThatDependOnValues(t *testing.T) {
	s, err := New(finder(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, c := range []struct {
		name string
		mask []byte
		want []int32
	}{
		{"two are true", []byte{0, 1, 0, 0, 0, 1}, []int32{10, 11, 11, 12}},
		{"two others", []byte{1, 0, 0, 1, 0, 0}, []int32{10, 10, 11, 10}},
		{"none", []byte{0, 0, 0, 0, 0, 0}, nil},
		{"all", []byte{1, 1, 1, 1, 1, 1}, []int32{10, 10, 10, 11, 10, 12, 11, 10, 11, 11, 11, 12}},
		{"one", []byte{0, 0, 0, 0, 1, 0}, []int32{11, 11}},
	} {
		t.Run(c.name, func(t *testing.T) {
			copy(s.Input(0).Data, c.mask)
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			out := s.Output(0)
			if got := tensor.As[int32](out.Data); !slices.Equal(got, c.want) || out.Shape[0] != len(c.want)/2 {
				t.Errorf("got %v in shape %v, want %v", got, out.Shape, c.want)
			}
			for _, p := range s.Plans() {
				checkPlan(t, c.name, p)
			}
		})
	}
}

// TestShapesThatStayAllocateNothing: the second segment is prepared again only when the shapes change.
func TestShapesThatStayAllocateNothing(t *testing.T) {
	s, err := New(finder(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	copy(s.Input(0).Data, []byte{0, 1, 0, 0, 0, 1})
	invoke := func() {
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	invoke()
	before := s.ArenaBytes()
	if n := testing.AllocsPerRun(10, invoke); n != 0 {
		t.Errorf("%v allocations in an Invoke", n)
	}
	if after := s.ArenaBytes(); after != before {
		t.Errorf("memory grew from %d to %d bytes", before, after)
	}
}

// TestCalledGraphsAreReleased: a graph that is called on what changes its shape is prepared again and again, and counts
// once.
func TestCalledGraphsAreReleased(t *testing.T) {
	m := finder()
	m.Graphs[0].Ops[2] = tflite.Op{Index: 2, Code: tflite.OpCall, Options: &tflite.CallOptions{Graph: 1}, Inputs: []int{2}, Outputs: []int{4}}
	out := m.Graphs[0].Tensors[4]
	folded := tflite.Tensor{Info: tensor.Info{Name: "eleven", DType: tensor.Int32, Shape: tensor.Shape{1}}}
	m.Graphs = append(m.Graphs, tflite.Graph{
		Tensors: []tflite.Tensor{out, m.Graphs[0].Tensors[3], folded, out}, Inputs: []int{0}, Outputs: []int{3},
		Ops: []tflite.Op{{Code: tflite.OpNeg, Inputs: []int{1}, Outputs: []int{2}}, {Code: tflite.OpSub, Inputs: []int{0, 2}, Outputs: []int{3}}},
	})
	s, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var most int
	for i := range 2 * maxFrames {
		copy(s.Input(0).Data, []byte{0, 1, 0, 0, 0, byte(i % 2)})
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if i < 2 {
			most = max(most, s.ArenaBytes())
		}
		if s.ArenaBytes() > most {
			t.Fatalf("memory grew from %d to %d bytes", most, s.ArenaBytes())
		}
	}
	if got, want := tensor.As[int32](s.Output(0).Data), []int32{10, 11, 11, 12}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
