package quant

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestEdgeTPUOfTheCorpus: models that are published for the Edge TPU map as they did; float ones do not.
func TestEdgeTPUOfTheCorpus(t *testing.T) {
	dir := corpus(t)
	for _, c := range []struct {
		model, stop string
		mapped      int // −1 for all
	}{
		{"classification/mobilenet_v1_0.25_128_quant", "", -1},
		{"classification/mobilenet_v2_1.0_224_quant", "", -1},
		{"lstm/mnist_lstm_int8", "", -1},
		{"resnet/resnet8_float", "is float32", 0},
		{"detection/ssd_mobilenet_v1_coco_quant", "not in the Edge TPU's table", 63},
	} {
		m := open(t, filepath.Join(dir, "models", c.model+".tflite"))
		all, mapped := EdgeTPU(m)
		if c.mapped < 0 {
			c.mapped = len(all)
		}
		why := ""
		if mapped < len(all) {
			why = all[mapped].Why
		}
		if mapped != c.mapped || !strings.Contains(why, c.stop) || (why == "") != (c.stop == "") {
			t.Errorf("%s: %d of %d, stopped by %q", c.model, mapped, len(all), why)
		}
	}
}

// TestEdgeTPUMapsWhatWeMake: a float model maps nothing; what Quantize makes of it, all.
func TestEdgeTPUMapsWhatWeMake(t *testing.T) {
	m := drawn(7)
	m.Graphs[0].Tensors[0].ShapeSignature = tensor.Shape{-1, 8, 8, 3}
	if _, mapped := EdgeTPU(m); mapped != 0 {
		t.Errorf("%d operators of a float model", mapped)
	}
	r, err := Quantize(context.Background(), m, &normal{n: 4, scale: 1}, Options{Observer: MinMax})
	if err != nil {
		t.Fatal(err)
	}
	if all, mapped := EdgeTPU(r.Model); mapped != len(all) {
		t.Errorf("%d of %d: %s", mapped, len(all), all[mapped].Why)
	}
}

// limited are operators that the table limits, and why each does not map; "" for one that does.
func limited() (d *drawing, why []string) {
	d = newDrawing(8)
	x, flat, shape := d.in(1, 4, 4, 6), d.in(1, 32), tensor.Shape{1, 4, 4, 6}
	do := func(reason string, code tflite.OpCode, options any, shape tensor.Shape, in ...int) {
		d.do(code, options, shape, in...)
		why = append(why, reason)
	}
	pads := func(values ...int32) int {
		i := d.ints(values...)
		d.Tensors[i].Shape = tensor.Shape{len(values) / 2, 2}
		return i
	}
	reduce := &tflite.ReducerOptions{}
	do("a stride of 2, want 1", tflite.OpStridedSlice, &tflite.StridedSliceOptions{}, tensor.Shape{1, 2, 2, 6}, x, d.ints(0, 0, 0, 0), d.ints(1, 4, 4, 6), d.ints(1, 2, 2, 1))
	do("not in the Edge TPU's table", tflite.OpCos, nil, shape, x)
	do("a fused activation", tflite.OpAveragePool2d, &tflite.Pool2DOptions{StrideH: 1, StrideW: 1, FilterH: 1, FilterW: 1, Activation: tflite.ActRelu}, shape, x)
	do("", tflite.OpMean, reduce, tensor.Shape{1, 6}, x, d.ints(1, -2))
	do("a mean over 6 channels, want a multiple of 4", tflite.OpMean, reduce, tensor.Shape{1, 4, 4}, x, d.ints(-1))
	do("", tflite.OpMean, reduce, tensor.Shape{1}, flat, d.ints(1))
	do("", tflite.OpReduceMax, reduce, tensor.Shape{1, 4, 4}, x, d.ints(3))
	do("reduces the batch", tflite.OpReduceMin, reduce, tensor.Shape{4, 4, 6}, x, d.ints(-4))
	do("reduces the batch", tflite.OpSum, reduce, tensor.Shape{4, 6}, x, d.ints(1, 0))
	do("", tflite.OpPad, nil, tensor.Shape{1, 5, 4, 7}, x, pads(0, 0, 1, 0, 0, 0, 0, 1))
	do("pads the batch", tflite.OpPad, nil, tensor.Shape{2, 32}, flat, pads(0, 1, 0, 0))
	do("packs along the batch", tflite.OpPack, &tflite.PackOptions{ValuesCount: 1, Axis: -3}, tensor.Shape{1, 1, 32}, flat)
	do("splits the batch", tflite.OpSplit, &tflite.SplitOptions{NumSplits: 1}, shape, d.scalar(-4), x)
	do("", tflite.OpSplit, &tflite.SplitOptions{NumSplits: 1}, shape, d.scalar(-1), x)
	do("", tflite.OpPrelu, nil, shape, x, d.weights(1, 1, 6))
	do("a slope of 4x1x6, want one for each channel", tflite.OpPrelu, nil, shape, x, d.weights(4, 1, 6))
	do("different dilations in height and width", tflite.OpConv2d, &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 2, DilationW: 1},
		shape, x, d.weights(6, 1, 1, 6), d.weights(6))
	return d, why
}

func TestEdgeTPULimits(t *testing.T) {
	d, why := limited()
	for i := range d.Tensors {
		if d.Tensors[i].DType == tensor.Float32 {
			d.Tensors[i].DType = tensor.Int8
		}
	}
	all, mapped := EdgeTPU(d.model(0))
	for i, want := range why {
		if all[i].Why != want {
			t.Errorf("%s: got %q, want %q", all[i].Op, all[i].Why, want)
		}
	}
	if mapped != 0 {
		t.Errorf("%d mapped", mapped)
	}
}
