package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// int4 packs two weights to a byte, the first in the low half.
func int4(shape tensor.Shape, packed ...byte) *tensor.Tensor {
	return &tensor.Tensor{Info: tensor.Info{Name: "w", DType: tensor.Int4, Shape: shape,
		Quant: tensor.Quant{Scale: []float32{1}, ZeroPoint: []int64{0}}}, Data: packed}
}

func TestInt4Weights(t *testing.T) {
	w := int4(tensor.Shape{2, 3}, 0x21, 0xF3, 0x70) // 1 2 3, −1 0 7
	in := constantOf(tensor.Float32, []float32{-127, 126, 0}, 1, 3)
	out := typed(tensor.Float32, false)
	run(t, &Node{Op: &tflite.Op{Code: tflite.OpFullyConnected}, In: []*tensor.Tensor{in, w}, Out: []*tensor.Tensor{out}})
	if got := tensor.As[float32](out.Data); !slices.Equal(got, []float32{125, 127}) {
		t.Errorf("float32 input: got %v, want [125 127]", got)
	}
	bytes := scaled(constantOf(tensor.Int8, []int8{3, -2, 1}, 1, 3), 1, 0)
	quantized := scaled(typed(tensor.Int8, false), 1, 0)
	run(t, &Node{Op: &tflite.Op{Code: tflite.OpFullyConnected}, In: []*tensor.Tensor{bytes, w}, Out: []*tensor.Tensor{quantized}})
	if got := tensor.As[int8](quantized.Data); !slices.Equal(got, []int8{2, 4}) {
		t.Errorf("int8 input: got %v, want [2 4]", got)
	}
}

func TestHybridRefusals(t *testing.T) {
	in, out := typed(tensor.Float32, false, 1, 4, 4, 2), typed(tensor.Float32, false)
	skewed := t8(true, 8, 1, 1, 2)
	skewed.Quant.ZeroPoint = []int64{3}
	for _, c := range []struct {
		name string
		in   []*tensor.Tensor
		out  *tensor.Tensor
		want string
	}{
		{"zero point of weights", []*tensor.Tensor{in, skewed}, out, "zero point 3"},
		{"computed weights", []*tensor.Tensor{in, t8(false, 8, 1, 1, 2)}, out, "computed"},
		{"integer bias", []*tensor.Tensor{in, t8(true, 8, 1, 1, 2), i32(1, 2, 3, 4, 5, 6, 7, 8)}, out, "bias int32"},
		{"short bias", []*tensor.Tensor{in, t8(true, 8, 1, 1, 2), typed(tensor.Float32, true, 3)}, out, "has 3 elements, want 8"},
		{"integer output", []*tensor.Tensor{in, t8(true, 8, 1, 1, 2)}, t8(false), "output int8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: tflite.OpConv2d, Options: conv(1)}, In: c.in, Out: []*tensor.Tensor{c.out}}
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
