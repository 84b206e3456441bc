package kernel

import (
	"context"
	"fmt"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// newEager returns a Pool that shares whatever it runs.
func newEager(t *testing.T, threads int) *Pool {
	processors(t, threads)
	p := NewPool(threads, nil)
	p.limits = limits{share: 1, wake: 1}
	t.Cleanup(p.Close)
	return p
}

// processors makes sure that there are so many, if but in name.
func processors(t testing.TB, n int) {
	had := goruntime.GOMAXPROCS(0)
	if had < n {
		goruntime.GOMAXPROCS(n)
		t.Cleanup(func() { goruntime.GOMAXPROCS(had) })
	}
}

const dear Cost = 1 << 40 // worth any trouble

// Each iteration runs once, and no two at a time have the same thread number: they could not share a buffer.
func TestPoolRunsEachIterationOnce(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 5} {
		var pool *Pool
		if threads > 0 {
			pool = newEager(t, threads)
		}
		for _, n := range []int{0, 1, 2, 3, 100} {
			for range 20 { // some of which begin before the last one's helpers are asleep
				runOnce(t, pool, n)
			}
		}
	}
}

func runOnce(t *testing.T, pool *Pool, n int) {
	ran, busy := make([]atomic.Int32, n), make([]atomic.Bool, pool.Threads())
	pool.Run(n, dear, func(i, thread int) {
		if busy[thread].Swap(true) {
			t.Errorf("thread %d runs two iterations at a time", thread)
		}
		ran[i].Add(1)
		busy[thread].Store(false)
	})
	for i := range ran {
		if got := ran[i].Load(); got != 1 {
			t.Errorf("%d threads: iteration %d of %d ran %d times", pool.Threads(), i, n, got)
		}
	}
}

// A helper that does not come in time is not waited for: the caller does its share.
func TestPoolDoesNotWaitForWhoHasNotBegun(t *testing.T) {
	pool := NewPool(2, NewHelpers(1))
	defer pool.helpers.Close()
	pool.lent = append(pool.lent, &helper{}) // whom nobody is behind
	pool.lent[0].state.Store(idle)
	runOnce(t, pool, 50)
	if got := pool.lent[0].state.Load(); got != idle {
		t.Errorf("its state is %d, want that it is no longer called", got)
	}
}

// All threads take part: each waits until the others have come.
func TestPoolSharesAmongAll(t *testing.T) {
	const threads = 4
	pool := newEager(t, threads)
	var wait sync.WaitGroup
	wait.Add(threads)
	pool.Run(threads, dear, func(int, int) {
		wait.Done()
		wait.Wait()
	})
}

// The caller's share is contiguous, and so is what is left of the others'.
func TestSharesAreTakenFromBothEnds(t *testing.T) {
	var s share
	s.left.Store(3<<32 | 6)
	for _, want := range []struct {
		take  func() (int, bool)
		i     int
		empty bool
	}{{s.first, 3, false}, {s.last, 5, false}, {s.first, 4, false}, {s.first, 0, true}, {s.last, 0, true}} {
		if i, ok := want.take(); i != want.i || ok == want.empty {
			t.Errorf("got %d, %v, want %d, %v", i, ok, want.i, !want.empty)
		}
	}
}

func TestPoolLeavesSmallLoopsToTheCaller(t *testing.T) {
	processors(t, 4)
	pool := NewPool(4, nil)
	defer pool.Close()
	for _, c := range []struct {
		cost Cost
		want int
	}{{0, 1}, {leastShare, 1}, {2 * leastShare, 2}, {3 * leastShare, 3}, {100 * leastShare, 4}} {
		if got := pool.Worth(c.cost); got != c.want {
			t.Errorf("a cost of %d is worth %d threads, want %d", c.cost, got, c.want)
		}
	}
	pool.Run(100, leastWake-1, func(_, thread int) {
		if thread != 0 {
			t.Errorf("thread %d runs, want the caller alone: the others sleep", thread)
		}
	})
	if len(pool.lent) != 0 {
		t.Errorf("borrowed %d helpers for a small loop", len(pool.lent))
	}
}

// Pools that share helpers run at the same time, each with what is free, and nothing is lost when the helpers end first.
func TestPoolsShareHelpers(t *testing.T) {
	processors(t, 4)
	helpers := NewHelpers(3)
	var all sync.WaitGroup
	pools := make([]*Pool, 3)
	for i := range pools {
		pools[i] = NewPool(i, helpers) // as many threads as there are, 1, 2
		if got, want := pools[i].Threads(), []int{4, 1, 2}[i]; got != want {
			t.Errorf("pool %d has %d threads, want %d", i, got, want)
		}
		all.Go(func() {
			for range 200 {
				pools[i].Watch(context.Background())
				runOnce(t, pools[i], 10)
				runOnce(t, pools[i], 10)
				pools[i].Release()
			}
		})
	}
	all.Wait()
	if len(helpers.free) != 3 {
		t.Errorf("%d of 3 helpers came back", len(helpers.free))
	}
	helpers.Close()
	runOnce(t, pools[0], 10)
	if len(pools[0].lent) != 0 {
		t.Error("borrowed a helper that has ended")
	}
	for _, p := range pools {
		p.Close()
	}
}

// Close waits for what a session has borrowed.
func TestHelpersEndWhenTheyAreGivenBack(t *testing.T) {
	processors(t, 2)
	helpers := NewHelpers(1)
	pool := NewPool(2, helpers)
	runOnce(t, pool, 10)
	closed := make(chan struct{})
	go func() {
		helpers.Close()
		close(closed)
	}()
	runOnce(t, pool, 10)
	select {
	case <-closed:
		t.Error("closed while a session had a helper")
	default:
	}
	pool.Release()
	<-closed
}

func TestPoolAllocatesNothing(t *testing.T) {
	pool := newEager(t, 3)
	body := func(int, int) {}
	pool.Run(30, dear, body)
	if n := testing.AllocsPerRun(100, func() {
		pool.Watch(t.Context())
		pool.Run(30, dear, body)
		pool.Release()
	}); n != 0 {
		t.Errorf("%v allocations in a Run", n)
	}
}

func TestPoolStopsWithItsContext(t *testing.T) {
	for _, threads := range []int{1, 3} {
		pool := newEager(t, threads)
		ctx, stop := context.WithCancel(t.Context())
		pool.Watch(ctx)
		var ran atomic.Int32
		pool.Run(1000, dear, func(int, int) {
			switch n := ran.Add(1); {
			case n == 5:
				stop()
			case n > 5: // began before the stop
				<-ctx.Done()
			}
		})
		if got := int(ran.Load()); got < 5 || got >= 5+threads {
			t.Errorf("%d threads: %d iterations ran after a stop at the fifth", threads, got)
		}
	}
}

// BenchmarkPool shows from which length on a loop is worth sharing: ns of one thread, and of two whose helper is awake, or has
// slept.
func BenchmarkPool(b *testing.B) {
	processors(b, 2)
	for _, length := range []time.Duration{0, time.Microsecond, 2 * time.Microsecond, 5 * time.Microsecond, 10 * time.Microsecond, 20 * time.Microsecond, 50 * time.Microsecond} {
		for _, c := range []struct {
			name    string
			threads int
			rest    bool
		}{{"alone", 1, false}, {"awake", 2, false}, {"asleep", 2, true}} {
			b.Run(fmt.Sprintf("%v/%s", length, c.name), func(b *testing.B) { benchmarkPool(b, length, c.threads, c.rest) })
		}
	}
}

// benchmarkPool runs loops of that length in 8 iterations.
func benchmarkPool(b *testing.B, length time.Duration, threads int, rest bool) {
	pool := NewPool(threads, nil)
	pool.limits = limits{share: 1, wake: 1}
	defer pool.Close()
	body := func(int, int) {
		for since := time.Now(); time.Since(since) < length/8; {
		}
	}
	var took time.Duration
	for b.Loop() {
		if rest {
			pool.Release()
			for pool.helpers.free[0].state.Load() != asleep {
				goruntime.Gosched()
			}
		}
		since := time.Now()
		pool.Run(8, dear, body)
		took += time.Since(since)
	}
	b.ReportMetric(float64(took.Nanoseconds())/float64(b.N), "ns/loop")
}
