//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/runtime/tensor"
)

// TestKilledWorkersLeaveNothing kills the worker 200 times at random moments under load. Each Invoke answers, with the right
// result or with a WorkerError; at the end no descriptor, mapping or process is left behind.
func TestKilledWorkersLeaveNothing(t *testing.T) {
	file := addModel(t)
	before := held(t)
	w := newWorker(t, Options{Pause: time.Millisecond / 5})
	s, err := openBytes(t, w, file, Options{}, false)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	kills, answers, faults := 0, 0, 0
	next := time.Now()
	for v := float32(1); kills < 200; v++ {
		if pid := w.Stats().PID; pid != 0 && time.Now().After(next) {
			if err := syscall.Kill(pid, syscall.SIGKILL); err == nil {
				kills++
			}
			next = time.Now().Add(time.Duration(r.IntN(20_000)) * time.Microsecond)
		}
		tensor.As[float32](s.Input(0).Data)[0] = v
		err := s.Invoke(context.Background())
		if _, ok := errors.AsType[*WorkerError](err); err != nil && !ok {
			t.Fatalf("got %v, want a WorkerError", err)
		}
		if err != nil {
			faults++
			continue
		}
		if answers++; tensor.As[float32](s.Output(0).Data)[0] != 4*v {
			t.Fatalf("got %g for %g", tensor.As[float32](s.Output(0).Data)[0], v)
		}
	}
	t.Logf("%d kills, %d right answers, %d faults, %d restarts", kills, answers, faults, w.Stats().Restarts)
	if err := errors.Join(s.Close(), w.Close()); err != nil {
		t.Fatal(err)
	}
	if after := held(t); after != before {
		t.Errorf("%+v are held, %+v were before", after, before)
	}
	if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); err != syscall.ECHILD {
		t.Errorf("a child is left: %d, %v", pid, err)
	}
}

// held counts the process's descriptors, and the memory that it shares with workers.
func held(t *testing.T) (h struct{ descriptors, mappings int }) {
	all, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(all) == 0 {
		t.Fatal(err, os.ErrNotExist)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	h.descriptors, h.mappings = len(all), strings.Count(string(maps), "memfd:edged")
	return h
}
