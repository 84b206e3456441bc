package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestNMSAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	for range 500 {
		n := 1 + r.IntN(40)
		boxes, scores, rects, wide := randomFloats(r, 4*n), randomFloats(r, n), make([]ref.Rect, n), make([]float64, n)
		for i := range rects {
			b := boxes[4*i : 4*i+4]
			rects[i] = ref.Rect{YMin: min(b[0], b[2]), XMin: min(b[1], b[3]), YMax: max(b[0], b[2]), XMax: max(b[1], b[3])}
			wide[i] = float64(scores[i])
		}
		s := NewNMS(n)
		s.IoU, s.Threshold = r.Float32(), r.Float32()/2
		index, out := make([]int32, 1+r.IntN(n+3)), make([]float32, n+3)
		count := s.Run(index, nil, boxes, scores)
		chosen(t, index, count, ref.NMS(rects, scores, len(index), s.Threshold, s.IoU))
		s.Sigma = 0.1 + r.Float32()
		count = s.Run(index, out[:len(index)], boxes, scores)
		want, at := ref.SoftNMS(rects, wide, len(index), float64(s.Threshold), float64(s.IoU), float64(s.Sigma))
		chosen(t, index, count, want)
		near(t, "scores", out[:count], at)
	}
}

// chosen checks a selection: the boxes wanted, then zeros.
func chosen(t *testing.T, index []int32, count int, want []int) {
	t.Helper()
	for i, got := range index {
		if i < len(want) && int(got) != want[i] || i >= len(want) && got != 0 {
			t.Fatalf("got %v, want %v", index, want)
		}
	}
	if count != len(want) {
		t.Fatalf("got %d boxes, want %d", count, len(want))
	}
}

// TestNMSOrderOfEqualScores has LiteRT's answer (@litertjs/core 2.5.3).
func TestNMSOrderOfEqualScores(t *testing.T) {
	var boxes []float32
	for i := range 7 {
		boxes = append(boxes, float32(2*i), 0, float32(2*i+1), 1)
	}
	s, index := NewNMS(7), make([]int32, 7)
	s.IoU = 0.5
	s.Run(index, nil, boxes, []float32{0.5, 0.5, 0.5, 0.75, 0.5, 0.75, 0.5})
	if want := []int32{3, 5, 0, 1, 6, 4, 2}; !slices.Equal(index, want) {
		t.Errorf("got %v, want %v", index, want)
	}
}

// TestNMSOfFlatBoxes: a box without area covers nothing, not even itself, so that it is selected again and again.
func TestNMSOfFlatBoxes(t *testing.T) {
	s, index := NewNMS(2), make([]int32, 3)
	s.IoU = 0.5
	if got := s.Run(index, nil, []float32{0, 0, 1, 1, 2, 2, 2, 3}, []float32{0.5, 0.75}); got != 2 || !slices.Equal(index, []int32{1, 1, 0}) {
		t.Errorf("got %d: %v, want 2: [1 1 0]", got, index)
	}
}

func TestNMSOfNaN(t *testing.T) {
	nan := float32(math.NaN())
	s, index := NewNMS(2), make([]int32, 2)
	s.IoU, s.Sigma = 0.5, 0.5
	if got := s.Run(index, nil, []float32{nan, 0, 1, 1, 2, nan, 2, 3}, []float32{nan, 1}); got > 2 {
		t.Errorf("got %d boxes of 2", got)
	}
}
