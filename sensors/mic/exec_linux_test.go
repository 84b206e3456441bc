package mic

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/sensors"
)

// start opens the shell script as a microphone.
func start(t *testing.T, script string, o Options) sensors.Source[sensors.Clip] {
	t.Helper()
	path := filepath.Join(t.TempDir(), "recorder")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	o.Device = "exec: sh '" + path + "' 'two words'"
	open, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	src, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

func TestExecGivesClips(t *testing.T) {
	src := start(t, `printf '\000\100\000\200\000\300\377\177'; printf '\001\000\000\000\377\377\000\000'; sleep 60`,
		Options{Rate: 1000, Channels: 2, Chunk: 2 * time.Millisecond})
	var c sensors.Clip
	for i, want := range []string{"[0.5 -1 -0.5 0.9999695]", "[3.0517578e-05 0 -3.0517578e-05 0]"} {
		if err := src.Read(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(c.Samples); got != want || c.RateHz != 1000 || c.Channels != 2 || c.Lost != i-1 {
			t.Errorf("clip %d: got %s, %d Hz, %d channels, %d lost, want %s, 1000, 2, %d", i, got, c.RateHz, c.Channels, c.Lost, want, i-1)
		}
		if d := c.End.Sub(c.Start); d != 2*time.Millisecond || time.Since(c.End) < 0 {
			t.Errorf("clip %d: got %v up to %v ago, want 2 ms up to then", i, d, time.Since(c.End))
		}
	}
}

func TestExecFormats(t *testing.T) {
	src := start(t, `printf '\000\000\000\077\000\000\200\277'; sleep 60`, Options{Rate: 1000, Format: "FLOAT_LE", Chunk: 2 * time.Millisecond})
	var c sensors.Clip
	if err := src.Read(t.Context(), &c); err != nil || fmt.Sprint(c.Samples) != "[0.5 -1]" {
		t.Errorf("got %v, %v, want [0.5 -1]", c.Samples, err)
	}
}

func TestExecDies(t *testing.T) {
	src := start(t, `echo "arecord: main:831: audio open error" >&2; echo "$1: No such device" >&2; echo >&2; exit 3`, Options{})
	var c sensors.Clip
	err := src.Read(t.Context(), &c)
	if !errors.Is(err, sensors.ErrLost) || !strings.HasSuffix(err.Error(), "/sh: exit status 3: two words: No such device") {
		t.Errorf("got %v, want that it is lost and why", err)
	}
	if err := src.Read(t.Context(), &c); !errors.Is(err, sensors.ErrLost) {
		t.Errorf("got %v from the next Read, want that it is lost", err)
	}
}

// TestExecTalksAndTalks fills the pipe of standard error many times over.
func TestExecTalksAndTalks(t *testing.T) {
	src := start(t, `i=0; while [ $i -lt 4000 ]; do echo "frame $i of something that nobody wants to know about" >&2; i=$((i+1)); done; printf '\000\100'; exit 1`,
		Options{Rate: 1000, Chunk: time.Millisecond})
	var c sensors.Clip
	if err := src.Read(t.Context(), &c); err != nil || c.Samples[0] != 0.5 {
		t.Fatalf("got %v, %v, want 0.5", c.Samples, err)
	}
	if err := src.Read(t.Context(), &c); err == nil || !strings.HasSuffix(err.Error(), "exit status 1: frame 3999 of something that nobody wants to know about") {
		t.Errorf("got %v, want its last line", err)
	}
}

func TestExecReadEndsWithItsContext(t *testing.T) {
	src := start(t, "sleep 60", Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	begin := time.Now()
	var c sensors.Clip
	if err := src.Read(ctx, &c); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v after %v, want the context's end", err, time.Since(begin))
	}
}

// TestExecEndsWithAllItStarted closes a program that ignores what it is asked and has a child of its own.
func TestExecEndsWithAllItStarted(t *testing.T) {
	src := start(t, `trap '' TERM INT; sleep 60 & echo $! >"$0.pid"; printf '\000\100'; wait; sleep 60`, Options{Rate: 1000, Chunk: time.Millisecond})
	var c sensors.Clip
	if err := src.Read(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(src.(*program).cmd.Args[1] + ".pid")
	if err != nil {
		t.Fatal(err)
	}
	var child int
	if _, err := fmt.Sscan(string(text), &child); err != nil {
		t.Fatal(err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	if state := src.(*program).cmd.ProcessState; state == nil {
		t.Error("the program was not waited for")
	}
	for begin := time.Now(); ; { // its own child is waited for by others
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child))
		if err != nil || strings.Contains(string(state), ") Z ") {
			break
		}
		if time.Since(begin) > 10*time.Second {
			t.Fatalf("process %d still lives: %s", child, state)
		}
		_ = syscall.Kill(child, 0)
	}
	if err := src.Read(t.Context(), &c); err == nil {
		t.Error("got a clip from a closed microphone")
	}
}

func TestExecDoesNotAllocate(t *testing.T) {
	src := start(t, "cat /dev/zero", Options{Rate: 16000})
	var c sensors.Clip
	ctx := t.Context()
	if n := testing.AllocsPerRun(50, func() {
		if err := src.Read(ctx, &c); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("got %v allocations for a clip, want 0", n)
	}
}

// TestExecGivesItsPipeAsOthersDo looks for a flag on the program's end that would make its writes fail now and then.
func TestExecGivesItsPipeAsOthersDo(t *testing.T) {
	src := start(t, `grep flags /proc/self/fdinfo/1 >&2; exit 1`, Options{})
	var c sensors.Clip
	err := src.Read(t.Context(), &c)
	var flags uint32
	if _, scan := fmt.Sscanf(err.Error()[strings.LastIndex(err.Error(), "flags:"):], "flags: %o", &flags); scan != nil || flags&syscall.O_NONBLOCK != 0 {
		t.Errorf("got %v, %v, want flags without O_NONBLOCK", err, scan)
	}
}

func TestExecThatIsNotThere(t *testing.T) {
	open, err := New(Options{Device: "exec:no-such-recorder -f S16_LE"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(t.Context()); err == nil || !strings.Contains(err.Error(), `"no-such-recorder": executable file not found`) {
		t.Errorf("got %v, want that there is no such program", err)
	}
	for device, want := range map[string]string{"exec:": "no program", "exec: a 'b": "a ' that is not closed"} {
		if _, err := New(Options{Device: device}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", device, err, want)
		}
	}
}
