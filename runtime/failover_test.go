package runtime_test

import (
	"bytes"
	"context"
	"math/rand/v2"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"
	"time"

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
		untilAccelerated(t, s)
		for _, c := range m.Cases {
			runCase(t, dir, m, c, s)
		}
		st := runtime.StatsOf(s)
		if st.Engine != "tflite" || st.TFLite.Parity.Checks != int64(len(m.Cases)) || st.TFLite.Parity.Drifts != 0 || runtime.Degraded(s) != "" {
			t.Errorf("got engine %s, %+v, degraded %q", st.Engine, st.TFLite.Parity, runtime.Degraded(s))
		}
	}
}

// untilAccelerated waits for a session that has a fallback meanwhile.
func untilAccelerated(t *testing.T, s runtime.Session) {
	const most = time.Minute
	for start := time.Now(); time.Since(start) < most; goruntime.Gosched() {
		if a, _ := runtime.AcceleratorOf(s); a.Degraded == "" {
			return
		}
	}
	t.Fatalf("not on the accelerator within %v", most)
}

// TestKilledUnderLoad kills the worker 200 times, fewer in an emulator, at random moments while a session with a fallback works: each Invoke
// answers, and rightly, whichever engine it is that does.
func TestKilledUnderLoad(t *testing.T) {
	o := runtime.Options{TFLite: tfliteOptions(t)}
	o.TFLite.Delegate, o.TFLite.Fallback, o.TFLite.Pause = runtime.Delegate{Name: "xnnpack"}, true, time.Millisecond/5
	path := filepath.Join(corpus.Dir(t), "models/kws/kws_ref_int8.tflite")
	s, err := runtime.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	alone, err := runtime.Open(path, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	r := rand.New(rand.NewPCG(1, 2))
	for i := range s.Input(0).Data {
		s.Input(0).Data[i] = byte(r.IntN(256))
	}
	copy(alone.Input(0).Data, s.Input(0).Data)
	if err := alone.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	enough := 200
	if emulated() != nil || raced {
		enough = 20 // each start takes a second there
	}
	kills, answers, fallen := 0, 0, 0
	pid, end := 0, time.Now() // the process, and when it is to end
	for kills < enough {
		if a, _ := runtime.AcceleratorOf(s); a.PID != pid {
			pid, end = a.PID, time.Now().Add(time.Duration(r.IntN(20_000))*time.Microsecond)
		}
		if pid != 0 && time.Now().After(end) && syscall.Kill(pid, syscall.SIGKILL) == nil {
			end = end.Add(time.Hour)
			kills++
		}
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		if answers++; runtime.Degraded(s) != "" {
			fallen++
		}
		if !bytes.Equal(s.Output(0).Data, alone.Output(0).Data) {
			t.Fatalf("got %v, want %v; degraded %q", s.Output(0).Data, alone.Output(0).Data, runtime.Degraded(s))
		}
	}
	if fallen == 0 || fallen == answers {
		t.Errorf("%d of %d answers are the builtin engine's, want some", fallen, answers)
	}
	t.Logf("%d kills, %d answers, %d of the builtin engine", kills, answers, fallen)
}

// TestModelsTakeTurns: two models on one accelerator share a process, and what it costs to change between them is told.
func TestModelsTakeTurns(t *testing.T) {
	o := runtime.Options{TFLite: tfliteOptions(t)}
	o.TFLite.Delegate = runtime.Delegate{Name: "xnnpack"}
	var all []runtime.Session
	for _, name := range []string{"models/kws/kws_ref_int8.tflite", "models/small/hello_world_int8.tflite"} {
		s, err := runtime.Open(filepath.Join(corpus.Dir(t), name), o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		all = append(all, s)
	}
	const runs = 10
	for range runs {
		for _, s := range all {
			for range 2 {
				if err := s.Invoke(context.Background()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	a, _ := runtime.AcceleratorOf(all[0])
	b, _ := runtime.AcceleratorOf(all[1])
	if a.PID == 0 || a.PID != b.PID {
		t.Errorf("the models run in processes %d and %d, want one", a.PID, b.PID)
	}
	if want := int64(2 * runs); a.Swap.Swaps != want || a.Swap.Stays != want {
		t.Errorf("got %+v, want %d swaps and stays", a.Swap, want)
	}
}
