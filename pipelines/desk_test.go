package pipelines

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestDeskGoesByDeadline lets eight wait for the two cores that one holds.
func TestDeskGoesByDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, now := newDesk(2), time.Now()
		first := newSeat(2)
		if first.due = now; !d.enter(t.Context(), first) {
			t.Fatal("nobody is at the desk, and it may not work")
		}
		var all sync.WaitGroup
		var mu sync.Mutex
		var order []int
		for i, ms := range []int{70, 30, 80, 10, 50, 20, 60, 40} {
			s := newSeat(0)
			s.due = now.Add(time.Duration(ms) * time.Millisecond)
			if i == 4 {
				s.cores = 3 // more than there are
			}
			d.fit(s)
			all.Go(func() {
				d.enter(t.Context(), s)
				mu.Lock()
				order = append(order, ms)
				mu.Unlock()
				time.Sleep(time.Duration(100+ms) * time.Millisecond)
				d.leave(s)
			})
			synctest.Wait()
		}
		d.leave(first)
		synctest.Wait()
		mu.Lock()
		if !slices.Equal(order, []int{10, 20}) && !slices.Equal(order, []int{20, 10}) {
			t.Errorf("got %d first, want 10 and 20", order)
		}
		mu.Unlock()
		all.Wait()
		if rest := []int{30, 40, 50, 60, 70, 80}; !slices.Equal(order[2:], rest) && !slices.Equal(order[2:], []int{30, 40, 50, 70, 60, 80}) {
			t.Errorf("got %d after that, want %d", order[2:], rest)
		}
		if d.free != 2 || len(d.queue) != 0 {
			t.Errorf("got %d free cores and %d waiting at the end", d.free, len(d.queue))
		}
	})
}

// TestDeskIsLeftByWhoIsStopped ends contexts of those that wait: who comes after them is let in.
func TestDeskIsLeftByWhoIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(2)
		holds, wide, next := newSeat(1), newSeat(2), newSeat(1)
		d.enter(t.Context(), holds)
		next.due = time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		gone, in := make(chan bool, 1), make(chan bool, 1)
		go func() { gone <- d.enter(ctx, wide) }()
		synctest.Wait()
		go func() { in <- d.enter(t.Context(), next) }()
		synctest.Wait()
		if len(in) > 0 {
			t.Error("one core's worth overtook who waits for two")
		}
		cancel()
		if <-gone || !<-in {
			t.Error("who was stopped may work, or who was not may not")
		}
		d.leave(holds)
		d.leave(next)
		for range 100 { // called and stopped at once
			if d.enter(ctx, wide) {
				d.leave(wide)
			}
		}
		if d.free != 2 || len(d.queue) != 0 {
			t.Errorf("got %d free cores and %d waiting at the end", d.free, len(d.queue))
		}
	})
}

func TestDeskAllocatesNothing(t *testing.T) {
	d, s, ctx := newDesk(1), newSeat(0), t.Context()
	if n := testing.AllocsPerRun(100, func() {
		d.enter(ctx, s)
		d.leave(s)
	}); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
