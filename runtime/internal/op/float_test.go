package op

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func f32(v []float32, shape ...int) *tensor.Tensor { return constantOf(tensor.Float32, v, shape...) }

func nodeOf(code tflite.OpCode, options any, out *tensor.Tensor, in ...*tensor.Tensor) *Node {
	return &Node{Op: &tflite.Op{Code: code, Options: options}, In: in, Out: []*tensor.Tensor{out}}
}

// One operator each on floats; the answers are worked by hand.
func TestFloatOperators(t *testing.T) {
	x := []float32{-2, -0.5, 1, 3}
	pool := &tflite.Pool2DOptions{Padding: tflite.PaddingValid, StrideW: 2, StrideH: 1, FilterW: 2, FilterH: 1}
	relu := conv(1)
	relu.Activation, relu.Padding = tflite.ActRelu, tflite.PaddingValid
	tanh := &tflite.FullyConnectedOptions{Activation: tflite.ActTanh}
	deep := &tflite.DepthwiseConv2DOptions{StrideW: 1, StrideH: 1, DilationW: 1, DilationH: 1, Padding: tflite.PaddingValid}
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		shape   tensor.Shape
		want    []float32
	}{
		{"convolution", tflite.OpConv2d, relu, []*tensor.Tensor{f32(x, 1, 1, 4, 1), f32([]float32{1, 2}, 1, 1, 2, 1), f32([]float32{0.5}, 1)},
			tensor.Shape{1, 1, 3, 1}, []float32{0, 2, 7.5}},
		{"grouped convolution", tflite.OpConv2d, conv(1), []*tensor.Tensor{f32(x, 1, 1, 2, 2), f32([]float32{2, 3}, 2, 1, 1, 1)},
			tensor.Shape{1, 1, 2, 2}, []float32{-4, -1.5, 2, 9}},
		{"depthwise", tflite.OpDepthwiseConv2d, deep, []*tensor.Tensor{f32(x, 1, 1, 2, 2), f32([]float32{1, 2, 3, 4}, 1, 1, 2, 2)},
			tensor.Shape{1, 1, 1, 2}, []float32{1, 11}},
		{"fully connected, TANH", tflite.OpFullyConnected, tanh, []*tensor.Tensor{f32(x, 2, 2), f32([]float32{1, 4}, 1, 2)},
			tensor.Shape{2, 1}, []float32{float32(math.Tanh(-4)), 1}},
		{"average pool", tflite.OpAveragePool2d, pool, []*tensor.Tensor{f32(x, 1, 1, 4, 1)}, tensor.Shape{1, 1, 2, 1}, []float32{-1.25, 2}},
		{"max pool", tflite.OpMaxPool2d, pool, []*tensor.Tensor{f32(x, 1, 1, 4, 1)}, tensor.Shape{1, 1, 2, 1}, []float32{-0.5, 3}},
		{"L2 pool", tflite.OpL2Pool2d, pool, []*tensor.Tensor{f32([]float32{3, 3, 1, 7}, 1, 1, 4, 1)}, tensor.Shape{1, 1, 2, 1}, []float32{3, 5}},
		{"relu6", tflite.OpRelu6, nil, []*tensor.Tensor{f32([]float32{-1, 7, 5}, 3)}, tensor.Shape{3}, []float32{0, 6, 5}},
		{"leaky relu", tflite.OpLeakyRelu, &tflite.LeakyReluOptions{Alpha: 0.5}, []*tensor.Tensor{f32(x, 4)}, tensor.Shape{4}, []float32{-1, -0.25, 1, 3}},
		{"prelu", tflite.OpPrelu, nil, []*tensor.Tensor{f32(x, 2, 2), f32([]float32{2, 4}, 2)}, tensor.Shape{2, 2}, []float32{-4, -2, 1, 3}},
		{"atan2", tflite.OpAtan2, nil, []*tensor.Tensor{f32([]float32{1, -1}, 2), f32([]float32{0, 0}, 2)}, tensor.Shape{2}, []float32{math.Pi / 2, -math.Pi / 2}},
		{"mean", tflite.OpMean, &tflite.ReducerOptions{KeepDims: true}, []*tensor.Tensor{f32(x, 2, 2), i32(-1)}, tensor.Shape{2, 1}, []float32{-1.25, 2}},
		{"sum of everything", tflite.OpSum, nil, []*tensor.Tensor{f32(x, 2, 2), i32(0, 1, 1)}, tensor.Shape{}, []float32{1.5}},
		{"largest", tflite.OpReduceMax, nil, []*tensor.Tensor{f32(x, 2, 2), i32(0)}, tensor.Shape{2}, []float32{1, 3}},
		{"product", tflite.OpReduceProd, nil, []*tensor.Tensor{f32(x, 2, 2), i32(1)}, tensor.Shape{2}, []float32{1, 3}},
		{"resize", tflite.OpResizeBilinear, &tflite.ResizeOptions{AlignCorners: true}, []*tensor.Tensor{f32(x[2:], 1, 1, 2, 1), i32(1, 3)},
			tensor.Shape{1, 1, 3, 1}, []float32{1, 2, 3}},
		{"nearest", tflite.OpResizeNearestNeighbor, nil, []*tensor.Tensor{f32(x[2:], 1, 1, 2, 1), i32(1, 3)}, tensor.Shape{1, 1, 3, 1}, []float32{1, 1, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodeOf(c.code, c.options, typed(tensor.Float32, false), c.in...)
			run(t, n)
			got := tensor.As[float32](n.Out[0].Data)
			if !slices.Equal(n.Out[0].Shape, c.shape) || !slices.EqualFunc(got, c.want, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-5 }) {
				t.Errorf("got %v %v, want %v %v", n.Out[0].Shape, got, c.shape, c.want)
			}
		})
	}
}

// One operator each on quantized values; the answers are LiteRT's.
func TestQuantizedUnary(t *testing.T) {
	out8 := func(scale float32, zero int64) *tensor.Tensor { return scaled(typed(tensor.Int8, false), scale, zero) }
	in8 := func(scale float32, zero int64, v ...int8) *tensor.Tensor {
		return scaled(constantOf(tensor.Int8, v, len(v)), scale, zero)
	}
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in, out *tensor.Tensor
		want    []int8
	}{
		{"relu6", tflite.OpRelu6, nil, in8(0.1, 0, -20, 30, 100), out8(0.05, -100), []int8{-100, -40, 20}},
		{"tanh", tflite.OpTanh, nil, in8(0.1, 0, -128, 0, 5), out8(1.0/128, 0), []int8{-128, 0, 59}},
		{"leaky relu", tflite.OpLeakyRelu, &tflite.LeakyReluOptions{Alpha: 0.5}, in8(1, 0, -3, -4, 7), out8(1, 0), []int8{-1, -2, 7}},
		{"neg takes no notice of scales", tflite.OpNeg, nil, in8(1, 0, -128, 5), out8(7, 3), []int8{-128, -5}},
		{"abs", tflite.OpAbs, nil, in8(1, 2, -3, 4), out8(1, 0), []int8{5, 2}},
		{"sqrt is cut", tflite.OpSqrt, nil, in8(1, 0, 0, 8, 9), out8(1, 0), []int8{0, 2, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := nodeOf(c.code, c.options, c.out, c.in)
			run(t, n)
			if got := tensor.As[int8](n.Out[0].Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestRootsRefuseNegativeInput(t *testing.T) {
	for _, code := range []tflite.OpCode{tflite.OpSqrt, tflite.OpRsqrt} {
		for _, in := range []*tensor.Tensor{constantOf(tensor.Int8, []int8{3, -1}, 2), constantOf(tensor.Int16, []int16{3, -1}, 2)} {
			n := nodeOf(code, nil, scaled(typed(in.DType, true, 2), 1, 0), scaled(in, 1, 0))
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			if err := step(); err == nil || err.Error() != "negative input" {
				t.Errorf("%s %s: got %v, want negative input", code, in.DType, err)
			}
		}
	}
}

func TestComputedSizesAndAxes(t *testing.T) {
	axes := i32(1)
	values := axes.Data
	axes.Data = nil
	n := nodeOf(tflite.OpSum, nil, typed(tensor.Float32, false), f32([]float32{1, 2, 3, 4}, 2, 2), axes)
	step, err := Prepare(n)
	if err != nil || !n.Dynamic {
		t.Fatalf("dynamic %v, error %v", n.Dynamic, err)
	}
	axes.Data = values
	if err := step(); err != nil {
		t.Fatal(err)
	}
	if got := tensor.As[float32](n.Out[0].Data); !slices.Equal(got, []float32{3, 7}) {
		t.Errorf("got %v, want 3 and 7", got)
	}
}

func TestFloatFamilyRefusals(t *testing.T) {
	float := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, false, shape...) }
	both := &tflite.ResizeOptions{AlignCorners: true, HalfPixelCenters: true}
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		out     *tensor.Tensor
		want    string
	}{
		{"channels", tflite.OpConv2d, conv(1), []*tensor.Tensor{float(1, 4, 4, 3), float(8, 3, 3, 2)}, float(), "filter has 2 channels, input has 3"},
		{"groups", tflite.OpConv2d, conv(1), []*tensor.Tensor{float(1, 4, 4, 4), float(3, 3, 3, 2)}, float(), "filter has 2 channels, input has 4"},
		{"bias", tflite.OpConv2d, conv(1), []*tensor.Tensor{float(1, 4, 4, 2), float(8, 3, 3, 2), float(7)}, float(), "has 7 elements, want 8"},
		{"filter without end", tflite.OpConv2d, conv(1), []*tensor.Tensor{float(1, 4096, 4096, 2), float(1, 4096, 4096, 2)}, float(), "filter 1x4096x4096x2"},
		{"no channels", tflite.OpDepthwiseConv2d, nil, []*tensor.Tensor{float(1, 4, 4, 0), float(1, 3, 3, 0)}, float(), "input has 0 channels"},
		{"size of one number", tflite.OpResizeBilinear, nil, []*tensor.Tensor{float(1, 4, 4, 2), i32(3)}, float(), "want height and width"},
		{"size of zero", tflite.OpResizeNearestNeighbor, nil, []*tensor.Tensor{float(1, 4, 4, 2), i32(3, 0)}, float(), "want height and width"},
		{"both corners and centers", tflite.OpResizeBilinear, both, []*tensor.Tensor{float(1, 4, 4, 2), i32(3, 3)}, float(), "exclude each other"},
		{"huge image", tflite.OpResizeBilinear, nil, []*tensor.Tensor{float(1, 4, 4, 2), i32(1<<20, 1<<20)}, float(), "over the limit"},
		{"no pixels", tflite.OpResizeBilinear, nil, []*tensor.Tensor{float(1, 0, 4, 2), i32(3, 3)}, float(), "has no pixels"},
		{"transform of three", tflite.OpRfft2d, nil, []*tensor.Tensor{float(4, 4), i32(3, 4)}, typed(tensor.Complex64, false), "transform of size [3 4]"},
		{"transform of a row", tflite.OpRfft2d, nil, []*tensor.Tensor{float(4), i32(4, 4)}, typed(tensor.Complex64, false), "over an input 4"},
		{"huge transform", tflite.OpRfft2d, nil, []*tensor.Tensor{float(4, 4), i32(1<<20, 1<<20)}, typed(tensor.Complex64, false), "are the most"},
		{"reduced axis", tflite.OpSum, nil, []*tensor.Tensor{float(4, 4), i32(2)}, float(), "axis 2 of an input 4x4"},
		{"huge reduction", tflite.OpSum, nil, []*tensor.Tensor{float(1<<30, 0, 1<<30), i32(1)}, float(), "over the limit"},
		{"alpha", tflite.OpPrelu, nil, []*tensor.Tensor{float(2, 2), float(3)}, float(), "alpha 3 does not broadcast"},
		{"alpha larger than the input", tflite.OpPrelu, nil, []*tensor.Tensor{float(2), float(3, 2)}, float(), "does not broadcast"},
		{"L2 scale", tflite.OpL2Normalization, nil, []*tensor.Tensor{t8(false, 4)}, t8(false), "want 1/128"},
		{"log-soft-max scale", tflite.OpLogSoftmax, nil, []*tensor.Tensor{t8(false, 4)}, t8(false), "want 1/16"},
		{"soft-max of a scalar", tflite.OpSoftmax, nil, []*tensor.Tensor{float()}, float(), "scalar"},
		{"local response of a row", tflite.OpLocalResponseNormalization, nil, []*tensor.Tensor{float(4)}, float(), "want 4 dimensions"},
		{"int16 tanh scale", tflite.OpTanh, nil, []*tensor.Tensor{scaled(typed(tensor.Int16, false, 4), 1, 0)}, scaled(typed(tensor.Int16, false), 1, 0), "want 1/32768"},
		{"int16 zero point", tflite.OpRelu, nil, []*tensor.Tensor{scaled(typed(tensor.Int16, false, 4), 1, 5)}, scaled(typed(tensor.Int16, false), 1, 0), "zero points 5 and 0"},
		{"fine hard swish", tflite.OpHardSwish, nil, []*tensor.Tensor{t8(false, 4)}, scaled(t8(false), 0.001, 0), "under 1/128"},
		{"scales of channels", tflite.OpDequantize, nil, []*tensor.Tensor{{Info: tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{3},
			Quant: tensor.Quant{Scale: []float32{1, 1}}}}}, float(), "2 scales along dimension 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Prepare(nodeOf(c.code, c.options, c.out, c.in...))
			var format *tflite.FormatError
			var unsupported *tflite.UnsupportedError
			if !errors.As(err, &format) && !errors.As(err, &unsupported) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestMeanOverComputedAxes: 2½ is 2 by XNNPACK's rule, but 3 by TFLite's, which counts where axes are computed.
func TestMeanOverComputedAxes(t *testing.T) {
	var got [2]int8
	for i, fixed := range []bool{true, false} {
		axis := i32(1)
		if !fixed {
			axis.Data = nil
		}
		n := nodeOf(tflite.OpMean, &tflite.ReducerOptions{}, scaled(typed(tensor.Int8, false), 1, 0),
			scaled(constantOf(tensor.Int8, []int8{2, 3}, 1, 2), 1, 0), axis)
		step, err := Prepare(n)
		if err != nil || n.Dynamic == fixed {
			t.Fatal(err, n.Dynamic)
		}
		axis.Data = []byte{1, 0, 0, 0}
		if n.Out[0].Data == nil && fixed {
			n.Out[0].Data = make([]byte, 1)
		}
		if err := step(); err != nil {
			t.Fatal(err)
		}
		got[i] = tensor.As[int8](n.Out[0].Data)[0]
	}
	if got != [2]int8{2, 3} {
		t.Errorf("got %v, want [2 3]", got)
	}
}
