//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"context"
	"os"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"edged/runtime/tflite"
)

// probed are options of a worker that uses the stand-in, with a cache.
func probed(t *testing.T, path string, options ...string) Options {
	o := behaving(path, options...)
	o.Library, o.Cache, o.Worker, o.Pause = library(t), t.TempDir(), workerCommand(), time.Hour
	return o
}

// firstUse opens the addition on a new worker, as a daemon does that has just started.
func firstUse(t *testing.T, o Options) error {
	t.Helper()
	w, err := NewWorker(o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	m := addition()
	file, err := tflite.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Open(file, m, o, false)
	if err != nil {
		return err
	}
	defer s.Close()
	return s.Invoke(context.Background())
}

// made counts the delegates that the stand-in has made since the last call.
func made(t *testing.T, trace string) int {
	b, err := os.ReadFile(trace)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	os.Remove(trace)
	return len(b)
}

// TestVerdicts: which verdicts are kept, and until when. Each use of the delegate makes one, and each probe one.
func TestVerdicts(t *testing.T) {
	path := plugin(t)
	trace := filepath.Join(t.TempDir(), "trace")
	flag := filepath.Join(t.TempDir(), "flag")
	const fails, works = true, false
	change := func(t *testing.T, path string) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString("changed"); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name, behave string
		first        bool // fails
		then         func(t *testing.T, o *Options)
		second       bool
		made         int // by the second use
	}{
		{"what was well is not probed again", "ok", works, nil, works, 1},
		{"what crashed is not tried again", "crash-prepare", fails, nil, fails, 0},
		{"a crash of the first Invoke counts too", "crash-invoke", fails, nil, fails, 0},
		{"but with other bytes", "crash-prepare", fails, func(t *testing.T, o *Options) { change(t, path) }, fails, 1},
		{"with other options", "crash-prepare", fails, func(t *testing.T, o *Options) { o.Delegate.Options["behave"] = "ok" }, works, 2},
		{"or when it is forgotten", "crash-prepare", fails, func(t *testing.T, o *Options) {
			if n, err := Forget(o.Cache); n != 1 || err != nil {
				t.Errorf("forgot %d, %v, want 1", n, err)
			}
		}, fails, 1},
		{"a device that was not there may be there now", "refuse", fails, func(t *testing.T, o *Options) { os.Remove(flag) }, works, 2},
		{"a fault of the device is no verdict", "fail", fails, func(t *testing.T, o *Options) { os.Remove(flag) }, works, 2},
		{"nor is the exit of a driver", "exit", fails, func(t *testing.T, o *Options) { os.Remove(flag) }, works, 2},
		{"nor a hang", "hang", fails, func(t *testing.T, o *Options) { os.Remove(flag) }, works, 2},
		{"a damaged verdict is none", "ok", works, func(t *testing.T, o *Options) {
			if err := os.WriteFile(o.verdictFile(), []byte(`{"Crash":`), 0o600); err != nil {
				t.Fatal(err)
			}
		}, works, 2},
		{"of another machine's devices neither", "crash-prepare", fails, func(t *testing.T, o *Options) {
			is := new(hashes).identify(*o)
			v := recall(*o, is)
			v.Machine = "another"
			v.write(*o)
		}, fails, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(flag, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			o := probed(t, path, "behave="+c.behave, "trace="+trace, "flag="+flag)
			if err := firstUse(t, o); (err != nil) != c.first {
				t.Fatalf("the first use gives %v", err)
			}
			made(t, trace)
			if c.then != nil {
				c.then(t, &o)
			}
			err := firstUse(t, o)
			if (err != nil) != c.second {
				t.Errorf("the second use gives %v", err)
			}
			if n := made(t, trace); n != c.made {
				t.Errorf("the second use made %d delegates, want %d; it gave %v", n, c.made, err)
			}
		})
	}
}

// TestVerdictsWithoutACache: a folder that cannot be written is no error, and within one worker a crash is remembered
// nevertheless.
func TestVerdictsWithoutACache(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	o := probed(t, plugin(t), "behave=ok", "trace="+trace)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o.Cache = filepath.Join(file, "below")
	if err := firstUse(t, o); err != nil {
		t.Fatal(err)
	}
	o.Delegate.Options["behave"] = "crash-prepare"
	o.Pause = time.Millisecond
	w, err := NewWorker(o)
	if err != nil {
		t.Fatal(err)
	}
	made(t, trace)
	defer w.Close()
	s, err := openBytes(t, w, addModel(t), o, true)
	if err != nil {
		t.Fatal(err)
	}
	for w.Stats().Restarts < 3 {
		goruntime.Gosched()
	}
	if err := s.Invoke(context.Background()); err == nil || !strings.Contains(err.Error(), "in its probe") {
		t.Errorf("got %v, want the probe's crash", err)
	}
	if n := made(t, trace); n != 1 {
		t.Errorf("%d delegates made, want 1", n)
	}
}
