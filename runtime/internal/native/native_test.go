//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/runtime/internal/corpus"
	"edged/runtime/tflite"
)

// TestMain makes a worker of the test's own binary.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		if err := Serve(os.Exit); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// library returns TensorFlow Lite's library, which scripts/get-tflite installs; without it the test is skipped.
func library(t testing.TB) string {
	path, err := Find(os.Getenv("EDGED_TFLITE"))
	if err != nil {
		t.Skip("no TensorFlow Lite: run scripts/get-tflite and set EDGED_TFLITE")
	}
	return path
}

// workerCommand starts a worker where the kernel cannot start the test's binary by itself.
func workerCommand() []string {
	if emulator := strings.Fields(os.Getenv("EDGED_EMULATOR")); len(emulator) > 0 {
		return append(emulator, os.Args[0], "worker")
	}
	return nil
}

func newWorker(t testing.TB, o Options) *Worker {
	o.Library = library(t)
	o.Worker = workerCommand()
	w, err := NewWorker(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func openModel(t testing.TB, w *Worker, path string, o Options) *Session {
	f, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := tflite.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Open(f, m, o, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestKeywords(t *testing.T) {
	path := filepath.Join(corpus.Dir(t), "models/kws/kws_ref_int8.tflite")
	for _, d := range []Delegate{{}, {Name: "xnnpack"}} {
		t.Run("delegate "+d.Name, func(t *testing.T) {
			w := newWorker(t, Options{})
			s := openModel(t, w, path, Options{Delegate: d})
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestXNNPack: the flags stand where this library's version has them, which the int8 operators show that it takes; a library
// without the delegate runs the model nevertheless, and the report says so.
func TestXNNPack(t *testing.T) {
	path := filepath.Join(corpus.Dir(t), "models/kws/kws_ref_int8.tflite")
	for _, word := range []int{0, 1, 2} { // 0 asks the version; the wrong one is found out
		s := openModel(t, newWorker(t, Options{}), path, Options{Delegate: Delegate{Name: "xnnpack", xnnpackWord: word}})
		if r := s.Report(); len(r.Taken) < 10 || len(r.Taken) > 13 || r.Note != "" {
			t.Errorf("word %d: XNNPACK takes %d of 13 operators: %v, note %q", word, len(r.Taken), r.Shares, r.Note)
		}
	}
	lib := standInLibrary(t, filepath.Join(t.TempDir(), "lib.so"), "INVOKE")
	s, err := openOn(t, lib, twoGraphs(), Options{Delegate: Delegate{Name: "xnnpack"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := s.Report(); !strings.HasPrefix(r.Note, "without XNNPACK: delegate xnnpack: this build of the library (2.17.0-standin) does not have it") {
		t.Errorf("got note %q", r.Note)
	}
}

// BenchmarkRoundTrip runs the smallest model of the corpus: what is left is the way to the worker and back. The median is
// what counts: the mean is of a machine that does other things too.
func BenchmarkRoundTrip(b *testing.B) {
	path := filepath.Join(corpus.Dir(b), "models/small/hello_world_int8.tflite")
	s := openModel(b, newWorker(b, Options{}), path, Options{})
	times := make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		if err := s.Invoke(context.Background()); err != nil {
			b.Fatal(err)
		}
		if len(times) < cap(times) {
			times = append(times, time.Since(start))
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/float64(time.Microsecond), "p50-us")
}
