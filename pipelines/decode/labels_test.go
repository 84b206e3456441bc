package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"edged/pipelines"
	"edged/runtime/tensor"
)

func floats(shape tensor.Shape, vals ...float32) *tensor.Tensor {
	var data []byte
	for _, v := range vals {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(v))
	}
	return &tensor.Tensor{Info: tensor.Info{Name: "out", DType: tensor.Float32, Shape: shape}, Data: data}
}

func bytesOut(d tensor.DType, scale float32, zero int64, data ...byte) *tensor.Tensor {
	q := tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
	return &tensor.Tensor{Info: tensor.Info{Name: "out", DType: d, Shape: tensor.Shape{1, len(data)}, Quant: q}, Data: data}
}

func decodeLabels(t *testing.T, out *tensor.Tensor, names []string, o Options) []pipelines.Label {
	t.Helper()
	h, err := NewLabels(out.Info, names, o)
	if err != nil {
		t.Fatal(err)
	}
	var ev pipelines.Event
	if err := h.Decode([]*tensor.Tensor{out}, &ev); err != nil {
		t.Fatal(err)
	}
	if ev.Kind != pipelines.KindLabels {
		t.Errorf("got kind %q, want %q", ev.Kind, pipelines.KindLabels)
	}
	return ev.Labels
}

func TestLabels(t *testing.T) {
	row := func(n int) tensor.Shape { return tensor.Shape{1, n} }
	for _, c := range []struct {
		name  string
		out   *tensor.Tensor
		names []string
		opts  Options
		want  string
	}{
		{"best first", floats(row(3), .2, .7, .1), []string{"a", "b", "c"}, Options{}, "b 0.7, a 0.2, c 0.1"},
		{"ties go by index", floats(row(5), .1, .3, .3, .1, .3), nil, Options{Top: 4}, "1 0.3, 2 0.3, 4 0.3, 0 0.1"},
		{"top cuts", floats(row(4), 1, 2, 3, 4), nil, Options{Top: 2}, "3 4, 2 3"},
		{"five unless told", floats(row(7), 1, 2, 3, 4, 5, 6, 7), nil, Options{},
			"6 7, 5 6, 4 5, 3 4, 2 3"},
		{"threshold is met by equality", floats(row(3), .5, .25, .75), nil, Options{Threshold: .5}, "2 0.75, 0 0.5"},
		{"a threshold each", floats(row(3), .5, .25, .75), nil, Options{Threshold: .9, Thresholds: []float32{.6, .2, .7}}, "2 0.75, 1 0.25"},
		{"nothing over the threshold", floats(row(2), .1, .2), nil, Options{Threshold: .5}, ""},
		{"unnamed class", floats(row(2), .1, .9), []string{"a", ""}, Options{Top: 1}, "1 0.9"},
		{"uint8", bytesOut(tensor.Uint8, 1.0/256, 0, 0, 128, 64), nil, Options{}, "1 0.5, 2 0.25, 0 0"},
		{"int8", bytesOut(tensor.Int8, 1.0/256, -128, 0x80, 0x00, 0xc0), nil, Options{}, "1 0.5, 2 0.25, 0 0"},
		{"int16", &tensor.Tensor{Info: tensor.Info{DType: tensor.Int16, Shape: row(2), Quant: tensor.Quant{Scale: []float32{.5}}},
			Data: []byte{0xff, 0xff, 0x00, 0x01}}, nil, Options{}, "1 128, 0 -0.5"},
		{"soft-max of equals", floats(row(4), 1000, 1000, 1000, 1000), nil, Options{Softmax: true, Top: 1}, "0 0.25"},
		{"soft-max", floats(row(2), 0, float32(math.Log(3))), nil, Options{Softmax: true}, "1 0.75, 0 0.25"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, l := range decodeLabels(t, c.out, c.names, c.opts) {
				got = append(got, fmt.Sprintf("%s %.6g", l.Name, l.Score))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("got %s, want %s", strings.Join(got, ", "), c.want)
			}
		})
	}
}

func TestLabelsRefuses(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name  string
		out   *tensor.Tensor
		names []string
		want  string
	}{
		{"too few labels", floats(tensor.Shape{1, 3}, 1, 2, 3), []string{"a", "b"}, `output "out": has 3 classes, and there are 2 labels`},
		{"a map", floats(tensor.Shape{1, 2, 2}, 1, 2, 3, 4), nil, "shape 1x2x2 is not one score per class"},
		{"a scalar", floats(tensor.Shape{}, 1), nil, "shape scalar"},
		{"no scale", &tensor.Tensor{Info: tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{2}}, Data: make([]byte, 2)}, nil, "0 scales"},
		{"int32", &tensor.Tensor{Info: tensor.Info{DType: tensor.Int32, Shape: tensor.Shape{2}}, Data: make([]byte, 8)}, nil, "is int32"},
		{"not a number", floats(tensor.Shape{1, 2}, 1, nan), nil, "the score of class 1 is not a number"},
		{"fewer scores than promised", &tensor.Tensor{Info: tensor.Info{Name: "out", DType: tensor.Float32, Shape: tensor.Shape{2}},
			Data: make([]byte, 4)}, nil, "1 scores, want 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := NewLabels(c.out.Info, c.names, Options{})
			if err == nil {
				err = h.Decode([]*tensor.Tensor{c.out}, &pipelines.Event{})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

// TestHeadsAllocateNothing lets heads find five labels, and two objects, none of which has a name.
func TestHeadsAllocateNothing(t *testing.T) {
	scores := floats(tensor.Shape{1, 400}, make([]float32, 400)...)
	outs := found(2, [6]float32{.1, .2, .3, .4, 7, .5}, [6]float32{.1, .2, .3, .4, 8, .9})
	labels, err1 := NewLabels(scores.Info, nil, Options{Softmax: true})
	objects, err2 := NewDetections(infos(outs), nil, Options{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	var ev pipelines.Event
	once := func() {
		for i := range 5 { // the highest are of the last classes
			tensor.As[float32](scores.Data)[399-i] = float32(i + 1)
		}
		if err := errors.Join(labels.Decode([]*tensor.Tensor{scores}, &ev), objects.Decode(outs, &ev)); err != nil {
			t.Fatal(err)
		}
	}
	once()
	if len(ev.Labels) != 5 || ev.Labels[0].Name != "395" || len(ev.Detections) != 2 {
		t.Errorf("got %v, %v", ev.Labels, ev.Detections)
	}
	if n := testing.AllocsPerRun(20, once); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

// TestLabelsOfCorpus decodes golden outputs of classifiers and compares with the label records.
func TestLabelsOfCorpus(t *testing.T) {
	m := readManifest(t)
	tested := 0
	for _, task := range m.Tasks {
		if task.Task != "label" || !strings.HasPrefix(task.Model, "mobilenet_") && task.Model != "micro_speech_quantized" && task.Model != "vww_96_int8" {
			continue
		}
		t.Run(task.Model+"/"+task.Case, func(t *testing.T) {
			names := strings.Split(task.Labels, ",")
			if strings.HasSuffix(task.Labels, ".txt") {
				names = corpusLines(t, task.Labels)
			}
			out := &tensor.Tensor{Info: m.output(t, task.Model)}
			out.Data = corpusBytes(t, "golden/"+task.Model+"/"+task.Case+".out0.bin")
			got := decodeLabels(t, out, names, Options{Top: 3})
			want := task.Top[0]
			if got[0].Name != want[1] || math.Abs(float64(got[0].Score)-want[2].(float64)) > 1e-4 {
				t.Errorf("got %v, want %v", got, task.Top)
			}
		})
		tested++
	}
	if tested < 10 {
		t.Errorf("only %d label records", tested)
	}
}
