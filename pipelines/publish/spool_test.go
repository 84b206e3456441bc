package publish

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edged/pipelines/publish/outbox"
)

// keeping runs the keeper of a spool until the test ends or stop is called, which closes it.
func keeping(t *testing.T, path string) (s *spool, stop func()) {
	t.Helper()
	s = newSpool(outbox.Options{Path: path, Gather: -1}, 0, slog.New(slog.NewTextHandler(t.Output(), nil)))
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.keep(ctx, t.Context()) })
	return s, func() {
		cancel()
		wg.Wait()
		if err := s.close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSpoolKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outbox")
	s, stop := keeping(t, dir)
	put(t, s, "a", "b", "c")
	if err := s.sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.intake.Stats(); got.Depth != 0 {
		t.Errorf("got %+v in memory, want nothing", got)
	}
	s.Ack(next(t, s, "a"))
	next(t, s, "b")
	s.Rewind()
	if it := next(t, s, "b"); !it.disk || it.earlier {
		t.Errorf("got %+v, want it from the disk, of this run", it)
	}
	put(t, s, "d") // just before the end
	stop()

	s, stop = keeping(t, dir)
	if it := next(t, s, "b"); !it.earlier || !it.late(it.since) {
		t.Errorf("got %+v, want it of an earlier run", it)
	}
	if got := drain(s); got != "b c d" || s.Stats().Depth != 0 {
		t.Errorf("got %s, %+v; want b c d", got, s.Stats())
	}
	stop()
}

// TestSpoolWithoutADisk gives what was put from memory; when there is a disk it goes there, in the order of its putting.
func TestSpoolWithoutADisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		blocked := filepath.Join(dir, "file")
		if err := os.WriteFile(blocked, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s, stop := keeping(t, filepath.Join(blocked, "outbox"))
		synctest.Wait() // it could not be opened
		const want = "not a directory"
		for _, name := range []string{"a", "b", "!c"} {
			err := s.Put(message(name))
			if alert := name[0] == '!'; alert != (err == nil) || !alert && !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want %s unless it is an alert", name, err, want)
			}
		}
		if err := s.sync(t.Context()); err == nil || briefly(err) != "outbox: "+want {
			t.Errorf("got %v, want %s", err, want)
		}
		a := next(t, s, "a")
		next(t, s, "b")
		if err := os.Remove(blocked); err != nil {
			t.Fatal(err)
		}
		time.Sleep(historic + mendEvery)
		if err := s.sync(t.Context()); err != nil {
			t.Errorf("got %v, want all durable", err)
		}
		s.Ack(a)
		put(t, s, "d")
		if err := s.sync(t.Context()); err != nil {
			t.Error(err)
		}
		if got := drain(s); got != "a b !c d" {
			t.Errorf("got %s, want what was under way again, and in order", got)
		}
		stop()
	})
}

// TestSpoolTriesADiskAgain though all that is put is delivered from memory at once.
func TestSpoolTriesADiskAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "outbox")
		s, stop := keeping(t, dir)
		put(t, s, "a")
		if err := s.sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Ack(next(t, s, "a"))
		failed := errors.New("no space left")
		_ = s.settle(t.Context(), failed)
		time.Sleep(mendEvery) // nothing is there to try it with
		if err := s.failing(); err != failed {
			t.Errorf("got %v, want the disk still in doubt", err)
		}
		if err := s.Put(message("b")); err != failed {
			t.Errorf("got %v, want what failed before", err)
		}
		synctest.Wait()
		if err := s.failing(); err != nil {
			t.Errorf("got %v, want the disk tried", err)
		}
		if it := next(t, s, "b"); !it.disk {
			t.Errorf("got %+v from memory", it)
		}
		stop()
	})
}

// TestLateEventsAreCalledSo wherever they waited.
func TestLateEventsAreCalledSo(t *testing.T) {
	now := time.Now()
	for waited, want := range map[time.Duration]string{
		time.Second:  `{"seq":1`,
		time.Minute:  `{"seq":1,"historical":true}`,
		-time.Minute: `{"seq":1`,
	} {
		e := message("a")
		e.Payload, e.since = opened([]byte(`{"seq":1}`)), now.Add(-waited)
		if got := outboxEntries([]entry{e})[0]; string(got.Payload) != want {
			t.Errorf("after %v: got %s, want %s", waited, got.Payload, want)
		}
	}
	for payload, want := range map[string]string{
		`{"seq":1`: `{"seq":1,"historical":true}`, `{"values":{}}`: `{"values":{}}`, "\xff\xd8": "\xff\xd8", "": "",
		`{"seq":1,"historical":false}`: `{"seq":1,"historical":false}`,
	} {
		if got := closed([]byte(payload), true); string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	shared := []byte("{\"a\":1}")
	if got := fmt.Sprintf("%s %s", closed(opened(shared), false), shared); got != `{"a":1,"historical":false} {"a":1}` {
		t.Errorf("got %s", got)
	}
}
