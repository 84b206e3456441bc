package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/pipelines/publish/outbox"
)

func open(t testing.TB, o outbox.Options) *outbox.Outbox {
	t.Helper()
	box, err := outbox.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func shut(t testing.TB, box *outbox.Outbox) {
	t.Helper()
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
}

func entry(i int) outbox.Entry {
	return outbox.Entry{Topic: fmt.Sprint("edged/porch/", i%7), Payload: fmt.Appendf(nil, `{"seq":%d}`, i), Alert: i%10 == 3, QoS: byte(i % 3)}
}

func put(t testing.TB, box *outbox.Outbox, entries ...outbox.Entry) {
	t.Helper()
	if err := box.Put(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
}

// next returns the next item, or ok false if there is none now.
func next(t testing.TB, box *outbox.Outbox, after uint64) (it outbox.Item, ok bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	it, err := box.Next(ctx, after)
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return it, err == nil
}

func same(a, b outbox.Entry) bool {
	return a.Topic == b.Topic && bytes.Equal(a.Payload, b.Payload) && a.Alert == b.Alert && a.QoS == b.QoS
}

func TestEntriesComeInOrderAndAgainAfterARestart(t *testing.T) {
	o := outbox.Options{Path: filepath.Join(t.TempDir(), "a", "outbox"), Gather: -1}
	box := open(t, o)
	const n = 500
	for i := 0; i < n; i += 5 {
		put(t, box, entry(i), entry(i+1), entry(i+2), entry(i+3), entry(i+4))
	}
	for round := range 3 {
		from := uint64(100 * round)
		for i := int(from); i < n; i++ {
			it, ok := next(t, box, from)
			if !ok || !same(it.Entry, entry(i)) || it.Earlier != (round > 0) || it.ID <= from {
				t.Fatalf("round %d, entry %d: got %+v %v", round, i, it, ok)
			}
			from = it.ID
		}
		if it, ok := next(t, box, from); ok {
			t.Fatalf("got %+v after the last", it)
		}
		box.Ack(uint64(100 * (round + 1)))
		if s := box.Stats(); s.Depth != n-100*(round+1) || s.Dropped != 0 || s.Damaged != 0 || s.Err != nil {
			t.Errorf("round %d: got %+v", round, s)
		}
		shut(t, box)
		box = open(t, o)
	}
	box.Ack(n)
	shut(t, box)
	left, err := os.ReadDir(o.Path)
	if err != nil || len(left) != 1 || left[0].Name() != "cursor" {
		t.Errorf("got %v %v in the folder, want the cursor alone", left, err)
	}
}

func TestOneProcessAtATime(t *testing.T) {
	o := outbox.Options{Path: t.TempDir()}
	box := open(t, o)
	if _, err := outbox.Open(o); err == nil || err.Error() != "outbox: "+o.Path+" is in use by another process" {
		t.Errorf("got %v", err)
	}
	shut(t, box)
	shut(t, open(t, o))
}

func TestWhatCannotBeKept(t *testing.T) {
	box := open(t, outbox.Options{Path: t.TempDir(), Limit: 64 << 10, Gather: -1})
	for _, e := range []outbox.Entry{
		{Topic: strings.Repeat("x", 1<<16)}, {Topic: "t", Payload: make([]byte, 32<<10)}, {Topic: "t", Payload: make([]byte, 65<<20)},
	} {
		if err := box.Put(t.Context(), entry(1), e); err == nil || !strings.HasPrefix(err.Error(), "outbox: ") {
			t.Errorf("got %v", err)
		}
	}
	put(t, box)
	if s := box.Stats(); s.Depth != 0 || s.Commits != 0 {
		t.Errorf("got %+v", s)
	}
	shut(t, box)
	if _, err := outbox.Open(outbox.Options{Path: t.TempDir(), Limit: 1000}); err == nil {
		t.Error("a limit of 1000 bytes is taken")
	}
	if err := box.Put(t.Context(), entry(1)); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if _, err := box.Next(t.Context(), 0); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := box.Close(); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestGroupCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := open(t, outbox.Options{Path: t.TempDir()})
		begin := time.Now()
		put(t, box, entry(0))
		if d := time.Since(begin); d != 0 {
			t.Errorf("the first commit took %v", d)
		}
		for i := range 100 {
			go func() { put(t, box, entry(i+1)) }()
		}
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := box.Put(short, entry(1000)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(48 * time.Millisecond)
		synctest.Wait()
		if s := box.Stats(); s.Depth != 1 || s.Commits != 1 {
			t.Errorf("got %+v after 49 ms", s)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if s := box.Stats(); s.Depth != 101 || s.Commits != 2 {
			t.Errorf("got %+v after 50 ms", s)
		}
		it, ok := next(t, box, 0)
		if time.Sleep(7 * time.Second); !ok || it.Age != 50*time.Millisecond {
			t.Errorf("got %+v", it)
		}
		if it, _ = next(t, box, it.ID); it.Age != 7*time.Second {
			t.Errorf("got %+v", it)
		}
		shut(t, box)
	})
}

func TestNextWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		box := open(t, outbox.Options{Path: t.TempDir()})
		go func() {
			time.Sleep(time.Hour)
			put(t, box, entry(1))
		}()
		begin := time.Now()
		it, err := box.Next(t.Context(), 0)
		if err != nil || !same(it.Entry, entry(1)) || time.Since(begin) != time.Hour {
			t.Errorf("got %+v %v after %v", it, err, time.Since(begin))
		}
		go func() {
			time.Sleep(time.Hour)
			shut(t, box)
		}()
		if _, err := box.Next(t.Context(), it.ID); !errors.Is(err, outbox.ErrClosed) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
	})
}
