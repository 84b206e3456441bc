package kernel

import (
	goruntime "runtime"
	"sync"
	"time"
)

// Helpers are threads that Pools borrow. Several sessions may share them: whoever wants some takes those that are free, as many
// as it may have, and waits for none. They live until Close.
type Helpers struct {
	all     int
	running sync.WaitGroup

	mu     sync.Mutex
	free   []*helper
	closed bool
}

// NewHelpers starts n threads.
func NewHelpers(n int) *Helpers {
	s := &Helpers{all: n}
	for range n {
		h := &helper{}
		h.state.init()
		h.state.Store(resting)
		s.free = append(s.free, h)
		s.running.Go(h.help)
	}
	return s
}

// Threads returns how many threads work together at most: the helpers, and one that has work for them.
func (s *Helpers) Threads() int { return s.all + 1 }

// lend appends free helpers to lent, up to most of them in all. More threads than processors only get into each other's way.
func (s *Helpers) lend(lent []*helper, most int) []*helper {
	most = min(most, goruntime.GOMAXPROCS(0)-1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(lent) < most && len(s.free) > 0 {
		last := len(s.free) - 1
		lent, s.free = append(lent, s.free[last]), s.free[:last]
	}
	return lent
}

// giveBack takes helpers that have nothing to do.
func (s *Helpers) giveBack(lent []*helper) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range lent {
		if s.closed {
			h.end()
			continue
		}
		h.state.CompareAndSwap(idle, resting)
		s.free = append(s.free, h)
	}
}

// Close ends the threads, each when its session gives it back, and waits for them. Sessions then run on alone, so they may be
// closed before or after.
func (s *Helpers) Close() {
	s.mu.Lock()
	s.closed = true
	for _, h := range s.free {
		h.end()
	}
	s.free = nil
	s.mu.Unlock()
	s.running.Wait()
}

// helper is a thread of Helpers.
type helper struct {
	state gate

	// Of the loop that it is called for.
	loop            *loop
	thread, threads int
}

// The states of a helper. It goes to sleep by itself, from idle after a while, from resting at once; whoever has borrowed it does
// the rest.
const (
	asleep  = iota
	resting // awake, but its session's Invoke is over
	idle    // awake: the next loop may come soon
	called  // for a loop
	working // on it
	ended
)

// patience is how long a thread looks for what the others of its session are about to do, before it sleeps. Between Invokes it
// does not.
const patience = 50 * time.Microsecond

// patient reports whether to look on, since then, and lets others run where it takes long.
func patient(since time.Time) bool {
	waited := time.Since(since)
	if waited > patience/20 {
		yield()
	}
	return waited < patience
}

// awake reports whether h looks for work.
func (h *helper) awake() bool { return h.state.Load() != asleep }

// call gives h a part in a loop, and wakes it if it sleeps.
func (h *helper) call(l *loop, thread, threads int) {
	h.loop, h.thread, h.threads = l, thread, threads
	if h.state.Swap(called) == asleep {
		h.state.wake()
	}
}

// end ends h, which works on nothing.
func (h *helper) end() {
	if h.state.Swap(ended) == asleep {
		h.state.wake()
	}
}

// help works on the loops for which h is called.
func (h *helper) help() {
	for h.awaits() {
		l := h.loop
		l.run(h.thread, h.threads)
		h.state.Store(idle) // before done: from then on it may be called again, or given back
		l.done()
	}
}

// awaits returns true when h has taken a call, and false when it is to end.
func (h *helper) awaits() bool {
	for since := time.Now(); ; {
		state := h.state.Load()
		switch {
		case state == ended:
			return false
		case state == called:
			if h.state.CompareAndSwap(called, working) {
				return true
			}
		case state == idle && patient(since):
		case h.state.CompareAndSwap(state, asleep):
			h.state.sleepWhile(asleep)
			since = time.Now()
		}
	}
}
