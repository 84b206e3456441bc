package kernel

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edged/runtime/internal/ref"
)

// ssd returns options like those of the COCO SSD models.
func ssd() DetectionOptions {
	return DetectionOptions{
		MaxDetections: 3, MaxClassesPerDetection: 1, DetectionsPerClass: 100, ScoreThreshold: .5, IoUThreshold: .5,
		Classes: 2, Scale: [4]float32{10, 10, 5, 5},
	}
}

func newOutput(results int) DetectionOutput {
	return DetectionOutput{
		Boxes: make([]float32, 4*results), Classes: make([]float32, results), Scores: make([]float32, results),
		Count: make([]float32, 1),
	}
}

// Anchors are 1×1 boxes with the encodings zero, so that each box lies around its anchor's centre.
var unitAnchors = []float32{.5, .5, 1, 1, .5, .6, 1, 1, .5, 10.5, 1, 1, .5, 100.5, 1, 1}

func TestDetection(t *testing.T) {
	cases := []struct {
		name    string
		change  func(*DetectionOptions)
		scores  []float32 // 4 boxes; background, class 0, class 1
		classes []float32
		want    []float32 // scores
		xmin    []float32
		count   float32
	}{
		{
			"fast: the better of two that overlap, then the rest by score", nil,
			[]float32{0, .9, 0, 0, 0, .8, 0, 0, .95, 0, .6, 0},
			[]float32{1, 0, 0}, []float32{.95, .9, .6}, []float32{10, 0, 100}, 3,
		}, {
			"fast: the background does not count, unused results are zero", nil,
			[]float32{1, .4, 0, 1, .7, 0, 1, 0, .4, 1, 0, 0},
			[]float32{0, 0, 0}, []float32{.7, 0, 0}, []float32{.1, 0, 0}, 1,
		}, {
			"fast: equal scores in the order of boxes, at most max_detections", func(o *DetectionOptions) { o.MaxDetections = 2 },
			[]float32{0, .5, 0, 0, 0, .5, 0, .5, 0, 0, .5, 0},
			[]float32{0, 0}, []float32{.5, .5}, []float32{0, 10}, 2,
		}, {
			"fast: two classes a box", func(o *DetectionOptions) { o.MaxDetections, o.MaxClassesPerDetection = 2, 2 },
			[]float32{0, .6, .7, 0, 0, 0, 0, 0, 0, 0, 0, 0},
			[]float32{1, 0, 0, 0}, []float32{.7, .6, 0, 0}, []float32{0, 0, 0, 0}, 1,
		}, {
			"regular: boxes of two classes may overlap", func(o *DetectionOptions) { o.RegularNMS = true },
			[]float32{0, .9, 0, 0, .7, .8, 0, .5, 0, 0, 0, 0},
			[]float32{0, 1, 0}, []float32{.9, .8, .5}, []float32{0, .1, 10}, 3,
		}, {
			"regular: of equal scores the first class, then the first box", func(o *DetectionOptions) { o.RegularNMS = true },
			[]float32{0, 0, .6, 0, 0, 0, 0, .6, .6, 0, .6, 0},
			[]float32{0, 0, 1}, []float32{.6, .6, .6}, []float32{10, 100, 0}, 3,
		}, {
			"regular: at most detections_per_class of a class",
			func(o *DetectionOptions) { o.RegularNMS, o.DetectionsPerClass = true, 1 },
			[]float32{0, .9, 0, 0, 0, .5, 0, .8, 0, 0, .7, 0},
			[]float32{0, 1, 0}, []float32{.9, .5, 0}, []float32{0, .1, 0}, 2,
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := ssd()
			if c.change != nil {
				c.change(&o)
			}
			d, err := NewDetection(o, []int{1, 4, 4}, []int{1, 4, 3}, []int{4, 4})
			if err != nil {
				t.Fatal(err)
			}
			out := newOutput(d.Results())
			if err := d.Run(realInput(make([]float32, 16), c.scores, unitAnchors), out); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(out.Classes, c.classes) || !slices.Equal(out.Scores, c.want) || out.Count[0] != c.count {
				t.Errorf("got classes %v, scores %v, count %v, want %v, %v, %v",
					out.Classes, out.Scores, out.Count[0], c.classes, c.want, c.count)
			}
			for i, want := range c.xmin {
				if got := out.Boxes[4*i+1]; math.Abs(float64(got-want)) > 1e-5 {
					t.Errorf("box %d: xmin got %v, want %v", i, got, want)
				}
			}
		})
	}
}

// TestDetectionAgainstReference runs both ways of suppression on random boxes with few distinct scores, so that many
// are equal, with and without a background.
func TestDetectionAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for try := range 200 {
		o := ssd()
		o.MaxDetections, o.Classes, o.RegularNMS = 1+r.IntN(30), 1+r.IntN(6), try%2 == 1
		o.DetectionsPerClass, o.ScoreThreshold = 1+r.IntN(10), r.Float32()
		n, columns := 1+r.IntN(60), o.Classes+try/2%2
		in := realInput(randomFloats(r, 5*n), randomFloats(r, columns*n), randomFloats(r, 4*n))
		for i := range in.Scores.Reals {
			in.Scores.Reals[i] = float32(math.Floor(float64(in.Scores.Reals[i]*16)) / 16)
		}
		boxes, scores := make([]ref.Rect, n), make([][]float32, n)
		for i := range boxes {
			boxes[i] = ref.DecodeBox([4]float32(in.Boxes.Reals[5*i:]), [4]float32(in.Anchors.Reals[4*i:]), o.Scale)
			scores[i] = in.Scores.Reals[(i+1)*columns-o.Classes : (i+1)*columns]
		}
		want := ref.FastNMS(boxes, scores, o.MaxDetections, 1, o.ScoreThreshold, o.IoUThreshold)
		if o.RegularNMS {
			want = ref.RegularNMS(boxes, scores, o.MaxDetections, o.DetectionsPerClass, o.ScoreThreshold, o.IoUThreshold)
		}
		d, err := NewDetection(o, []int{1, n, 5}, []int{1, n, columns}, []int{n, 4})
		if err != nil {
			t.Fatal(err)
		}
		got := newOutput(d.Results())
		if err := d.Run(in, got); err != nil {
			t.Fatal(err)
		}
		if int(got.Count[0]) != len(want) {
			t.Fatalf("try %d: got %v results, want %d", try, got.Count[0], len(want))
		}
		for i, w := range want {
			b := boxes[w.Box]
			if !slices.Equal(got.Boxes[4*i:4*i+4], []float32{b.YMin, b.XMin, b.YMax, b.XMax}) ||
				got.Classes[i] != float32(w.Class) || got.Scores[i] != w.Score {
				t.Fatalf("try %d result %d: got class %v score %v at %v, want %v of %v",
					try, i, got.Classes[i], got.Scores[i], got.Boxes[4*i:4*i+4], w, b)
			}
		}
	}
}

func realInput(boxes, scores, anchors []float32) DetectionInput {
	return DetectionInput{DetectionOperand{Reals: boxes}, DetectionOperand{Reals: scores}, DetectionOperand{Reals: anchors}}
}

func randomFloats(r *rand.Rand, n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = r.Float32()
	}
	return v
}

// The wanted orders are what std::partial_sort of libstdc++ 12 gives for these scores.
func TestBestClasses(t *testing.T) {
	nan := float32(math.NaN())
	cases := []struct {
		name   string
		scores []float32
		n      int
		want   []int32
	}{
		{"one: the first of equals", []float32{1, 3, 3, 2}, 1, []int32{1}},
		{"one: NaN counts for nothing", []float32{nan, -1, nan, 2}, 1, []int32{3}},
		{"distinct scores by score", []float32{1, 5, 3, 4, 2}, 3, []int32{1, 3, 2}},
		{"more than there are", []float32{1, 5}, 3, []int32{1, 0}},
		{"two of five equals", []float32{1, 1, 1, 1, 1}, 2, []int32{0, 1}},
		{"all of five equals", []float32{1, 1, 1, 1, 1}, 5, []int32{3, 4, 1, 0, 2}},
		{"equals among others", []float32{2, 1, 2, 3, 1, 3, 2, 2}, 4, []int32{5, 3, 0, 2}},
		{"equals that come late", []float32{0, 0, 0, 1, 1, 1, 1}, 3, []int32{5, 4, 3}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := bestClasses(c.scores, c.n, make([]int32, len(c.scores)))
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestDetectionErrors(t *testing.T) {
	nan := float32(math.NaN())
	good := [][]int{{1, 4, 4}, {1, 4, 3}, {4, 4}}
	cases := []struct {
		name   string
		change func(*DetectionOptions)
		shapes [][]int
		want   string
	}{
		{"no detections", func(o *DetectionOptions) { o.MaxDetections = 0 }, good, "max_detections 0"},
		{"too many", func(o *DetectionOptions) { o.MaxDetections = 1<<31 - 1 }, good, "is not from 1 to"},
		{"no classes a box", func(o *DetectionOptions) { o.MaxClassesPerDetection = -1 }, good, "max_classes_per_detection -1"},
		{"no classes", func(o *DetectionOptions) { o.Classes = 0 }, good, "num_classes is 0"},
		{"no IoU", func(o *DetectionOptions) { o.IoUThreshold = nan }, good, "nms_iou_threshold is NaN"},
		{"an IoU over 1", func(o *DetectionOptions) { o.IoUThreshold = 1.5 }, good, "nms_iou_threshold is 1.5"},
		{"none of a class", func(o *DetectionOptions) { o.RegularNMS, o.DetectionsPerClass = true, 0 }, good, "detections_per_class is 0"},
		{"no scale", func(o *DetectionOptions) { o.Scale[2] = 0 }, good, "h_scale is 0"},
		{"a batch", nil, [][]int{{2, 4, 4}, {1, 4, 3}, {4, 4}}, "box encodings of shape [2 4 4]"},
		{"short boxes", nil, [][]int{{1, 4, 3}, {1, 4, 3}, {4, 4}}, "box encodings of shape [1 4 3]"},
		{"scores of fewer boxes", nil, [][]int{{1, 4, 4}, {1, 3, 3}, {4, 4}}, "class predictions of shape [1 3 3] for 4 boxes"},
		{"scores of more classes", nil, [][]int{{1, 4, 4}, {1, 4, 4}, {4, 4}}, "class predictions of shape [1 4 4]"},
		{"scores of fewer classes", nil, [][]int{{1, 4, 4}, {1, 4, 1}, {4, 4}}, "class predictions of shape [1 4 1]"},
		{"fewer anchors", nil, [][]int{{1, 4, 4}, {1, 4, 3}, {3, 4}}, "anchors of shape [3 4] for 4 boxes"},
		{"short anchors", nil, [][]int{{1, 4, 4}, {1, 4, 3}, {4, 3}}, "anchors of shape [4 3]"},
		{"boxes beyond memory", nil, [][]int{{1, 1 << 30, 4}, {1, 1 << 30, 3}, {1 << 30, 4}}, "too many"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			o := ssd()
			if c.change != nil {
				c.change(&o)
			}
			_, err := NewDetection(o, c.shapes[0], c.shapes[1], c.shapes[2])
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestDetectionRefusesInsideOutBoxes(t *testing.T) {
	d, err := NewDetection(ssd(), []int{1, 1, 4}, []int{1, 1, 2}, []int{1, 4})
	if err != nil {
		t.Fatal(err)
	}
	for _, score := range []float32{1, 0} { // one that suppression looks at, and one that it does not
		err = d.Run(realInput(make([]float32, 4), []float32{score, score}, []float32{0, 0, 1, -1}), newOutput(3))
		if err == nil || !strings.Contains(err.Error(), "box 0 ends before it begins") {
			t.Errorf("score %v: got %v, want an error that names box 0", score, err)
		}
	}
}

func TestDetectionTable(t *testing.T) {
	for _, c := range []struct {
		name   string
		zero   int64
		signed bool
		src    []byte
		want   []float32
	}{
		{"uint8", 128, false, []byte{0, 128, 255}, []float32{-64, 0, 63.5}},
		{"int8", -128, true, []byte{0x80, 0, 0x7f}, []float32{0, 64, 127.5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := NewDetectionTable(.5, c.zero, c.signed)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]float32, len(c.src))
			if table.Read(got, c.src); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if _, err := NewDetectionTable(0, 0, false); err == nil {
		t.Error("scale 0: got no error")
	}
	if _, err := NewDetectionTable(1, 200, true); err == nil {
		t.Error("zero point 200 of int8: got no error")
	}
}

func TestDetectionAllocatesNothing(t *testing.T) {
	for _, regular := range []bool{false, true} {
		o := ssd()
		o.RegularNMS = regular
		d, err := NewDetection(o, []int{1, 4, 4}, []int{1, 4, 3}, []int{4, 4})
		if err != nil {
			t.Fatal(err)
		}
		table, err := NewDetectionTable(.01, 0, false)
		if err != nil {
			t.Fatal(err)
		}
		in, out := realInput(make([]float32, 16), []float32{0, .9, 0, 0, .7, .8, 0, .5, 0, 0, 0, 0}, unitAnchors), newOutput(3)
		quantized := in
		quantized.Scores = DetectionOperand{Bytes: []byte{0, 90, 0, 0, 70, 80, 0, 50, 0, 0, 0, 0}, Table: table}
		n := testing.AllocsPerRun(10, func() {
			if err := errors.Join(d.Run(in, out), d.Run(quantized, out)); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("regular %v: got %g allocations, want 0", regular, n)
		}
	}
}
