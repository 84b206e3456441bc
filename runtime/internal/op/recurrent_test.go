package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func svdfNode(in ...*tensor.Tensor) *Node {
	return &Node{Op: &tflite.Op{Code: tflite.OpSvdf, Options: &tflite.SVDFOptions{Rank: 1}}, In: in, Out: []*tensor.Tensor{typed(tensor.Float32, false)}}
}

func TestSVDFRemembers(t *testing.T) {
	state := typed(tensor.Float32, true, 1, 2)
	n := svdfNode(constantOf(tensor.Float32, []float32{3}, 1, 1), constantOf(tensor.Float32, []float32{2}, 1, 1),
		constantOf(tensor.Float32, []float32{1, 10}, 1, 2), nil, state)
	run(t, n)
	if !n.Stateful {
		t.Error("the operator does not say that it remembers")
	}
	if got := tensor.As[float32](state.Data); !slices.Equal(got, []float32{0, 6}) {
		t.Errorf("state %v, want [0 6]", got)
	}
	if got := tensor.As[float32](n.Out[0].Data); !slices.Equal(got, []float32{60}) {
		t.Errorf("got %v, want [60]", got)
	}
}

func TestSVDFRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"four inputs", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3)), "4 inputs, want 5"},
		{"no state", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3), nil), "state is left out"},
		{"feature weights", svdfNode(f(1, 2), f(3, 5), f(3, 4), f(3), f(1, 12)), "feature weights \"x\" is 3x5, want 3x2"},
		{"time weights", svdfNode(f(1, 2), f(3, 2), f(4, 4), f(3), f(1, 12)), "time weights \"x\" is 4x4, want 3x4"},
		{"state", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3), f(1, 11)), "want 12 elements"},
		{"bias", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(2), f(1, 12)), "bias \"x\" is 2, want 3"},
		{"empty", svdfNode(f(1, 0), f(3, 0), f(3, 4), f(3), f(1, 12)), "over an input 1x0"},
		{"rank", svdfNode(f(2), f(3, 2), f(3, 4), f(3), f(1, 12)), "want 2 dimensions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
