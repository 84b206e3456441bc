package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func TestStablehloJoins(t *testing.T) {
	bytes := func(d tensor.DType, v ...byte) *tensor.Tensor {
		x := typed(d, true, len(v)/d.Bytes(1))
		copy(x.Data, v)
		return x
	}
	for _, c := range []struct {
		name string
		code tflite.OpCode
		a, b *tensor.Tensor
		want []byte
	}{
		{"int8 wraps around", tflite.OpStablehloAdd, bytes(tensor.Int8, 127, 1), bytes(tensor.Int8, 1, 2), []byte{128, 3}},
		{"uint8 is compared as such", tflite.OpStablehloMaximum, bytes(tensor.Uint8, 200), bytes(tensor.Uint8, 1), []byte{200}},
		{"int8 is compared as such", tflite.OpStablehloMaximum, bytes(tensor.Int8, 200), bytes(tensor.Int8, 1), []byte{1}},
		{"the least of uint16", tflite.OpStablehloMinimum, bytes(tensor.Uint16, 0, 128), bytes(tensor.Uint16, 1, 0), []byte{1, 0}},
		{"products", tflite.OpStablehloMultiply, bytes(tensor.Int16, 16, 0), bytes(tensor.Int16, 17, 0), []byte{16, 1}},
		{"a sum of bools is true", tflite.OpStablehloAdd, bytes(tensor.Bool, 1, 0), bytes(tensor.Bool, 1, 0), []byte{1, 0}},
		{"bits of int32", tflite.OpStablehloAnd, bytes(tensor.Int32, 255, 3, 0, 128), bytes(tensor.Int32, 15, 2, 1, 128), []byte{15, 2, 0, 128}},
		{"both bools", tflite.OpStablehloAnd, bytes(tensor.Bool, 1, 1), bytes(tensor.Bool, 1, 0), []byte{1, 0}},
		{"1 + 2 in float16", tflite.OpStablehloAdd, bytes(tensor.Float16, 0, 0x3c), bytes(tensor.Float16, 0, 0x40), []byte{0, 0x42}},
		{"NaN first stays", tflite.OpStablehloMaximum, bytes(tensor.Float16, 0, 0x7e), bytes(tensor.Float16, 0, 0x3c), []byte{0, 0x7e}},
		{"NaN second goes", tflite.OpStablehloMinimum, bytes(tensor.Float16, 0, 0x3c), bytes(tensor.Float16, 0, 0x7e), []byte{0, 0x3c}},
		{"a shift drops high bits", tflite.OpStablehloShiftLeft, bytes(tensor.Int8, 3, 1), bytes(tensor.Int8, 7, 33), []byte{128, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodeOf(c.code, nil, typed(c.a.DType, false), c.a, c.b)
			run(t, n)
			if !slices.Equal(n.Out[0].Data, c.want) {
				t.Errorf("got %v, want %v", n.Out[0].Data, c.want)
			}
		})
	}
}

// TestReduceWindowFunctions reduces the windows 1 2, 2 0 and 0 3 from a start of 5.
func TestReduceWindowFunctions(t *testing.T) {
	two, one := constantOf(tensor.Int64, []int64{2}, 1), constantOf(tensor.Int64, []int64{1}, 1)
	for f, want := range [][]int32{tflite.ReduceAdd: {8, 7, 8}, tflite.ReduceMul: {10, 0, 0}, tflite.ReduceMin: {1, 0, 0},
		tflite.ReduceMax: {5, 5, 5}, tflite.ReduceAll: {1, 0, 0}, tflite.ReduceAny: {1, 1, 1}} {
		n := nodeOf(tflite.OpReduceWindow, &tflite.ReduceWindowOptions{Function: f}, typed(tensor.Int32, false),
			values(tensor.Shape{4}, 1, 2, 0, 3), values(tensor.Shape{}, 5), two, one, one)
		if f == tflite.ReduceUnsupported {
			if _, err := Prepare(n); err == nil {
				t.Error("function 0 is taken")
			}
			continue
		}
		same(t, n, []int{3}, want)
	}
}

func TestStablehloRefusals(t *testing.T) {
	i := func(shape ...int) *tensor.Tensor { return typed(tensor.Int32, true, shape...) }
	out := func() *tensor.Tensor { return typed(tensor.Int32, false) }
	gather := func(o tflite.StablehloGatherOptions, in ...*tensor.Tensor) *Node {
		return nodeOf(tflite.OpStablehloGather, &o, out(), in...)
	}
	scatter := func(o tflite.StablehloScatterOptions, in ...*tensor.Tensor) *Node {
		n := nodeOf(tflite.OpStablehloScatter, &o, out(), in...)
		n.Model = bodyOf()
		return n
	}
	window := func(o tflite.StablehloReduceWindowOptions, codes ...tflite.OpCode) *Node {
		n := nodeOf(tflite.OpStablehloReduceWindow, &o, out(), i(4), i())
		n.Model = bodyOf(codes...)
		return n
	}
	pad := func(low, high, gap int64) *Node {
		return nodeOf(tflite.OpStablehloPad, &tflite.StablehloPadOptions{Low: []int64{low}, High: []int64{high}, Interior: []int64{gap}}, out(), i(3), i())
	}
	one, add := []int64{1}, tflite.OpStablehloAdd
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"shapes", nodeOf(add, nil, out(), i(2), i(3)), "operands are 2 and 3"},
		{"types", nodeOf(add, nil, out(), i(2), t8(true, 2)), "operands int32 and int8"},
		{"bits of floats", nodeOf(tflite.OpStablehloAnd, nil, typed(tensor.Float32, false), f32(nil, 2), f32(nil, 2)), "operands float32"},
		{"shift of floats", nodeOf(tflite.OpStablehloShiftLeft, nil, typed(tensor.Float32, false), f32(nil, 2), f32(nil, 2)), "operands float32"},
		{"padding value", nodeOf(tflite.OpStablehloPad, &tflite.StablehloPadOptions{}, out(), i(2), i(2)), "padding value is int32 2"},
		{"paddings", nodeOf(tflite.OpStablehloPad, &tflite.StablehloPadOptions{}, out(), i(2), i()), "paddings of 0, 0 and 0 dimensions"},
		{"negative gap", pad(0, 0, -1), "-1 between"},
		{"huge gap", pad(0, 0, 1<<62), "between"},
		{"huge padding", pad(-1<<63, 0, 0), "padding -9223372036854775808"},
		{"large output", pad(1<<28, 1, 0), "over the limit"},
		{"index type", gather(tflite.StablehloGatherOptions{}, i(2), t8(true, 1)), "indices int8"},
		{"vector dimension", gather(tflite.StablehloGatherOptions{IndexVectorDim: 3}, i(2), i(1)), "along dimension 3"},
		{"components", gather(tflite.StablehloGatherOptions{StartIndexMap: []int64{0, 0}}, i(2), i(1)), "1 components for 2"},
		{"map twice", gather(tflite.StablehloGatherOptions{StartIndexMap: []int64{0, 0}}, i(2), i(2)), "index map [0 0]"},
		{"map outside", gather(tflite.StablehloGatherOptions{StartIndexMap: one}, i(2), i(1)), "index map [1]"},
		{"slice", gather(tflite.StablehloGatherOptions{StartIndexMap: []int64{0}, SliceSizes: []int64{3}}, i(2), i(1)), "slice of [3]"},
		{"slice rank", gather(tflite.StablehloGatherOptions{StartIndexMap: []int64{0}}, i(2), i(1)), "slice of 0 dimensions"},
		{"offsets", gather(tflite.StablehloGatherOptions{StartIndexMap: []int64{0}, SliceSizes: one}, i(2), i(1)), "0 offset dimensions for a slice of 1"},
		{"offset outside", gather(tflite.StablehloGatherOptions{StartIndexMap: []int64{0}, SliceSizes: one, OffsetDims: []int64{-1}}, i(2), i(1)), "offset dimensions [-1]"},
		{"updates", scatter(tflite.StablehloScatterOptions{ScatterDimsToOperandDims: []int64{0}}, i(2), i(1), i(1)), "0 window dimensions"},
		{"updates' batch", scatter(tflite.StablehloScatterOptions{ScatterDimsToOperandDims: []int64{0}, InsertedWindowDims: []int64{0}, IndexVectorDim: 1},
			i(2), i(3, 1), i(2)), "updates are 2, indices 3x1"},
		{"types of updates", scatter(tflite.StablehloScatterOptions{}, i(2), i(1), t8(true, 1)), "updates int8"},
		{"window", window(tflite.StablehloReduceWindowOptions{}, add), "window of 0"},
		{"window of 0", window(tflite.StablehloReduceWindowOptions{Window: []int64{0}}, add), "window 0, stride 1"},
		{"huge window", window(tflite.StablehloReduceWindowOptions{Window: []int64{1 << 25}}, add), "window of over"},
		{"overflowing window", window(tflite.StablehloReduceWindowOptions{Window: []int64{1 << 62}}, add), "window 4611686018427387904"},
		{"no dilation", window(tflite.StablehloReduceWindowOptions{Window: one, BaseDilations: []int64{0}}, add), "between"},
		{"paddings of a window", window(tflite.StablehloReduceWindowOptions{Window: one, Padding: one}, add), "1 paddings"},
		{"all cropped", window(tflite.StablehloReduceWindowOptions{Window: one, Padding: []int64{-4, 0}}, add), "cropped to [0]"},
		{"body of two", window(tflite.StablehloReduceWindowOptions{Window: one}, add, add), "body of 2 operators"},
		{"body of another kind", window(tflite.StablehloReduceWindowOptions{Window: one}, tflite.OpTanh), "body of 1 operators"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
