package interp

import (
	"context"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestInt8VariablesStartAtZero: a variable tensor of int8 starts as the number 0, which is its zero point; TFLite starts those
// of other types with bytes of zero.
func TestInt8VariablesStartAtZero(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.DType
		want  []byte
	}{{tensor.Int8, []byte{7, 7}}, {tensor.Uint8, []byte{0, 0}}, {tensor.Int16, []byte{0, 0, 0, 0}}} {
		info := func(i int, name string) tensor.Info {
			return tensor.Info{Name: name, Index: i, DType: c.dtype, Shape: tensor.Shape{1, 2}, Quant: tensor.Quant{Scale: []float32{1}, ZeroPoint: []int64{7}}}
		}
		shape := tensor.Info{Name: "shape", Index: 1, DType: tensor.Int32, Shape: tensor.Shape{1}}
		m := &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
			Tensors: []tflite.Tensor{{Info: info(0, "v"), Variable: true}, {Info: shape, Data: []byte{2, 0, 0, 0}}, {Info: info(2, "out")}},
			Outputs: []int{2}, Ops: []tflite.Op{{Code: tflite.OpReshape, Inputs: []int{0, 1}, Outputs: []int{2}}},
		}}}
		s, err := New(m, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := s.Output(0).Data; !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.dtype, got, c.want)
			}
			s.Reset()
		}
		s.Close()
	}
}
