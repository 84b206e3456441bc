package interp

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestFoldedModelsGiveTheSameBits runs the models of the corpus in which operators are folded as they are and as their files
// have them.
func TestFoldedModelsGiveTheSameBits(t *testing.T) {
	dir := corpus.Dir(t)
	folded := 0
	for _, m := range corpus.Read(t, dir).Models {
		f, err := tflite.Open(filepath.Join(dir, m.File))
		if err != nil {
			t.Fatal(err)
		}
		n, err := sameAsWhole(f.Model)
		if u := new(tflite.UnsupportedError); err != nil && !errors.As(err, &u) {
			t.Errorf("%s: %v", m.Name, err)
		}
		if n > 0 {
			t.Logf("%s: %d of %d operators are folded", m.Name, n, len(f.Model.Graphs[0].Ops))
		}
		folded += n
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if folded < 70 {
		t.Errorf("only %d operators are folded", folded)
	}
}

// sameAsWhole runs m with operators folded and without, and returns how many are, none being worth no run.
func sameAsWhole(m *tflite.Model) (folded int, err error) {
	s, err := New(m, Options{})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	if folded = len(s.main.gone); folded == 0 {
		return 0, nil
	}
	return folded, sameResults(m, s, 1)
}

// TestMovesOfAllAreFree: what only gives a tensor another shape, or a part that is all of it, does not run.
func TestMovesOfAllAreFree(t *testing.T) {
	s := newSketch()
	q := byteQuant(i8)
	x := s.add(tflite.OpAbs, nil, i8, q, s.input(i8, q, 1, 6, 4))
	x = s.add(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{2, 12}}, i8, q, x)
	x = s.add(tflite.OpSlice, nil, i8, q, x, s.ints(0, 0), s.ints(2, -1))
	x = s.add(tflite.OpStridedSlice, &tflite.StridedSliceOptions{}, i8, q, x, s.ints(0, 0), s.ints(2, 12), s.ints(1, 1))
	x = s.add(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 1}, i8, q, x)
	x = s.add(tflite.OpPack, &tflite.PackOptions{ValuesCount: 1, Axis: 1}, i8, q, x)
	x = s.add(tflite.OpUnpack, &tflite.UnpackOptions{Num: 1, Axis: 1}, i8, q, x)
	axis := s.ints(0)
	x = s.add(tflite.OpSplit, &tflite.SplitOptions{NumSplits: 1}, i8, q, axis, x)
	s.g.Tensors[x].Shape = tensor.Shape{2, 12}
	pads := s.ints(0, 0, 0, 0)
	s.g.Tensors[pads].Shape = tensor.Shape{2, 2}
	m := s.model(s.add(tflite.OpPad, nil, i8, q, x, pads))
	opened, err := New(m, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if n := len(opened.main.segments[0].steps); n != 1 {
		t.Errorf("%d steps, want 1", n)
	}
	if saved := opened.Plans()[0].Saved; len(saved) != 8 || saved[0] != (Saved{Op: 1, How: Free}) {
		t.Errorf("saved %v, want operators 1 to 8", saved)
	}
	if err := sameResults(m, opened, 3); err != nil {
		t.Error(err)
	}
}

// TestGraphThatCallsItself: a graph that is refused deep within others is tried twice, not twice at each depth.
func TestGraphThatCallsItself(t *testing.T) {
	s := newSketch()
	q := byteQuant(i8)
	x := s.add(tflite.OpAbs, nil, i8, q, s.add(tflite.OpTanh, nil, i8, q, s.input(i8, q, 3, 70)))
	m := s.model(s.add(tflite.OpCall, &tflite.CallOptions{Graph: 0}, i8, q, x))
	allocated := testing.AllocsPerRun(1, func() {
		if _, err := New(m, Options{}); err == nil || !strings.Contains(err.Error(), "deep") {
			t.Errorf("got %v, want an error that says how deep", err)
		}
	})
	if allocated > 20_000 { // 65536 frames would take over a million
		t.Errorf("%v allocations", allocated)
	}
}
