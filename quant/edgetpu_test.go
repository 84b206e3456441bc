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

func TestEdgeTPULimits(t *testing.T) {
	d := newDrawing(8)
	x := d.in(1, 4, 4, 4)
	o := &tflite.StridedSliceOptions{}
	d.do(tflite.OpStridedSlice, o, tensor.Shape{1, 2, 2, 4}, x, d.ints(0, 0, 0, 0), d.ints(1, 4, 4, 4), d.ints(1, 2, 2, 1))
	d.do(tflite.OpCos, nil, tensor.Shape{1, 4, 4, 4}, x)
	d.do(tflite.OpAveragePool2d, &tflite.Pool2DOptions{StrideH: 1, StrideW: 1, FilterH: 1, FilterW: 1, Activation: tflite.ActRelu}, tensor.Shape{1, 4, 4, 4}, x)
	for i := range d.Tensors {
		if d.Tensors[i].DType == tensor.Float32 {
			d.Tensors[i].DType = tensor.Int8
		}
	}
	all, mapped := EdgeTPU(d.model(x))
	for i, want := range []string{"a stride of 2, want 1", "not in the Edge TPU's table", "a fused activation"} {
		if all[i].Why != want {
			t.Errorf("got %q, want %q", all[i].Why, want)
		}
	}
	if mapped != 0 {
		t.Errorf("%d mapped", mapped)
	}
}
