package op

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// t8 returns an int8 tensor of scale 0.5; constant tensors have data.
func t8(constant bool, shape ...int) *tensor.Tensor {
	return typed(tensor.Int8, constant, shape...)
}

func typed(d tensor.DType, constant bool, shape ...int) *tensor.Tensor {
	t := &tensor.Tensor{Info: tensor.Info{Name: "x", DType: d, Shape: shape}}
	if d == tensor.Int8 || d == tensor.Uint8 {
		t.Quant = tensor.Quant{Scale: []float32{0.5}, ZeroPoint: []int64{0}}
	}
	if constant {
		t.Data = make([]byte, d.Bytes(t.Shape.Elems()))
	}
	return t
}

// i32 returns a constant of int32.
func i32(v ...int32) *tensor.Tensor {
	t := typed(tensor.Int32, true, len(v))
	copy(tensor.As[int32](t.Data), v)
	return t
}

func conv(stride int) *tflite.Conv2DOptions {
	return &tflite.Conv2DOptions{StrideW: stride, StrideH: stride, DilationW: 1, DilationH: 1}
}

func TestPrepareRefusesWhatIsWrong(t *testing.T) {
	wide := t8(false, 1, 4)
	wide.Quant.Scale = []float32{-1}
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		out     *tensor.Tensor
		want    string
	}{
		{"channels differ", tflite.OpConv2d, conv(1), []*tensor.Tensor{t8(false, 1, 4, 4, 24), t8(true, 8, 3, 3, 16)}, t8(false),
			"filter has 16 channels, input has 24"},
		{"stride of zero", tflite.OpConv2d, conv(0), []*tensor.Tensor{t8(false, 1, 4, 4, 2), t8(true, 8, 3, 3, 2)}, t8(false), "stride 0x0"},
		{"kernel over the input", tflite.OpConv2d, &tflite.Conv2DOptions{StrideW: 1, StrideH: 1, DilationW: 1, DilationH: 1, Padding: tflite.PaddingValid},
			[]*tensor.Tensor{t8(false, 1, 2, 2, 2), t8(true, 8, 3, 3, 2)}, t8(false), "smaller than the kernel"},
		{"bias too short", tflite.OpConv2d, conv(1), []*tensor.Tensor{t8(false, 1, 4, 4, 2), t8(true, 8, 1, 1, 2), i32(1, 2)}, t8(false),
			"has 2 elements, want 8"},
		{"no filter", tflite.OpConv2d, conv(1), []*tensor.Tensor{t8(false, 1, 4, 4, 2), nil}, t8(false), "input 1 is left out"},
		{"rank", tflite.OpConv2d, conv(1), []*tensor.Tensor{t8(false, 4, 4, 2), t8(true, 8, 1, 1, 2)}, t8(false), "want 4 dimensions"},
		{"negative scale", tflite.OpSoftmax, nil, []*tensor.Tensor{wide}, t8(false), "scale 0 is -1"},
		{"fully connected depth", tflite.OpFullyConnected, nil, []*tensor.Tensor{t8(false, 1, 5), t8(true, 2, 4)}, t8(false),
			"weights are 2x4, input is 1x5"},
		{"operands do not broadcast", tflite.OpAdd, nil, []*tensor.Tensor{t8(false, 2, 3), t8(false, 2, 4)}, t8(false), "do not broadcast"},
		{"reshape", tflite.OpReshape, nil, []*tensor.Tensor{t8(false, 2, 3), i32(4, -1)}, t8(false), "cannot reshape 2x3"},
		{"two free dimensions", tflite.OpReshape, nil, []*tensor.Tensor{t8(false, 2, 3), i32(-1, -1)}, t8(false), "cannot reshape 2x3"},
		{"concatenation axis", tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 2}, []*tensor.Tensor{t8(false, 2, 3)}, t8(false), "axis 2"},
		{"concatenation shapes", tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 0},
			[]*tensor.Tensor{t8(false, 2, 3), t8(false, 2, 4)}, t8(false), "operand 1 is 2x4"},
		{"mean axis", tflite.OpMean, nil, []*tensor.Tensor{t8(false, 2, 3), i32(2)}, t8(false), "axis 2 of an input 2x3"},
		{"slice stride", tflite.OpStridedSlice, nil, []*tensor.Tensor{t8(false, 4), i32(0), i32(4), i32(0)}, t8(false), "stride 0"},
		{"slice index", tflite.OpStridedSlice, &tflite.StridedSliceOptions{ShrinkAxisMask: 1},
			[]*tensor.Tensor{t8(false, 4), i32(4), i32(5), i32(1)}, t8(false), "index 4 along dimension 0 of 4"},
		{"two outputs wanted", tflite.OpSoftmax, nil, []*tensor.Tensor{t8(false, 4), t8(false, 4)}, t8(false), "2 inputs, want 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in, Out: []*tensor.Tensor{c.out}}
			_, err := Prepare(n)
			var format *tflite.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a format error with %q", err, c.want)
			}
		})
	}
}

func TestPrepareNamesWhatItLacks(t *testing.T) {
	for _, c := range []struct {
		name string
		op   tflite.Op
		in   []*tensor.Tensor
		out  *tensor.Tensor
		want string
	}{
		{"float64 convolution", tflite.Op{Code: tflite.OpConv2d, Options: conv(1)},
			[]*tensor.Tensor{typed(tensor.Float64, false, 1, 4, 4, 2), typed(tensor.Float64, true, 8, 3, 3, 2)}, typed(tensor.Float64, false), "float64"},
		{"computed weights", tflite.Op{Code: tflite.OpConv2d, Options: conv(1)}, []*tensor.Tensor{t8(false, 1, 4, 4, 2), t8(false, 8, 3, 3, 2)},
			t8(false), "computed"},
		{"unknown custom operator", tflite.Op{Code: tflite.OpCustom, Custom: "Sinh"}, []*tensor.Tensor{t8(false, 1)}, t8(false), "custom operator"},
		{"unknown operator", tflite.Op{Code: tflite.OpConcatEmbeddings}, []*tensor.Tensor{t8(false, 1)}, t8(false), "no such operator"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Prepare(&Node{Op: &c.op, In: c.in, Out: []*tensor.Tensor{c.out}})
			var unsupported *tflite.UnsupportedError
			if !errors.As(err, &unsupported) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an unsupported error with %q", err, c.want)
			}
		})
	}
}

// TestStridedSlice compares with NumPy's answers, worked by hand.
func TestStridedSlice(t *testing.T) {
	for _, c := range []struct {
		name               string
		begin, end, stride int32
		options            tflite.StridedSliceOptions
		want               []int32
		shape              tensor.Shape
	}{
		{"x[1:4]", 1, 4, 1, tflite.StridedSliceOptions{}, []int32{1, 2, 3}, tensor.Shape{3}},
		{"x[::2]", 0, 0, 2, tflite.StridedSliceOptions{BeginMask: 1, EndMask: 1}, []int32{0, 2, 4}, tensor.Shape{3}},
		{"x[::-1]", 0, 0, -1, tflite.StridedSliceOptions{BeginMask: 1, EndMask: 1}, []int32{4, 3, 2, 1, 0}, tensor.Shape{5}},
		{"x[-2:]", -2, 0, 1, tflite.StridedSliceOptions{EndMask: 1}, []int32{3, 4}, tensor.Shape{2}},
		{"x[3:0:-2]", 3, 0, -2, tflite.StridedSliceOptions{}, []int32{3, 1}, tensor.Shape{2}},
		{"x[2:9]", 2, 9, 1, tflite.StridedSliceOptions{}, []int32{2, 3, 4}, tensor.Shape{3}},
		{"x[4:1]", 4, 1, 1, tflite.StridedSliceOptions{}, nil, tensor.Shape{0}},
		{"x[-1]", -1, 0, 1, tflite.StridedSliceOptions{ShrinkAxisMask: 1}, []int32{4}, tensor.Shape{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in, out := i32(0, 1, 2, 3, 4), typed(tensor.Int32, false)
			n := &Node{Op: &tflite.Op{Code: tflite.OpStridedSlice, Options: &c.options},
				In: []*tensor.Tensor{in, i32(c.begin), i32(c.end), i32(c.stride)}, Out: []*tensor.Tensor{out}}
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(out.Shape, c.shape) {
				t.Fatalf("shape %v, want %v", out.Shape, c.shape)
			}
			out.Data = make([]byte, 4*out.Shape.Elems())
			if err := step(); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[int32](out.Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestDivisionByZeroIsAnError(t *testing.T) {
	out := typed(tensor.Int32, true, 1)
	step, err := Prepare(&Node{Op: &tflite.Op{Code: tflite.OpDiv}, In: []*tensor.Tensor{i32(1), i32(0)}, Out: []*tensor.Tensor{out}})
	if err != nil {
		t.Fatal(err)
	}
	if err := step(); err == nil || err.Error() != "division by zero" {
		t.Errorf("got %v, want division by zero", err)
	}
}
