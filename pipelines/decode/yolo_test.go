package decode

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// guess is one box of a made output: centre x and y, width, height, and the classes' scores.
type guess struct {
	x, y, w, h float32
	scores     []float32
}

// asRows writes guesses as YOLOv8 does.
func asRows(all ...guess) *tensor.Tensor {
	n, c := len(all), len(all[0].scores)
	v := make([]float32, (4+c)*n)
	for i, g := range all {
		for k, field := range append([]float32{g.x, g.y, g.w, g.h}, g.scores...) {
			v[k*n+i] = field
		}
	}
	return floats(tensor.Shape{1, 4 + c, n}, v...)
}

// asBoxes writes guesses as YOLOv5 does, all of an object that is there with a score.
func asBoxes(object float32, all ...guess) *tensor.Tensor {
	var v []float32
	for _, g := range all {
		v = append(append(v, g.x, g.y, g.w, g.h, object), g.scores...)
	}
	return floats(tensor.Shape{1, len(all), 5 + len(all[0].scores)}, v...)
}

// quantized rounds t to a type and a scale.
func quantized(t *testing.T, in *tensor.Tensor, d tensor.DType, scale float32, zero int64) *tensor.Tensor {
	t.Helper()
	real, err := tensor.AppendReals(nil, in)
	if err != nil {
		t.Fatal(err)
	}
	out := bytesOut(d, scale, zero, make([]byte, len(real))...)
	out.Shape = in.Shape
	if err := tensor.SetReals(out, real); err != nil {
		t.Fatal(err)
	}
	return out
}

// tell writes detections shortly: edges in percent, as they stand in a picture: top, left, bottom, right.
func tell(found []pipelines.Detection) string {
	var all []string
	for _, d := range found {
		b := d.Box
		all = append(all, fmt.Sprintf("%s %.2f %.0f %.0f %.0f %.0f", d.Name, d.Score, 100*b.YMin, 100*b.XMin, 100*b.YMax, 100*b.XMax))
	}
	return strings.Join(all, ", ")
}

func decodeYolo(t *testing.T, out *tensor.Tensor, names []string, o Options) (string, error) {
	t.Helper()
	outs := []*tensor.Tensor{out}
	h, err := NewYolo(infos(outs), names, o)
	if err != nil {
		return "", err
	}
	ev := pipelines.Event{}
	if err := h.Decode(outs, &ev); err != nil {
		return "", err
	}
	if ev.Kind != pipelines.KindDetections {
		t.Errorf("got kind %q", ev.Kind)
	}
	return tell(ev.Detections), nil
}

func TestYolo(t *testing.T) {
	names := []string{"person", "dog"}
	// One person guessed twice, a dog on the same place, a little one elsewhere, one at the edge, and nothing.
	seen := []guess{
		{0.50, 0.50, 0.20, 0.40, []float32{0.80, 0.10}},
		{0.51, 0.50, 0.20, 0.40, []float32{0.90, 0.05}},
		{0.50, 0.50, 0.20, 0.40, []float32{0.00, 0.70}},
		{0.10, 0.20, 0.10, 0.10, []float32{0.00, 0.60}},
		{1.00, 1.00, 0.20, 0.20, []float32{0.55, 0.00}},
		{0.30, 0.30, 0.10, 0.10, []float32{0.20, 0.30}},
		{0.30, 0.80, 0.10, 0.10, []float32{0.00, 0.00}},
	}
	pixels := slices.Clone(seen)
	for i := range pixels {
		p := &pixels[i]
		p.x, p.y, p.w, p.h = 320*p.x, 160*p.y, 320*p.w, 160*p.h
	}
	const all = "person 0.90 30 41 70 61, dog 0.70 30 40 70 60, dog 0.60 15 5 25 15, person 0.55 90 90 100 100"
	half := Options{Threshold: 0.5}
	for _, c := range []struct {
		name  string
		out   *tensor.Tensor
		names []string
		opts  Options
		want  string
	}{
		{"v8", asRows(seen...), names, half, all},
		{"v5", asBoxes(1, seen...), names, half, all},
		{"v5 multiplies an object's score with the class's", asBoxes(0.7, seen...), names, half, "person 0.63 30 41 70 61"},
		{"v5 leaves out what is no object", asBoxes(0.4, seen...), names, half, ""},
		{"v8 int8", quantized(t, asRows(seen...), tensor.Int8, 1./200, -128), names, half, all},
		{"v8 uint8", quantized(t, asRows(seen...), tensor.Uint8, 1./200, 0), names, half, all},
		{"v5 int8", quantized(t, asBoxes(1, seen...), tensor.Int8, 1./200, -128), names, half, all},
		{"in pixels", asRows(pixels...), names, Options{Threshold: 0.5, Width: 320, Height: 160}, all},
		{"v5 in pixels", asBoxes(1, pixels...), names, Options{Threshold: 0.5, Width: 320, Height: 160}, all},
		{"a shape without labels", asRows(seen...), nil, half, strings.NewReplacer("person", "0", "dog", "1").Replace(all)},
		{"the best two", asRows(seen...), names, Options{Threshold: 0.5, Top: 2}, "person 0.90 30 41 70 61, dog 0.70 30 40 70 60"},
		{"boxes may overlap more", asRows(seen[:2]...), names, Options{Threshold: 0.5, Overlap: 0.95}, "person 0.90 30 41 70 61, person 0.80 30 40 70 60"},
		{"the first of equals", asRows(seen[0], seen[0], seen[0]), names, half, "person 0.80 30 40 70 60"},
		{"all that is in the picture", asRows(seen[5], seen[6], guess{2, 2, 0.1, 0.1, []float32{1, 1}}), names, Options{}, "dog 0.30 25 25 35 35, person 0.00 75 25 85 35"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := decodeYolo(t, c.out, c.names, c.opts); err != nil || got != c.want {
				t.Errorf("got  %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestYoloRefuses(t *testing.T) {
	names := []string{"person", "dog"}
	box := guess{0.5, 0.5, 0.2, 0.4, []float32{0.8, 0.1}}
	with := func(change func(g *guess)) []guess {
		g := box
		g.scores = slices.Clone(box.scores)
		change(&g)
		return []guess{box, g, box}
	}
	nan := float32(math.NaN())
	shaped := func(s ...int) *tensor.Tensor { return floats(s, make([]float32, tensor.Shape(s).Elems())...) }
	short := asRows(box, box, box)
	short.Data = short.Data[4:]
	words := bytesOut(tensor.String, 0, 0)
	words.Shape = tensor.Shape{1, 6, 9}
	for _, c := range []struct {
		name  string
		out   *tensor.Tensor
		names []string
		opts  Options
		want  string
	}{
		{"scores of classes", shaped(1, 84), names, Options{}, "shape 1x84 is no YOLO's; want 1x(4+classes)xN or 1xNx(5+classes)"},
		{"two pictures", shaped(2, 6, 9), names, Options{}, "shape 2x6x9 is no YOLO's"},
		{"other labels", shaped(1, 84, 8400), names, Options{}, "shape 1x84x8400 does not fit 2 labels: want 1x6xN (YOLOv8 and later) or 1xNx7 (YOLOv5)"},
		{"suppressed already", shaped(1, 300, 6), make([]string, 80), Options{}, "1xNx6 has its boxes suppressed already: export it without"},
		{"one class, or suppressed already", shaped(1, 300, 6), nil, Options{}, "labels would tell"},
		{"four rows", shaped(1, 4, 9), nil, Options{}, "no YOLO's"},
		{"a grid of 1", shaped(1, 9, 9), nil, Options{}, "no YOLO's"},
		{"text", words, names, Options{}, "string"},
		{"elements that are missing", short, names, Options{}, "has 17 elements, want 18"},
		{"logits", asRows(with(func(g *guess) { g.scores[1] = -3.5 })...), names, Options{}, "box 1 has -3.5 for class 1, no probability; is the last sigmoid missing in the export?"},
		{"logits of v5", asBoxes(1, with(func(g *guess) { g.scores[0] = 7 })...), names, Options{}, "box 1 has 7 for class 0"},
		{"logits of v5's objects", asBoxes(12, box), names, Options{}, "box 0 has 12 for an object"},
		{"a score that is none", asRows(with(func(g *guess) { g.scores[0] = nan })...), names, Options{}, "box 1 has NaN for class 0"},
		{"an edge that is none", asRows(with(func(g *guess) { g.w = nan })...), names, Options{}, "box 1 is [0.5 0.5 NaN 0.4] pictures"},
		{"pixels as fractions", asRows(with(func(g *guess) { g.x, g.w = 160, 64 })...), names, Options{}, "box 1 is [160 0.5 64 0.4] pictures; if these are pixels, say boxes: pixels"},
		{"fractions as pixels", asRows(box, box, box), names, Options{Width: 96, Height: 96}, "box 0 is [0.5 0.5 0.2 0.4] pixels; if these are fractions, say boxes: fractions"},
		{"half a picture", asRows(box), names, Options{Width: 96}, "96x0 pixels"},
		{"a top below nothing", asRows(box), names, Options{Top: -1}, "top is -1"},
		{"an overlap above 1", asRows(box), names, Options{Overlap: 2}, "overlap is 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := decodeYolo(t, c.out, c.names, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %s, %v, want %q", got, err, c.want)
			}
		})
	}
	outs := infos([]*tensor.Tensor{asRows(box), asRows(box)})
	if _, err := NewYolo(outs, names, Options{}); err == nil || !strings.Contains(err.Error(), "the model has 2 outputs") {
		t.Errorf("two outputs: got %v", err)
	}
}

// TestYoloForgets decodes a bad output and then a good one: nothing of the first may be left.
func TestYoloForgets(t *testing.T) {
	box := guess{0.5, 0.5, 0.2, 0.4, []float32{0.8, 0.1}}
	far := guess{9, 0.5, 0.2, 0.4, []float32{0.8, 0.1}}
	good, bad := []*tensor.Tensor{asRows(box, box)}, []*tensor.Tensor{asRows(box, far)}
	h, err := NewYolo(infos(good), []string{"person", "dog"}, Options{Threshold: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	var ev pipelines.Event
	if err := h.Decode(bad, &ev); err == nil {
		t.Fatal("got no error of a box far away")
	}
	if err := h.Decode(good, &ev); err != nil || tell(ev.Detections) != "person 0.80 30 40 70 60" {
		t.Errorf("got %s, %v", tell(ev.Detections), err)
	}
}

// TestYoloAllocatesNothing runs outputs of the usual size: one allocation is the event's detections.
func TestYoloAllocatesNothing(t *testing.T) {
	for name, make := range map[string]func(n int) *tensor.Tensor{
		"v8": func(n int) *tensor.Tensor { return asRows(many(n)...) },
		"v5": func(n int) *tensor.Tensor { return asBoxes(1, many(n)...) },
	} {
		t.Run(name, func(t *testing.T) {
			outs := []*tensor.Tensor{quantized(t, make(400), tensor.Int8, 1./200, -128)}
			h, err := NewYolo(infos(outs), nil, Options{Threshold: 0.5, Top: 20})
			if err != nil {
				t.Fatal(err)
			}
			var ev pipelines.Event
			decode := func() {
				if err := h.Decode(outs, &ev); err != nil {
					t.Fatal(err)
				}
			}
			decode()
			if len(ev.Detections) != 20 {
				t.Fatalf("got %d detections", len(ev.Detections))
			}
			if n := testing.AllocsPerRun(20, decode); n != 0 {
				t.Errorf("got %v allocations", n)
			}
		})
	}
}

// many are n boxes of 80 classes, each of another place, class and score.
func many(n int) []guess {
	all := make([]guess, n)
	for i := range all {
		at := float32(i) / float32(n)
		all[i] = guess{at, at, 0.05, 0.05, make([]float32, 80)}
		all[i].scores[i%80] = at
	}
	return all
}

func BenchmarkYolo(b *testing.B) {
	for name, out := range map[string]*tensor.Tensor{"v8n8400": asRows(many(8400)...), "v5n25200": asBoxes(1, many(25200)...)} {
		b.Run(name, func(b *testing.B) {
			outs := []*tensor.Tensor{out}
			h, err := NewYolo(infos(outs), nil, Options{Threshold: 0.5, Top: 20})
			if err != nil {
				b.Fatal(err)
			}
			var ev pipelines.Event
			for b.Loop() {
				if err := h.Decode(outs, &ev); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestYoloOfOneBox has no room for another: rows of one are as near as the fields of a box.
func TestYoloOfOneBox(t *testing.T) {
	one := guess{0.5, 0.5, 0.5, 0.5, []float32{0.9}}
	for name, out := range map[string]*tensor.Tensor{"YOLOv8": asRows(one), "YOLOv5": asBoxes(1, one)} {
		if got, err := decodeYolo(t, out, []string{"person"}, Options{Threshold: 0.5}); got != "person 0.90 25 25 75 75" || err != nil {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}
