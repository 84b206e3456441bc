package interp

import (
	"errors"
	"path/filepath"
	"testing"

	"edged/runtime/internal/corpus"
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
	return folded, sameResults(m, s)
}
