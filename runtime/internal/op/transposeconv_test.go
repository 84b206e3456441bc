package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func transposeNode(padding tflite.Padding, stride int, in ...*tensor.Tensor) *Node {
	o := &tflite.TransposeConvOptions{Padding: padding, StrideW: stride, StrideH: stride}
	out := typed(in[2].DType, false)
	return &Node{Op: &tflite.Op{Code: tflite.OpTransposeConv, Options: o}, In: in, Out: []*tensor.Tensor{out}}
}

// One row 1 2 3 over a kernel 10 20 30, stride 2, worked by hand.
func TestTransposeConv(t *testing.T) {
	want := []float32{11, 21, 51, 41, 91, 61, 91}
	float := transposeNode(tflite.PaddingValid, 2, i32(1, 1, 7, 1), constantOf(tensor.Float32, []float32{10, 20, 30}, 1, 1, 3, 1),
		constantOf(tensor.Float32, []float32{1, 2, 3}, 1, 1, 3, 1), constantOf(tensor.Float32, []float32{1}, 1))
	float.Op.Options.(*tflite.TransposeConvOptions).StrideH = 1
	run(t, float)
	if got := tensor.As[float32](float.Out[0].Data); !slices.Equal(got, want) {
		t.Errorf("float32: got %v, want %v", got, want)
	}
	bytes := transposeNode(tflite.PaddingValid, 2, i32(1, 1, 7, 1), scaled(constantOf(tensor.Int8, []int8{10, 20, 30}, 1, 1, 3, 1), 1, 0),
		scaled(constantOf(tensor.Int8, []int8{-1, 0, 1}, 1, 1, 3, 1), 1, -2), i32(1))
	bytes.Op.Options.(*tflite.TransposeConvOptions).StrideH = 1
	scaled(bytes.Out[0], 1, 0)
	run(t, bytes)
	if got := tensor.As[int8](bytes.Out[0].Data); !slices.Equal(got, []int8{11, 21, 51, 41, 91, 61, 91}) {
		t.Errorf("int8: got %v, want %v", got, want)
	}
}

func TestTransposeConvReadsItsShape(t *testing.T) {
	shape := i32(1, 1, 5, 1)
	n := transposeNode(tflite.PaddingSame, 2, shape, scaled(constantOf(tensor.Int8, []int8{1, 1, 1}, 1, 1, 3, 1), 1, 0),
		scaled(constantOf(tensor.Int16, []int16{1, 2, 3}, 1, 1, 3, 1), 1, 0))
	n.Op.Options.(*tflite.TransposeConvOptions).StrideH = 1
	scaled(n.Out[0], 1, 0)
	values := shape.Data
	shape.Data = nil // computed
	step, err := Prepare(n)
	if err != nil || !n.Dynamic {
		t.Fatalf("dynamic %v, error %v", n.Dynamic, err)
	}
	shape.Data = values
	for _, c := range []struct {
		width int32
		want  []int16
	}{{5, []int16{1, 3, 2, 5, 3}}, {6, []int16{1, 1, 3, 2, 5, 3}}} {
		tensor.As[int32](values)[2] = c.width
		if err := step(); err != nil {
			t.Fatal(err)
		}
		if got := tensor.As[int16](n.Out[0].Data); !slices.Equal(got, c.want) {
			t.Errorf("width %d: got %v, want %v", c.width, got, c.want)
		}
	}
	tensor.As[int32](values)[2] = 1 << 30
	if err := step(); err == nil {
		t.Error("an output of 2^30 was accepted")
	}
}

func TestTransposeConvRefusals(t *testing.T) {
	w, in := t8(true, 1, 3, 3, 2), t8(false, 1, 4, 4, 2)
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"shape of three", transposeNode(tflite.PaddingSame, 2, i32(1, 8, 8), w, in), "want 4 of int32"},
		{"batch", transposeNode(tflite.PaddingSame, 2, i32(2, 8, 8, 1), w, in), "output 2x8x8x1 of input"},
		{"negative size", transposeNode(tflite.PaddingSame, 2, i32(1, -8, 8, 1), w, in), "is empty"},
		{"size", transposeNode(tflite.PaddingSame, 2, i32(1, 9, 8, 1), w, in), "asks for an input of 5x4"},
		{"stride", transposeNode(tflite.PaddingSame, 0, i32(1, 8, 8, 1), w, in), "stride 0x0"},
		{"types", transposeNode(tflite.PaddingSame, 2, i32(1, 8, 8, 1), typed(tensor.Float32, true, 1, 3, 3, 2), in), "weights float32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			scaled(c.n.Out[0], 1, 0)
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
