package decode

import (
	"math"
	"strings"
	"testing"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// logit is the inverse of the logistic function.
func logit(p float64) float32 { return float32(math.Log(p / (1 - p))) }

// TestGrid has a grid of 2×4 cells with 2 anchors and 2 classes, and objects in two of its 16 boxes.
func TestGrid(t *testing.T) {
	anchors := [][2]float32{{1, 1}, {2, 0.5}}
	v := make([]float32, 2*4*2*7)
	for i := range 16 {
		v[7*i+4] = -20
	}
	// The second anchor of row 1, column 2: centre at (2.5/4, 1.25/2), 2·½ cells of 4 wide, 0.5·2 of 2 high.
	copy(v[7*13:], []float32{0, logit(0.25), logf(0.5), logf(2), logit(0.8), 0, logf(4)})
	// The first of row 0, column 0: a whole cell.
	copy(v[0:], []float32{0, 0, 0, 0, logit(0.9), 3, -30})
	outs := []*tensor.Tensor{floats(tensor.Shape{1, 2, 4, 14}, v...)}
	h, err := NewGrid(infos(outs), []string{"person", "dog"}, anchors, Options{Threshold: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	var ev pipelines.Event
	if err := h.Decode(outs, &ev); err != nil {
		t.Fatal(err)
	}
	// The dog's score is 0.8 · 4/(1 + 4).
	if got, want := tell(ev.Detections), "person 0.90 0 0 50 25, dog 0.64 38 50 88 75"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := testing.AllocsPerRun(10, func() { _ = h.Decode(outs, &ev) }); n != 0 {
		t.Errorf("got %v allocations", n)
	}
	for _, bad := range []int{4, 0, 3, 6} {
		broken := []*tensor.Tensor{floats(tensor.Shape{1, 2, 4, 14}, v...)}
		tensor.As[float32](broken[0].Data)[bad] = float32(math.NaN())
		if err := h.Decode(broken, &ev); err == nil || !strings.Contains(err.Error(), "box 0") {
			t.Errorf("NaN at %d: got %v", bad, err)
		}
	}
}

func logf(v float64) float32 { return float32(math.Log(v)) }

func TestGridRefuses(t *testing.T) {
	two := [][2]float32{{1, 1}, {2, 2}}
	for _, c := range []struct {
		name    string
		shape   tensor.Shape
		names   []string
		anchors [][2]float32
		want    string
	}{
		{"no anchors", tensor.Shape{1, 2, 2, 12}, nil, nil, "1 outputs and 0 anchors"},
		{"rows of boxes", tensor.Shape{1, 84, 8400}, nil, two, "shape 1x84x8400 is no grid of 2 anchors and 0 labels; want 1xHxWx2·(5+classes)"},
		{"other labels", tensor.Shape{1, 2, 2, 12}, []string{"a", "b"}, two, "2 anchors and 2 labels"},
		{"no classes", tensor.Shape{1, 2, 2, 10}, nil, two, "is no grid"},
		{"other anchors", tensor.Shape{1, 2, 2, 13}, nil, two, "is no grid"},
		{"an anchor of nothing", tensor.Shape{1, 2, 2, 12}, nil, [][2]float32{{1, 1}, {0, 1}}, "anchor 1 is [0 1] cells"},
		{"an endless anchor", tensor.Shape{1, 2, 2, 12}, nil, [][2]float32{{1, float32(math.Inf(1))}, {1, 1}}, "anchor 0 is [1 +Inf] cells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := floats(c.shape, make([]float32, c.shape.Elems())...)
			if _, err := NewGrid([]tensor.Info{out.Info}, c.names, c.anchors, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// TestGridOfCorpus decodes what LiteRT makes of two portraits with OpenMV's YOLO-LC, whose anchors are in
// models/catalog: one person each, in most of the picture.
func TestGridOfCorpus(t *testing.T) {
	anchors := [][2]float32{{0.076023, 0.258508}, {0.163031, 0.413531}, {0.234769, 0.702585}, {0.427054, 0.715892}, {0.748154, 0.857092}}
	for file, want := range map[string]string{
		"real-grace_hopper": "person 0.85 12 0 97 98",
		"real-person_jpg":   "person 0.87 12 0 97 98",
	} {
		out := &tensor.Tensor{Info: float("out", 1, 12, 12, 30), Data: corpusBytes(t, "golden/openmv_yolo_lc_192/"+file+".out0.litert.bin")}
		h, err := NewGrid([]tensor.Info{out.Info}, []string{"person"}, anchors, Options{Threshold: 0.5})
		if err != nil {
			t.Fatal(err)
		}
		var ev pipelines.Event
		if err := h.Decode([]*tensor.Tensor{out}, &ev); err != nil || tell(ev.Detections) != want {
			t.Errorf("%s: got %s, %v, want %s", file, tell(ev.Detections), err, want)
		}
	}
}
