package runtime_test

import (
	"context"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestSignatures: a key chooses the graph that runs, and the names of what goes in and out.
func TestSignatures(t *testing.T) {
	graph := func(code tflite.OpCode) tflite.Graph {
		at := func(i int, name string) tflite.Tensor {
			return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: tensor.Float32, Shape: tensor.Shape{1}}}
		}
		return tflite.Graph{Tensors: []tflite.Tensor{at(0, "x"), at(1, "y")}, Inputs: []int{0}, Outputs: []int{1},
			Ops: []tflite.Op{{Code: code, Version: 1, Inputs: []int{0, 0}, Outputs: []int{1}, Options: &tflite.ArithmeticOptions{}}}}
	}
	m := &tflite.Model{Version: 3, Graphs: []tflite.Graph{graph(tflite.OpAdd), graph(tflite.OpMul)}, Signatures: []tflite.Signature{
		{Key: "square", Graph: 1, Inputs: []tflite.Port{{Name: "side", Tensor: 0}}, Outputs: []tflite.Port{{Name: "area", Tensor: 1}}},
		{Key: "twice", Inputs: []tflite.Port{{Name: "half", Tensor: 0}}, Outputs: []tflite.Port{{Name: "whole", Tensor: 1}}},
	}}
	for _, c := range []struct {
		key, in, out string
		want         float32
	}{{"", "half", "whole", 6}, {"twice", "half", "whole", 6}, {"square", "side", "area", 9}} {
		t.Run("key "+c.key, func(t *testing.T) {
			s, err := runtime.New(m, runtime.Options{Signature: c.key})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			tensor.As[float32](s.Input(0).Data)[0] = 3
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			g := s.Signature()
			if got := tensor.As[float32](s.Output(0).Data)[0]; got != c.want || g.Inputs[0].Name != c.in || g.Outputs[0].Name != c.out {
				t.Errorf("got %g of %s as %s, want %g of %s as %s", got, g.Inputs[0].Name, g.Outputs[0].Name, c.want, c.in, c.out)
			}
		})
	}
	if _, err := runtime.New(m, runtime.Options{Signature: "half"}); err == nil || !strings.Contains(err.Error(), `it has ["square" "twice"]`) {
		t.Errorf("got %v, want the keys that there are", err)
	}
}
