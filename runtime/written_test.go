package runtime_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tflite"
)

// TestWrittenModelsAnswerAlike writes every model of the corpus anew: on each engine its first case must come out as that of
// the file it was read from.
func TestWrittenModelsAnswerAlike(t *testing.T) {
	dir := corpus.Dir(t)
	for _, engine := range runtime.Engines() {
		t.Run(engine, func(t *testing.T) {
			o := runtime.Options{Engine: engine}
			if engine == "tflite" {
				o.TFLite = tfliteOptions(t)
			}
			for _, m := range corpus.Read(t, dir).Models {
				t.Run(m.Name, func(t *testing.T) { answersAlike(t, dir, m, o) })
			}
		})
	}
}

func answersAlike(t *testing.T, dir string, m corpus.Model, o runtime.Options) {
	f, err := tflite.Open(filepath.Join(dir, m.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	written, err := tflite.Write(f.Model)
	if err != nil {
		t.Fatal(err)
	}
	c := m.Cases[0]
	o.Shapes = shapes(c)
	want, err := answers(t, dir, c, f.Bytes, o)
	if err != nil { // the engine cannot run it; nor may it what was written
		// Of person_detect TensorFlow Lite 2.9.0 refuses a bias's quantized_dimension, which our reader puts right.
		if _, err := answers(t, dir, c, written, o); err == nil && m.Name != "person_detect" {
			t.Error("runs only once it is written anew")
		}
		return
	}
	got, err := answers(t, dir, c, written, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) {
			t.Errorf("output %d differs", i)
		}
	}
}

// answers are the outputs of a case by the file's bytes.
func answers(t *testing.T, dir string, c corpus.Case, file []byte, o runtime.Options) (_ [][]byte, err error) {
	m, err := tflite.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	o.Source = file
	s, err := runtime.New(m, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return steps(t, dir, c, s), nil
}
