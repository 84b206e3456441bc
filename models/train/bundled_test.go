package train

import (
	"context"
	"testing"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// bundled opens a model of the bundle.
func bundled(t *testing.T, name string) (runtime.Session, models.Card) {
	t.Helper()
	b, err := models.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	card, file, err := b.Model(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := tflite.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, card
}

// labelled invokes a session and returns the best label.
func labelled(t *testing.T, s runtime.Session, head *decode.Labels) string {
	t.Helper()
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	var ev pipelines.Event
	if err := head.Decode([]*tensor.Tensor{s.Output(0)}, &ev); err != nil {
		t.Fatal(err)
	}
	return ev.Labels[0].Name
}
