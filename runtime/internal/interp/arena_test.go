package interp

import (
	"errors"
	"path/filepath"
	"testing"

	"edged/runtime/internal/corpus"
	"edged/runtime/tflite"
)

// TestArenaNearTheLowerBound: no plan can be smaller than the most that is alive at once; ours is at most a tenth larger.
func TestArenaNearTheLowerBound(t *testing.T) {
	dir := corpus.Dir(t)
	checked := 0
	for _, m := range corpus.Read(t, dir).Models {
		f, err := tflite.Open(filepath.Join(dir, m.File))
		if err != nil {
			t.Fatal(err)
		}
		s, err := New(f.Model, Options{})
		if u := new(tflite.UnsupportedError); errors.As(err, &u) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		checked++
		for k, g := range s.main.segments {
			bound := lowerBound(g.plan)
			if got := int64(len(g.arena)); 10*got > 11*bound {
				t.Errorf("%s segment %d: arena of %d bytes, %d are alive at once", m.Name, k, got, bound)
			}
		}
		if err := errors.Join(s.Close(), f.Close()); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d models", checked)
}

// lowerBound is the largest sum of tensors alive at once.
func lowerBound(p []Placement) int64 {
	var most int64
	for _, at := range p {
		for _, step := range []int{at.First, at.Last} {
			var alive int64
			for _, q := range p {
				if q.First <= step && step <= q.Last {
					alive += q.Size
				}
			}
			most = max(most, alive)
		}
	}
	return most
}
