package kernel

import (
	"context"
	"sync/atomic"
	"testing"
)

// Each iteration runs once, and no two at a time have the same thread number: they could not share a buffer.
func TestPoolRunsEachIterationOnce(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 5} {
		pool := NewPool(threads)
		if threads == 0 {
			pool.Close()
			pool = nil
		}
		for _, n := range []int{0, 1, 2, 3, 100} {
			ran, busy := make([]atomic.Int32, n), make([]atomic.Bool, pool.Threads())
			pool.Run(n, func(i, thread int) {
				if busy[thread].Swap(true) {
					t.Errorf("thread %d runs two iterations at a time", thread)
				}
				ran[i].Add(1)
				busy[thread].Store(false)
			})
			for i := range ran {
				if got := ran[i].Load(); got != 1 {
					t.Errorf("%d threads: iteration %d of %d ran %d times", threads, i, n, got)
				}
			}
		}
		pool.Close()
	}
}

func TestPoolStopsWithItsContext(t *testing.T) {
	for _, threads := range []int{1, 3} {
		pool := NewPool(threads)
		ctx, stop := context.WithCancel(t.Context())
		pool.Watch(ctx)
		var ran atomic.Int32
		pool.Run(1000, func(int, int) {
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
		pool.Close()
	}
}
