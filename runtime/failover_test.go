package runtime_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
)

// TestFallbackWithoutALibrary: an accelerator that cannot even be loaded leaves the builtin engine, which says why it
// answers.
func TestFallbackWithoutALibrary(t *testing.T) {
	path := filepath.Join(corpus.Dir(t), "models/kws/kws_ref_int8.tflite")
	o := runtime.Options{TFLite: runtime.TFLite{Library: "/nonexistent.so", Delegate: runtime.Delegate{Name: "xnnpack"}}}
	if _, err := runtime.Open(path, o); err == nil {
		t.Error("opened without a library and without a fallback")
	}
	o.TFLite.Fallback = true
	s, err := runtime.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := runtime.Degraded(s); !strings.HasPrefix(got, "on the builtin engine: ") {
		t.Errorf("got degraded %q, want the reason", got)
	}
	if got := runtime.StatsOf(s).Engine; got != "builtin" {
		t.Errorf("got engine %q, want builtin", got)
	}
}

// TestFailoverAgrees: the same answers come through both engines' tensors, and the parity guard finds nothing.
func TestFailoverAgrees(t *testing.T) {
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		if m.Name != "kws_ref_int8" {
			continue
		}
		o := runtime.Options{TFLite: tfliteOptions(t)}
		o.TFLite.Delegate, o.TFLite.Fallback, o.TFLite.ParityEvery = runtime.Delegate{Name: "xnnpack"}, true, 1
		s, err := runtime.Open(filepath.Join(dir, m.File), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, c := range m.Cases {
			runCase(t, dir, m, c, s)
		}
		st := runtime.StatsOf(s)
		if st.Engine != "tflite" || st.TFLite.Parity.Checks != int64(len(m.Cases)) || st.TFLite.Parity.Drifts != 0 || runtime.Degraded(s) != "" {
			t.Errorf("got engine %s, %+v, degraded %q", st.Engine, st.TFLite.Parity, runtime.Degraded(s))
		}
	}
}
