package decode

import (
	"math"
	"strings"
	"testing"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// found makes the four outputs; each detection is ymin, xmin, ymax, xmax, class, score.
func found(count float32, dets ...[6]float32) []*tensor.Tensor {
	var boxes, classes, scores []float32
	for _, d := range dets {
		boxes = append(boxes, d[:4]...)
		classes = append(classes, d[4])
		scores = append(scores, d[5])
	}
	n := len(dets)
	return []*tensor.Tensor{
		floats(tensor.Shape{1, n, 4}, boxes...), floats(tensor.Shape{1, n}, classes...),
		floats(tensor.Shape{1, n}, scores...), floats(tensor.Shape{1}, count),
	}
}

func infos(outs []*tensor.Tensor) []tensor.Info {
	var all []tensor.Info
	for _, o := range outs {
		all = append(all, o.Info)
	}
	return all
}

func TestDetections(t *testing.T) {
	type dets = []pipelines.Detection
	names := []string{"person", "bicycle"}
	box := [6]float32{.1, .2, .3, .4, 0, .9}
	person := pipelines.Detection{Label: pipelines.Label{Name: "person", Score: .9}, Box: pipelines.Box{YMin: .1, XMin: .2, YMax: .3, XMax: .4}}
	with := func(i int, v float32) [6]float32 { b := box; b[i] = v; return b }
	clipped := person
	clipped.Box = pipelines.Box{YMin: 0, XMin: .2, YMax: 1, XMax: .4}
	low := person
	low.Score = .5
	nameless := person
	nameless.Name = "7"
	for _, c := range []struct {
		name string
		outs []*tensor.Tensor
		opts Options
		want dets
	}{
		{"one", found(1, box), Options{}, dets{person}},
		{"the count bounds", found(1, box, box), Options{}, dets{person}},
		{"the count is no more than there is", found(1e9, box), Options{}, dets{person}},
		{"none", found(0, box), Options{}, dets{}},
		{"threshold", found(2, box, with(5, .5)), Options{Threshold: .6}, dets{person}},
		{"top, best first", found(2, with(5, .5), box), Options{Top: 1}, dets{person}},
		{"sorted", found(2, with(5, .5), box), Options{}, dets{person, low}},
		{"a class without a label", found(1, with(4, 7)), Options{}, dets{nameless}},
		{"clipped", found(1, [6]float32{-1, .2, 1.5, .4, 0, .9}), Options{}, dets{clipped}},
		{"outside", found(1, [6]float32{1.1, .2, 1.5, .4, 0, .9}), Options{}, dets{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := NewDetections(infos(c.outs), names, c.opts)
			if err != nil {
				t.Fatal(err)
			}
			var ev pipelines.Event
			if err := h.Decode(c.outs, &ev); err != nil {
				t.Fatal(err)
			}
			if ev.Kind != pipelines.KindDetections || len(ev.Detections) != len(c.want) {
				t.Fatalf("got %s %v, want %v", ev.Kind, ev.Detections, c.want)
			}
			for i := range c.want {
				if ev.Detections[i] != c.want[i] {
					t.Errorf("detection %d: got %v, want %v", i, ev.Detections[i], c.want[i])
				}
			}
		})
	}
}

func TestDetectionsRefuses(t *testing.T) {
	nan := float32(math.NaN())
	box := [6]float32{.1, .2, .3, .4, 0, .9}
	with := func(i int, v float32) []*tensor.Tensor { b := box; b[i] = v; return found(1, b) }
	short := found(1, box)
	short[0].Data = short[0].Data[:8]
	for _, c := range []struct {
		name string
		outs []*tensor.Tensor
		want string
	}{
		{"three outputs", found(1, box)[:3], "the model has 3 outputs"},
		{"count", found(nan, box), "the count is NaN"},
		{"negative count", found(-1, box), "the count is -1"},
		{"edge", with(2, nan), "box [0.1 0.2 NaN 0.4]"},
		{"class", with(4, nan), "class NaN"},
		{"negative class", with(4, -3), "class -3"},
		{"huge class", with(4, 1e30), "class 1e+30"},
		{"score", with(5, nan), "score NaN"},
		{"half a box", short, "2 box edges, 1 classes, 1 scores and 1 counts"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, err := NewDetections(infos(c.outs), nil, Options{})
			if err == nil {
				err = h.Decode(c.outs, &pipelines.Event{})
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
}

// TestDetectionsOfCorpus decodes the golden outputs of the COCO model and compares with the task records.
func TestDetectionsOfCorpus(t *testing.T) {
	m := readManifest(t)
	names := corpusLines(t, "labels/coco_labels.txt")
	tested := 0
	for _, task := range m.Tasks {
		if task.Task != "detect" || len(task.Detections) == 0 {
			continue
		}
		tested++
		t.Run(task.Case, func(t *testing.T) {
			var outs []*tensor.Tensor
			for _, f := range []string{".out0.bin", ".out1.bin", ".out2.bin", ".out3.bin"} {
				o := &tensor.Tensor{Info: tensor.Info{DType: tensor.Float32}}
				o.Data = corpusBytes(t, "golden/"+task.Model+"/"+task.Case+f)
				outs = append(outs, o)
			}
			h, err := NewDetections(infos(outs), names, Options{Threshold: .4})
			if err != nil {
				t.Fatal(err)
			}
			var ev pipelines.Event
			if err := h.Decode(outs, &ev); err != nil {
				t.Fatal(err)
			}
			if len(ev.Detections) < len(task.Detections) {
				t.Fatalf("got %d detections, want at least %d", len(ev.Detections), len(task.Detections))
			}
			for i, want := range task.Detections {
				got := ev.Detections[i]
				edges := [4]float32{got.Box.YMin, got.Box.XMin, got.Box.YMax, got.Box.XMax}
				ok := got.Name == want.Label && math.Abs(float64(got.Score-want.Score)) < 1e-4
				for k := range edges {
					ok = ok && math.Abs(float64(edges[k]-clip(want.Box[k]))) < 1e-4
				}
				if !ok {
					t.Errorf("detection %d: got %v, want %v", i, got, want)
				}
			}
		})
	}
	if tested != 3 {
		t.Errorf("got %d detection records, want 3", tested)
	}
}
