package op

import (
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// constantOf returns a tensor that holds v.
func constantOf[T int8 | uint8 | int16 | int32 | int64 | float32](d tensor.DType, v []T, shape ...int) *tensor.Tensor {
	t := typed(d, true, shape...)
	copy(tensor.As[T](t.Data), v)
	return t
}

func scaled(t *tensor.Tensor, scale float32, zero int64) *tensor.Tensor {
	t.Quant = tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
	return t
}

// run prepares one operator, gives its output memory and runs it.
func run(t *testing.T, n *Node) (again Step) {
	t.Helper()
	step, err := Prepare(n)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range n.In {
		if in != nil && in.Data == nil { // a variable
			in.Data = make([]byte, in.DType.Bytes(in.Shape.Elems()))
		}
	}
	for _, out := range n.Out {
		out.Data = make([]byte, out.DType.Bytes(out.Shape.Elems()))
	}
	if err := step(); err != nil {
		t.Fatal(err)
	}
	return step
}

func binaryNode(code tflite.OpCode, options any, a, b, out *tensor.Tensor) *Node {
	return &Node{Op: &tflite.Op{Code: code, Options: options}, In: []*tensor.Tensor{a, b}, Out: []*tensor.Tensor{out}}
}

// The floats are worked by hand.
func TestFloatBinary(t *testing.T) {
	relu6 := &tflite.ArithmeticOptions{Activation: tflite.ActRelu6}
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		want    []float32
	}{
		{"sum", tflite.OpAdd, nil, []float32{3, 0, 10, 3, 0, 10}},
		{"sum, clamped", tflite.OpAdd, relu6, []float32{3, 0, 6, 3, 0, 6}},
		{"difference", tflite.OpSub, nil, []float32{-1, -4, 6, -1, -4, 6}},
		{"product", tflite.OpMul, nil, []float32{2, -4, 16, 2, -4, 16}},
		{"quotient", tflite.OpDiv, nil, []float32{0.5, -1, 4, 0.5, -1, 4}},
		{"larger", tflite.OpMaximum, nil, []float32{2, 2, 8, 2, 2, 8}},
		{"smaller", tflite.OpMinimum, nil, []float32{1, -2, 2, 1, -2, 2}},
		{"squared difference", tflite.OpSquaredDifference, nil, []float32{1, 16, 36, 1, 16, 36}},
		{"power", tflite.OpPow, nil, []float32{1, 4, 64, 1, 4, 64}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := typed(tensor.Float32, false)
			a := constantOf(tensor.Float32, []float32{1, -2, 8}, 1, 1, 1, 1, 3)
			b := constantOf(tensor.Float32, []float32{2, 2}, 1, 1, 1, 1, 2, 1)
			run(t, binaryNode(c.code, c.options, a, b, out))
			if got := tensor.As[float32](out.Data); !slices.Equal(got, c.want) || !slices.Equal(out.Shape, tensor.Shape{1, 1, 1, 1, 2, 3}) {
				t.Errorf("got %v %s, want %v", got, out.Shape, c.want)
			}
		})
	}
}

func TestIntegersWrapAndClamp(t *testing.T) {
	out := typed(tensor.Int64, false)
	big := constantOf(tensor.Int64, []int64{math.MaxInt64, 5}, 2)
	run(t, binaryNode(tflite.OpAdd, nil, big, constantOf(tensor.Int64, []int64{1}), out))
	if got := tensor.As[int64](out.Data); !slices.Equal(got, []int64{math.MinInt64, 6}) {
		t.Errorf("got %v", got)
	}
	narrow := typed(tensor.Int32, false)
	run(t, binaryNode(tflite.OpSub, &tflite.ArithmeticOptions{Activation: tflite.ActReluN1To1}, i32(9, 5, 4), i32(4, 5, 9), narrow))
	if got := tensor.As[int32](narrow.Data); !slices.Equal(got, []int32{1, 0, -1}) {
		t.Errorf("got %v", got)
	}
}

// The expectations are worked by hand from the rules' formulas; scales are chosen so that every rounding is exact.
func TestQuantizedBinary(t *testing.T) {
	i16 := func(scale float32, v ...int16) *tensor.Tensor {
		return scaled(constantOf(tensor.Int16, v, len(v)), scale, 0)
	}
	i8 := func(scale float32, zero int64, v ...int8) *tensor.Tensor {
		return scaled(constantOf(tensor.Int8, v, len(v)), scale, zero)
	}
	for _, c := range []struct {
		name    string
		n       *Node
		want8   []int8
		want16  []int16
		options tflite.ArithmeticOptions
	}{
		{name: "difference of bytes", n: binaryNode(tflite.OpSub, nil, i8(0.5, 1, 11, -9, 127), i8(0.25, -1, 3, 3, -128), i8(1, 2)),
			want8: []int8{6, -4, 97}}, // (10/2 − 4/4)+2, (−10/2 − 1)+2, 63 + 31.75 + 2 = 96.75
		{name: "product of bytes", n: binaryNode(tflite.OpMul, nil, i8(0.5, 0, 4, -4, 100), i8(0.5, 1, 3, 3, 127), i8(0.5, -1)),
			want8: []int8{3, -5, 127}},
		{name: "product of scales that XNNPACK refuses", n: binaryNode(tflite.OpMul, nil, i8(64, 0, 4, -4, 0), i8(8, 1, 3, 3, 127), i8(1, -1)),
			want8: []int8{127, -128, -1}},
		{name: "sum of scales that XNNPACK refuses", n: binaryNode(tflite.OpAdd, nil, i8(1e-35, 0, 4, -4, 0), i8(2e-35, 1, 3, 3, 127), i8(0.5, -7)),
			want8: []int8{-7, -7, -7}},
		{name: "larger of bytes", n: binaryNode(tflite.OpMaximum, nil, i8(0.5, 0, 4, -4, 0), i8(0.5, 0, 3, 3, -128), i8(0.5, 0)), want8: []int8{4, 3, 0}},
		{name: "quotient of bytes", n: binaryNode(tflite.OpDiv, nil, i8(0.5, 0, 12, -12, 5), i8(0.5, 0, 4, 4, -2), i8(0.5, 1)), want8: []int8{7, -5, -4}},
		{name: "squared difference", n: binaryNode(tflite.OpSquaredDifference, nil, i8(0.5, 0, 12, -12, 5), i8(0.5, 0, 4, -12, 7), i8(0.5, 1)),
			want8: []int8{33, 1, 3}},
		{name: "sum of int16", n: binaryNode(tflite.OpAdd, &tflite.ArithmeticOptions{}, i16(0.5, 100, -100, 32767), i16(0.25, 8, 8, 32767), i16(0.5)),
			want16: []int16{104, -96, 32767}},
		{name: "sum of int16, scales of two", n: binaryNode(tflite.OpAdd, nil, i16(0.25, 3, -3, 32767), i16(0.5, 8, 8, 32767), i16(0.5)),
			want16: []int16{10, 6, 32767}},
		{name: "difference of int16, scales of two", n: binaryNode(tflite.OpSub, nil, i16(0.25, 3, -3, -32768), i16(0.5, 8, 8, 32767), i16(0.5)),
			want16: []int16{-6, -10, -32768}},
		{name: "product of int16", n: binaryNode(tflite.OpMul, nil, i16(0.5, 100, -100, 32767), i16(0.25, 8, 8, 32767), i16(0.5)),
			want16: []int16{200, -200, 32767}},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, c.n)
			out := c.n.Out[0]
			if got := tensor.As[int8](out.Data); c.want8 != nil && !slices.Equal(got, c.want8) {
				t.Errorf("got %v, want %v", got, c.want8)
			}
			if got := tensor.As[int16](out.Data); c.want16 != nil && !slices.Equal(got, c.want16) {
				t.Errorf("got %v, want %v", got, c.want16)
			}
		})
	}
}

// TestActivationTies: 6/0.8 is 7.5. XNNPACK adds the zero point and then rounds half to even; TFLite rounds 7.5 up first.
func TestActivationTies(t *testing.T) {
	_, xnn, err := activationXNN(tflite.ActRelu6, tensor.Int8, 0.8, -127)
	_, fixed, err2 := activationRange(tflite.ActRelu6, tensor.Int8, 0.8, -127)
	if err != nil || err2 != nil || xnn != -120 || fixed != -119 {
		t.Errorf("got %d and %d (%v, %v), want -120 and -119", xnn, fixed, err, err2)
	}
}

func TestAddN(t *testing.T) {
	out := typed(tensor.Int32, false)
	run(t, &Node{Op: &tflite.Op{Code: tflite.OpAddN}, In: []*tensor.Tensor{i32(1, 2), i32(10, 20), i32(100, 200)}, Out: []*tensor.Tensor{out}})
	if got := tensor.As[int32](out.Data); !slices.Equal(got, []int32{111, 222}) {
		t.Errorf("got %v", got)
	}
}

func TestBinaryRefusals(t *testing.T) {
	skewed := scaled(typed(tensor.Int16, true, 2), 0.5, 3)
	i16 := func(scale float32) *tensor.Tensor { return scaled(typed(tensor.Int16, true, 2), scale, 0) }
	seven := typed(tensor.Float32, false, 1, 1, 1, 1, 1, 1, 2)
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"int16 with a zero point", binaryNode(tflite.OpMul, nil, skewed, i16(1), i16(1)), "zero points 3"},
		{"int16 scales out of order", binaryNode(tflite.OpAdd, nil, i16(2), i16(1), i16(1)), "none larger"},
		{"bytes without a scale", binaryNode(tflite.OpSub, nil, typed(tensor.Bool, false, 2), typed(tensor.Bool, false, 2), typed(tensor.Bool, false)), "bool"},
		{"seven dimensions", binaryNode(tflite.OpSub, nil, seven, seven, typed(tensor.Float32, false)), "6 dimensions are the most"},
		{"shapes of ADD_N", &Node{Op: &tflite.Op{Code: tflite.OpAddN}, In: []*tensor.Tensor{i32(1), i32(1, 2)}, Out: []*tensor.Tensor{i32()}}, "input 1 is"},
		{"tanh", binaryNode(tflite.OpMul, &tflite.ArithmeticOptions{Activation: tflite.ActTanh}, t8(false, 2), t8(false, 2), t8(false)), "fused activation 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestStepsRefuseBadOperands(t *testing.T) {
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"bytes divided by their zero point", binaryNode(tflite.OpDiv, nil, t8(true, 1), t8(true, 1), t8(true, 1)), "division by zero"},
		{"negative exponent", binaryNode(tflite.OpPow, nil, i32(2), i32(-1), i32(0)), "exponent 0 is -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			step, err := Prepare(c.n)
			if err != nil {
				t.Fatal(err)
			}
			if err := step(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
