package op

import (
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// half returns a tensor of float16.
func half(constant bool, v ...float32) *tensor.Tensor {
	t := typed(tensor.Float16, true, len(v))
	kernel.Halves(tensor.As[uint16](t.Data), v)
	if !constant {
		t.Data = nil
	}
	return t
}

// nibbles returns a constant of int4.
func nibbles(v []int8, shape ...int) *tensor.Tensor {
	t := typed(tensor.Int4, true, shape...)
	kernel.PackInt4(t.Data, v)
	return t
}

func TestHalvesAreRounded(t *testing.T) {
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		want    []float32
	}{
		{"1 + 2⁻¹¹ is 1", tflite.OpAdd, &tflite.ArithmeticOptions{}, []*tensor.Tensor{half(true, 1, 2), half(true, 1.0/2048, 3)}, []float32{1, 5}},
		{"300² is infinite", tflite.OpMul, &tflite.ArithmeticOptions{}, []*tensor.Tensor{half(true, 300, -3), half(true, 300, 4)}, []float32{float32(math.Inf(1)), -12}},
		{"relu", tflite.OpRelu, nil, []*tensor.Tensor{half(true, -1, 2)}, []float32{0, 2}},
		{"larger", tflite.OpMaximum, nil, []*tensor.Tensor{half(true, -1, 2), half(true, 0, 1)}, []float32{0, 2}},
		{"to float16", tflite.OpDequantize, nil, []*tensor.Tensor{scaled(constantOf(tensor.Int8, []int8{3, -2}, 2), 0.5, 1)}, []float32{1, -1.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodeOf(c.code, c.options, typed(tensor.Float16, false), c.in...)
			run(t, n)
			got := make([]float32, len(c.want))
			kernel.Floats(got, tensor.As[uint16](n.Out[0].Data))
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestHalvesAreCompared(t *testing.T) {
	n := nodeOf(tflite.OpLess, nil, typed(tensor.Bool, false), half(true, 1, 2), half(true, 2, 2))
	if run(t, n); !slices.Equal(n.Out[0].Data, []byte{1, 0}) {
		t.Errorf("got %v, want [1 0]", n.Out[0].Data)
	}
}

// TestComputedHalves: what is computed is widened at each step, a constant once.
func TestComputedHalves(t *testing.T) {
	x := half(false, 0)
	n := nodeOf(tflite.OpAdd, &tflite.ArithmeticOptions{}, typed(tensor.Float16, false), x, half(true, 1))
	again := run(t, n)
	for _, v := range []float32{1, 2} {
		kernel.Halves(tensor.As[uint16](x.Data), []float32{v})
		if err := again(); err != nil {
			t.Fatal(err)
		}
		if got := kernel.HalfToFloat(tensor.As[uint16](n.Out[0].Data)[0]); got != v+1 {
			t.Errorf("got %g, want %g", got, v+1)
		}
	}
}

func TestInt4Moves(t *testing.T) {
	table := nibbles([]int8{1, -2, 3, -4, 5, -6, 7, -8, 0}, 3, 3)
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		want    []int8
	}{
		{"gather", tflite.OpGather, &tflite.GatherOptions{}, []*tensor.Tensor{table, i32(2, 0)}, []int8{7, -8, 0, 1, -2, 3}},
		{"slice", tflite.OpSlice, nil, []*tensor.Tensor{table, i32(1, 1), i32(1, 2)}, []int8{5, -6}},
		{"transpose", tflite.OpTranspose, nil, []*tensor.Tensor{table, i32(1, 0)}, []int8{1, -4, 7, -2, 5, -8, 3, -6, 0}},
		{"concatenation", tflite.OpConcatenation, &tflite.ConcatenationOptions{}, []*tensor.Tensor{nibbles([]int8{1}, 1), nibbles([]int8{-2, 3}, 2)}, []int8{1, -2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodeOf(c.code, c.options, typed(tensor.Int4, false), c.in...)
			run(t, n)
			got := make([]int8, n.Out[0].Shape.Elems())
			kernel.UnpackInt4(got, n.Out[0].Data)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestInt4Values(t *testing.T) {
	table := nibbles([]int8{1, -2, 3, -4}, 2, 2)
	table.Quant = tensor.Quant{Scale: []float32{1, 0.5}, ZeroPoint: []int64{0, 0}}
	for _, c := range []struct {
		name string
		code tflite.OpCode
		in   []*tensor.Tensor
	}{
		{"embedding", tflite.OpEmbeddingLookup, []*tensor.Tensor{i32(0, 1), table}},
		{"scales by row", tflite.OpDequantize, []*tensor.Tensor{table}},
	} {
		n := nodeOf(c.code, nil, typed(tensor.Float32, false), c.in...)
		run(t, n)
		if got, want := tensor.As[float32](n.Out[0].Data), []float32{1, -2, 1.5, -2}; !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
	}
	n := nodeOf(tflite.OpQuantize, nil, scaled(typed(tensor.Int4, false), 0.5, 1), f32([]float32{-9, 0.5, 9}, 3))
	run(t, n)
	got := make([]int8, 3)
	if kernel.UnpackInt4(got, n.Out[0].Data); !slices.Equal(got, []int8{-8, 2, 7}) {
		t.Errorf("quantized to %v, want [-8 2 7]", got)
	}
}

func TestTwinRefusals(t *testing.T) {
	begin := typed(tensor.Int32, false, 1)
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"halves and floats", nodeOf(tflite.OpAdd, &tflite.ArithmeticOptions{}, typed(tensor.Float16, false), half(true, 1), t8(true, 1)), "float32 and int8"},
		{"division", nodeOf(tflite.OpDiv, &tflite.ArithmeticOptions{}, typed(tensor.Float16, false), half(true, 1), half(true, 1)), "float16"},
		{"computed slice of int4", nodeOf(tflite.OpSlice, nil, typed(tensor.Int4, false), nibbles([]int8{1}, 1), begin, begin), "int4 with computed operands"},
		{"left out", nodeOf(tflite.OpAdd, nil, typed(tensor.Float16, false), half(true, 1), nil), "left out"},
		{"no operand", nodeOf(tflite.OpDequantize, nil, typed(tensor.Float16, false)), "0 inputs"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestQuantizeByChannel(t *testing.T) {
	out := typed(tensor.Int8, false)
	out.Quant = tensor.Quant{Scale: []float32{1, 0.5}, ZeroPoint: []int64{0, 10}, Axis: 1}
	n := nodeOf(tflite.OpQuantize, nil, out, f32([]float32{1.5, 1.5, -300, 100}, 2, 2))
	if run(t, n); !slices.Equal(tensor.As[int8](out.Data), []int8{2, 13, -128, 127}) {
		t.Errorf("got %v, want [2 13 -128 127]", tensor.As[int8](out.Data))
	}
	out.Quant.Axis = 2
	if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), "2 scales along dimension 2") {
		t.Errorf("got %v", err)
	}
}

func TestComplexCastsAndProducts(t *testing.T) {
	c := func(v ...complex64) *tensor.Tensor {
		t := typed(tensor.Complex64, true, len(v))
		copy(tensor.As[complex64](t.Data), v)
		return t
	}
	n := nodeOf(tflite.OpCast, nil, typed(tensor.Int32, false), c(-2.7+5i, 3))
	if run(t, n); !slices.Equal(tensor.As[int32](n.Out[0].Data), []int32{-2, 3}) {
		t.Errorf("real parts %v, want [-2 3]", tensor.As[int32](n.Out[0].Data))
	}
	n = nodeOf(tflite.OpCast, nil, typed(tensor.Complex64, false), i32(4, -5))
	if run(t, n); !slices.Equal(tensor.As[complex64](n.Out[0].Data), []complex64{4, -5}) {
		t.Errorf("got %v, want [4 -5]", tensor.As[complex64](n.Out[0].Data))
	}
	n = nodeOf(tflite.OpMul, &tflite.ArithmeticOptions{}, typed(tensor.Complex64, false), c(1+2i, 3), c(2i))
	if run(t, n); !slices.Equal(tensor.As[complex64](n.Out[0].Data), []complex64{-4 + 2i, 6i}) {
		t.Errorf("got %v, want [-4+2i 6i]", tensor.As[complex64](n.Out[0].Data))
	}
}
