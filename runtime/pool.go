package runtime

import "edged/runtime/internal/interp"

// Pool is threads that sessions share, by Options.Pool. They sleep until an Invoke has work for them. An Invoke is one thread,
// the caller's; it takes those of the Pool that are free when it comes to a large operator, up to its Threads in all, and gives
// them back when it ends. So sessions that run at the same time share what there is, and none waits for another.
type Pool struct{ threads *interp.Helpers }

// NewPool starts a Pool for Invokes of up to so many threads, the caller's among them.
func NewPool(threads int) *Pool { return &Pool{interp.NewHelpers(max(1, threads) - 1)} }

// Threads returns how many threads an Invoke has at most.
func (p *Pool) Threads() int { return p.threads.Threads() }

// Close ends the Pool's threads. Its sessions may be closed before or after; until then they run on the callers' threads alone.
// It waits for Invokes that have borrowed threads.
func (p *Pool) Close() { p.threads.Close() }

// helpers returns the threads, nil if there is no Pool.
func (p *Pool) helpers() *interp.Helpers {
	if p == nil {
		return nil
	}
	return p.threads
}
