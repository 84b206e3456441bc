package op

import (
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func conv3D(padding tflite.Padding) *tflite.Conv3DOptions {
	return &tflite.Conv3DOptions{Padding: padding, StrideD: 1, StrideW: 1, StrideH: 1, DilationD: 1, DilationW: 1, DilationH: 1}
}

// TestConv3D slides a filter 2x1x1 over depth; the answers are worked by hand.
func TestConv3D(t *testing.T) {
	in, filter := f32([]float32{1, 2, 3, 4}, 1, 4, 1, 1, 1), f32([]float32{1, 10}, 2, 1, 1, 1, 1)
	o := conv3D(tflite.PaddingValid)
	o.Activation = tflite.ActRelu6
	out := of(tensor.Float32)
	run(t, nodeOf(tflite.OpConv3d, o, out, in, filter, f32([]float32{-30}, 1)))
	if got, want := tensor.As[float32](out.Data), []float32{0, 2, 6}; !slices.Equal(got, want) || !slices.Equal(out.Shape, tensor.Shape{1, 3, 1, 1, 1}) {
		t.Errorf("got %s %v, want %v", out.Shape, got, want)
	}
	n := nodeOf(tflite.OpConv3dTranspose, conv3D(tflite.PaddingValid), out, i32(1, 5, 1, 1, 1), filter, in, f32([]float32{0.5}, 1))
	run(t, n)
	if got, want := tensor.As[float32](out.Data), []float32{1.5, 12.5, 23.5, 34.5, 40.5}; !slices.Equal(got, want) {
		t.Errorf("transposed: got %v, want %v", got, want)
	}
	if n.MACs != 8 {
		t.Errorf("transposed: %d MACs, want 8", n.MACs)
	}
}

func TestConv3DRefusesWhatIsWrong(t *testing.T) {
	const huge = 1<<31 - 1
	in, filter, bias := f32(make([]float32, 8), 1, 2, 2, 1, 2), f32(make([]float32, 8), 2, 1, 1, 2, 2), f32(make([]float32, 2), 2)
	for name, change := range map[string]func(*tflite.Conv3DOptions, []*tensor.Tensor){
		"stride of none":       func(o *tflite.Conv3DOptions, _ []*tensor.Tensor) { o.StrideD = 0 },
		"huge dilation":        func(o *tflite.Conv3DOptions, _ []*tensor.Tensor) { o.DilationD = huge },
		"negative dilation":    func(o *tflite.Conv3DOptions, _ []*tensor.Tensor) { o.DilationH = -1 },
		"filter over the edge": func(o *tflite.Conv3DOptions, in []*tensor.Tensor) { in[1] = f32(make([]float32, 12), 3, 1, 1, 2, 2) },
		"no depth":             func(o *tflite.Conv3DOptions, in []*tensor.Tensor) { in[0] = f32(nil, 1, 0, 2, 1, 2) },
		"other channels":       func(o *tflite.Conv3DOptions, in []*tensor.Tensor) { in[1] = f32(make([]float32, 4), 2, 1, 1, 1, 2) },
		"four dimensions":      func(o *tflite.Conv3DOptions, in []*tensor.Tensor) { in[0] = f32(make([]float32, 8), 1, 2, 2, 2) },
		"short bias":           func(o *tflite.Conv3DOptions, in []*tensor.Tensor) { in[2] = f32(make([]float32, 1), 1) },
		"int8":                 func(o *tflite.Conv3DOptions, in []*tensor.Tensor) { in[0] = t8(true, 1, 2, 2, 1, 2) },
	} {
		o, ins := conv3D(tflite.PaddingValid), []*tensor.Tensor{in, filter, bias}
		change(o, ins)
		if _, err := Prepare(nodeOf(tflite.OpConv3d, o, of(tensor.Float32), ins...)); err == nil {
			t.Errorf("%s: got no error", name)
		}
		ins = []*tensor.Tensor{i32(1, 3, 2, 1, 2), ins[1], ins[0], ins[2]}
		if _, err := Prepare(nodeOf(tflite.OpConv3dTranspose, o, of(tensor.Float32), ins...)); err == nil {
			t.Errorf("%s, transposed: got no error", name)
		}
	}
	for _, shape := range []*tensor.Tensor{i32(1, 4, 2, 1, 2), i32(2, 3, 2, 1, 2), i32(1, 3, 2, 1), i32(1, -3, 2, 1, 2), i32(1, huge, huge, 1, 2)} {
		if _, err := Prepare(nodeOf(tflite.OpConv3dTranspose, conv3D(tflite.PaddingValid), of(tensor.Float32), shape, filter, in)); err == nil {
			t.Errorf("output %v: got no error", tensor.As[int32](shape.Data))
		}
	}
}
