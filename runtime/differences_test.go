package runtime_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tflite"
)

// difference is a small model on which the builtin engine and LiteRT once disagreed, as scripts/difftest writes it.
type difference struct {
	Family, Was     string
	Model           []byte
	Inputs, Outputs [][]byte // raw tensors; the outputs are LiteRT's
}

// TestDifferencesStayMended runs them all.
func TestDifferencesStayMended(t *testing.T) {
	paths, err := filepath.Glob("testdata/differences/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in testdata/differences (%v)", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var d difference
			if err := json.Unmarshal(data, &d); err != nil {
				t.Fatal(err)
			}
			d.run(t)
		})
	}
}

func (d *difference) run(t *testing.T) {
	m, err := tflite.Parse(d.Model)
	if err != nil {
		t.Fatal(err)
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		t.Fatalf("%v (it was: %s)", err, d.Was)
	}
	defer s.Close()
	for i, in := range d.Inputs {
		copy(s.Input(i).Data, in)
	}
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, want := range d.Outputs {
		out := s.Output(i)
		const tolerance = 1e-3 // of floats: that of hybrid models, the widest of difftest's
		if err := corpus.Compare(out.Data, want, out.DType.String(), tolerance); err != nil {
			t.Errorf("output %d: %v (it was: %s)", i, err, d.Was)
		}
	}
}
