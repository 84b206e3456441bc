package op

import (
	"math"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func TestArgMax(t *testing.T) {
	nan := float32(math.NaN())
	in := constantOf(tensor.Float32, []float32{1, 5, 5, nan, 2, -1}, 2, 3)
	for _, c := range []struct {
		code tflite.OpCode
		axis int32
		want []int64
	}{
		{tflite.OpArgMax, 1, []int64{1, 0}}, // as LiteRT has it: the NaN in front stays
		{tflite.OpArgMin, 1, []int64{0, 0}},
		{tflite.OpArgMax, -2, []int64{0, 0, 0}},
		{tflite.OpArgMin, 0, []int64{0, 1, 1}},
	} {
		out := of(tensor.Int64)
		run(t, &Node{Op: &tflite.Op{Code: c.code}, In: []*tensor.Tensor{in, i32(c.axis)}, Out: []*tensor.Tensor{out}})
		if got := tensor.As[int64](out.Data); !slices.Equal(got, c.want) {
			t.Errorf("%s along %d: got %v, want %v", c.code, c.axis, got, c.want)
		}
	}
}

func TestTopK(t *testing.T) {
	in := constantOf(tensor.Int8, []int8{3, 9, 3, 9, 1, -4, -4, -4, -9, 0}, 2, 5)
	for k, want := range map[int32][2][]int8{
		0: {nil, nil},
		1: {{9, 0}, {1, 4}},
		3: {{9, 9, 3, 0, -4, -4}, {1, 3, 0, 4, 0, 1}},
		5: {{9, 9, 3, 3, 1, 0, -4, -4, -4, -9}, {1, 3, 0, 2, 4, 4, 0, 1, 2, 3}},
	} {
		top, places := of(tensor.Int8), of(tensor.Int16)
		run(t, &Node{Op: &tflite.Op{Code: tflite.OpTopkV2}, In: []*tensor.Tensor{in, i32(k)}, Out: []*tensor.Tensor{top, places}})
		var at []int8
		for _, p := range tensor.As[int16](places.Data) {
			at = append(at, int8(p))
		}
		if got := tensor.As[int8](top.Data); !slices.Equal(got, want[0]) || !slices.Equal(at, want[1]) {
			t.Errorf("the best %d: got %v at %v, want %v at %v", k, got, at, want[0], want[1])
		}
	}
	_, err := Prepare(&Node{Op: &tflite.Op{Code: tflite.OpTopkV2}, In: []*tensor.Tensor{in, i32(6)}, Out: []*tensor.Tensor{of(tensor.Int8), of(tensor.Int32)}})
	if err == nil {
		t.Error("got no error for the best 6 of 5")
	}
}

// TestCastOfFloats has LiteRT's answers (@litertjs/core 2.5.3).
func TestCastOfFloats(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	in := constantOf(tensor.Float32, []float32{1.9, -1.9, 128, 300, 70000, -70000, 3e9, inf, -inf, nan}, 10)
	for d, want := range map[tensor.DType][]int64{
		tensor.Int8:   {1, -1, -128, 44, 112, -112, -1, -1, 0, 0},
		tensor.Uint8:  {1, 0, 128, 255, 255, 0, 255, 255, 0, 0},
		tensor.Int16:  {1, -1, 128, 300, 32767, -32768, 32767, 32767, -32768, 0},
		tensor.Uint16: {1, 0, 128, 300, 4464, 0, 24064, 65535, 0, 0},
		tensor.Int32:  {1, -1, 128, 300, 70000, -70000, math.MaxInt32, math.MaxInt32, math.MinInt32, math.MaxInt32},
		tensor.Uint32: {1, 0, 128, 300, 70000, 0, 3e9, math.MaxUint32, 0, 0},
		tensor.Int64:  {1, -1, 128, 300, 70000, -70000, 3e9, math.MaxInt64, math.MinInt64, 0},
		tensor.Bool:   {1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	} {
		out := of(d)
		run(t, &Node{Op: &tflite.Op{Code: tflite.OpCast}, In: []*tensor.Tensor{in}, Out: []*tensor.Tensor{out}})
		if got := whole(out); !slices.Equal(got, want) {
			t.Errorf("to %s: got %v, want %v", d, got, want)
		}
	}
}

// whole returns a tensor of integers or bools.
func whole(t *tensor.Tensor) (v []int64) {
	for i := range t.Shape.Elems() {
		switch t.DType {
		case tensor.Int8:
			v = append(v, int64(tensor.As[int8](t.Data)[i]))
		case tensor.Int16:
			v = append(v, int64(tensor.As[int16](t.Data)[i]))
		case tensor.Uint16:
			v = append(v, int64(tensor.As[uint16](t.Data)[i]))
		case tensor.Int32:
			v = append(v, int64(tensor.As[int32](t.Data)[i]))
		case tensor.Uint32:
			v = append(v, int64(tensor.As[uint32](t.Data)[i]))
		case tensor.Int64:
			v = append(v, tensor.As[int64](t.Data)[i])
		default:
			v = append(v, int64(t.Data[i]))
		}
	}
	return v
}

// TestCastInPieces casts more bools and halves than fit the buffer between its two stages.
func TestCastInPieces(t *testing.T) {
	in, half := typed(tensor.Bool, true, 600), typed(tensor.Float16, true, 600)
	var want []int64
	for i := range 600 {
		in.Data[i] = byte(i % 3)
		tensor.As[uint16](half.Data)[i] = []uint16{0, 0x3c00, 0x3fff}[i%3] // 0, 1, 1.999
		want = append(want, min(int64(i%3), 1))
	}
	for _, from := range []*tensor.Tensor{in, half} {
		out := of(tensor.Int32)
		run(t, &Node{Op: &tflite.Op{Code: tflite.OpCast}, In: []*tensor.Tensor{from}, Out: []*tensor.Tensor{out}})
		if got := whole(out); !slices.Equal(got, want) {
			t.Errorf("from %s: got %v, want %v", from.DType, got, want)
		}
	}
}

func TestHybridEmbedding(t *testing.T) {
	rows := constantOf(tensor.Int8, []int8{1, -2, 3, -4}, 2, 2)
	rows.Quant = tensor.Quant{Scale: []float32{0.5, 0.25}, ZeroPoint: []int64{0, 0}}
	out := of(tensor.Float32)
	run(t, &Node{Op: &tflite.Op{Code: tflite.OpEmbeddingLookup}, In: []*tensor.Tensor{i32(1, 0), rows}, Out: []*tensor.Tensor{out}})
	if got, want := tensor.As[float32](out.Data), []float32{0.75, -1, 0.5, -1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	rows.Quant.ZeroPoint[1] = 1
	if _, err := Prepare(&Node{Op: &tflite.Op{Code: tflite.OpEmbeddingLookup}, In: []*tensor.Tensor{i32(1), rows}, Out: []*tensor.Tensor{out}}); err == nil {
		t.Error("got no error for a zero point")
	}
}
