package op

import (
	"math"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func compared(t *testing.T, code tflite.OpCode, in ...*tensor.Tensor) []byte {
	t.Helper()
	out := of(tensor.Bool)
	run(t, &Node{Op: &tflite.Op{Code: code}, In: in, Out: []*tensor.Tensor{out}})
	return out.Data
}

func TestComparisons(t *testing.T) {
	nan := float32(math.NaN())
	floats := constantOf(tensor.Float32, []float32{1, 2, 3, nan}, 4)
	two := constantOf(tensor.Float32, []float32{2}, 1)
	ints, longs := i32(1, 2, 3, -4), constantOf(tensor.Int64, []int64{1, 2, 1 << 40, -4}, 4)
	for _, c := range []struct {
		code         tflite.OpCode
		floats, ints []byte
	}{
		{tflite.OpEqual, []byte{0, 1, 0, 0}, []byte{0, 1, 0, 0}},
		{tflite.OpNotEqual, []byte{1, 0, 1, 1}, []byte{1, 0, 1, 1}},
		{tflite.OpLess, []byte{1, 0, 0, 0}, []byte{1, 0, 0, 1}},
		{tflite.OpLessEqual, []byte{1, 1, 0, 0}, []byte{1, 1, 0, 1}},
		{tflite.OpGreater, []byte{0, 0, 1, 0}, []byte{0, 0, 1, 0}},
		{tflite.OpGreaterEqual, []byte{0, 1, 1, 0}, []byte{0, 1, 1, 0}},
	} {
		if got := compared(t, c.code, floats, two); !slices.Equal(got, c.floats) {
			t.Errorf("%s of floats: got %v, want %v", c.code, got, c.floats)
		}
		if got := compared(t, c.code, ints, i32(2)); !slices.Equal(got, c.ints) {
			t.Errorf("%s of int32: got %v, want %v", c.code, got, c.ints)
		}
		if got := compared(t, c.code, longs, constantOf(tensor.Int64, []int64{2}, 1)); !slices.Equal(got, c.ints) {
			t.Errorf("%s of int64: got %v, want %v", c.code, got, c.ints)
		}
	}
}

// Quantized numbers are compared by value: −4 · 0.25 is below 1 · 0.5 and equal to −2 · 0.5.
func TestComparisonsOfQuantizedNumbers(t *testing.T) {
	a := scaled(constantOf(tensor.Int8, []int8{-4, -4, 4, 5}, 4), 0.25, 0)
	b := scaled(constantOf(tensor.Int8, []int8{2, -1, 3, 3}, 4), 0.5, 1)
	for code, want := range map[tflite.OpCode][]byte{
		tflite.OpEqual:   {0, 1, 1, 0},
		tflite.OpLess:    {1, 0, 0, 0},
		tflite.OpGreater: {0, 0, 0, 1},
	} {
		if got := compared(t, code, a, b); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", code, got, want)
		}
	}
	unscaled := constantOf(tensor.Int8, []int8{1}, 1)
	unscaled.Quant = tensor.Quant{}
	if _, err := Prepare(&Node{Op: &tflite.Op{Code: tflite.OpEqual}, In: []*tensor.Tensor{a, unscaled}, Out: []*tensor.Tensor{of(tensor.Bool)}}); err == nil {
		t.Error("got no error for an operand without a scale")
	}
}

func TestLogic(t *testing.T) {
	a, b := bools(tensor.Shape{2, 2}, 0, 1, 0, 7), bools(tensor.Shape{2, 1}, 0, 2)
	axis := i32(-1)
	for _, c := range []struct {
		code tflite.OpCode
		in   []*tensor.Tensor
		want []byte
	}{
		{tflite.OpLogicalAnd, []*tensor.Tensor{a, b}, []byte{0, 0, 0, 1}},
		{tflite.OpLogicalOr, []*tensor.Tensor{a, b}, []byte{0, 1, 1, 1}},
		{tflite.OpLogicalNot, []*tensor.Tensor{a}, []byte{1, 0, 1, 0}},
		{tflite.OpEqual, []*tensor.Tensor{a, b}, []byte{1, 0, 0, 1}},
		{tflite.OpNotEqual, []*tensor.Tensor{a, b}, []byte{0, 1, 1, 0}},
		{tflite.OpReduceAny, []*tensor.Tensor{a, axis}, []byte{1, 1}},
		{tflite.OpReduceAll, []*tensor.Tensor{b, axis}, []byte{0, 1}},
		{tflite.OpReduceAny, []*tensor.Tensor{bools(tensor.Shape{2, 0}), axis}, []byte{0, 0}},
		{tflite.OpReduceAll, []*tensor.Tensor{bools(tensor.Shape{2, 0}), axis}, []byte{1, 1}},
		{tflite.OpReduceAll, []*tensor.Tensor{bools(tensor.Shape{}, 1), axis}, []byte{1}},
	} {
		if got := compared(t, c.code, c.in...); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.code, got, c.want)
		}
	}
}
