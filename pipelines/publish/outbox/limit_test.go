package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// TestRoomIsMade puts random amounts under a small limit, while some are acknowledged: the disk never holds more, each
// loss is counted, and alerts go last.
func TestRoomIsMade(t *testing.T) { synctest.Test(t, roomIsMade) }

func roomIsMade(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 2))
		alerts := []int{1, 5, 1000}[seed%3] // every, some, hardly any
		d := newDisk(seed)
		box, err := Open(Options{files: d, Gather: -1, Limit: leastLimit})
		if err != nil {
			t.Fatal(err)
		}
		var waits []Entry // in the order of acceptance
		var ids []uint64
		id, dropped, droppedAlerts := uint64(0), uint64(0), uint64(0)
		for step := range 400 {
			batch := make([]Entry, 1+rng.IntN(5))
			for i := range batch {
				size := rng.IntN(600)
				if rng.IntN(50) == 0 {
					size = rng.IntN(leastLimit / 12)
				}
				batch[i] = Entry{Topic: "t", Payload: fmt.Appendf(nil, "%d.%d %s", step, i, strings.Repeat("x", size)), Alert: rng.IntN(alerts) == 0}
			}
			if err := box.Put(context.Background(), batch...); err != nil {
				t.Fatal(err)
			}
			for _, e := range batch {
				id++
				waits, ids = append(waits, e), append(ids, id)
			}
			s := box.Stats()
			if used := d.used(); used > leastLimit+page || s.Bytes > leastLimit {
				t.Fatalf("seed %d, step %d: %d bytes are used, %d say the counters", seed, step, used, s.Bytes)
			}
			for n := s.Dropped - dropped; n > 0; n-- { // what is gone, by the rule
				i := slices.IndexFunc(waits, func(e Entry) bool { return !e.Alert })
				if s.DroppedAlerts > droppedAlerts && (i < 0 || n <= s.DroppedAlerts-droppedAlerts) {
					i = slices.IndexFunc(waits, func(e Entry) bool { return e.Alert })
				}
				waits, ids = slices.Delete(waits, i, i+1), slices.Delete(ids, i, i+1)
			}
			dropped, droppedAlerts = s.Dropped, s.DroppedAlerts
			if s.Depth != len(waits) {
				t.Fatalf("seed %d, step %d: got %+v, want %d waiting", seed, step, s, len(waits))
			}
			if rng.IntN(100) == 0 {
				n := rng.IntN(len(ids))
				box.Ack(ids[n])
				waits, ids = waits[n+1:], ids[n+1:]
			}
		}
		var want []string
		for _, e := range waits {
			want = append(want, string(e.Payload))
		}
		expect(t, fmt.Sprint("seed ", seed), words(t, box), want...)
		leave(box)
		if dropped == 0 {
			t.Errorf("seed %d: nothing was dropped", seed)
		}
	}
}

// TestManyAtOnce has several that put, one that delivers and one that looks, all at once.
func TestManyAtOnce(t *testing.T) {
	const putters, each = 4, 200
	d := newDisk(1)
	box := on(t, d)
	var wg sync.WaitGroup
	for p := range putters {
		wg.Go(func() {
			for i := range each {
				if err := box.Put(t.Context(), Entry{Topic: fmt.Sprint(p), Payload: fmt.Append(nil, i), Alert: p == 0}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		next := map[string]int{}
		last := uint64(0)
		for range putters * each {
			it, err := box.Next(t.Context(), last)
			if err != nil || it.ID != last+1 || string(it.Payload) != fmt.Sprint(next[it.Topic]) {
				t.Errorf("got %+v %v after %d", it, err, last)
				return
			}
			next[it.Topic]++
			last = it.ID
			box.Ack(last)
			box.Stats()
		}
	})
	wg.Wait()
	if s := box.Stats(); s.Depth != 0 || s.Commits > putters*each {
		t.Errorf("got %+v", s)
	}
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	expect(t, "in the end", words(t, on(t, d)))
}
