package kernel

import (
	"context"
	"slices"
	"sync/atomic"
	"time"
)

// Pool runs the loops of one session on several threads: the caller's own, and Helpers that it borrows with the first loop
// that is worth it, until Release. One goroutine at a time calls its methods, but for Stopped. A nil Pool runs everything
// on the caller.
type Pool struct {
	threads int // at most, the caller's among them
	helpers *Helpers
	own     bool // nobody else has these helpers
	limits  limits
	ctx     context.Context // of the kernels that run; nil for none
	lent    []*helper
	team    []*helper // those that a loop is shared with
	loop    loop
}

// limits say which loops are worth sharing.
type limits struct {
	share Cost // of each thread at least
	wake  Cost // of a loop at least for which helpers are awoken
}

// On two cores of a Zen 4 server a helper that is awake cost its caller 0.1 µs. One that slept cost 2 to 4 µs at best and came
// 5 µs later: a loop of 16 µs took 18 with it, one of 32 took 27, one of 64 took 44.
const (
	leastShare Cost = 2_000
	leastWake  Cost = 20_000
)

// NewPool returns a Pool of so many threads, the caller of Run being one of them. It borrows the others from helpers, whose
// number is a bound too: of 0 threads as many as those allow. Without helpers it has its own.
func NewPool(threads int, helpers *Helpers) *Pool {
	p := &Pool{threads: max(1, threads), helpers: helpers, limits: limits{share: leastShare, wake: leastWake}}
	switch {
	case helpers != nil && (threads < 1 || threads > helpers.Threads()):
		p.threads = helpers.Threads()
	case helpers == nil && threads > 1:
		p.helpers, p.own = NewHelpers(threads-1), true
	}
	p.loop.pool, p.loop.shares = p, make([]share, p.threads)
	p.loop.busy.init()
	p.lent, p.team = make([]*helper, 0, p.threads), make([]*helper, 0, p.threads)
	return p
}

// Threads returns how many threads Run uses at most: the bound of its body's thread number.
func (p *Pool) Threads() int {
	if p == nil {
		return 1
	}
	return p.threads
}

// Worth returns how many threads at most share a loop of that cost.
func (p *Pool) Worth(cost Cost) int {
	if p == nil {
		return 1
	}
	return int(max(1, min(Cost(p.threads), cost/p.limits.share)))
}

// Watch makes ctx the context of the kernels that run from now on.
func (p *Pool) Watch(ctx context.Context) { p.ctx = ctx }

// Stopped reports whether the context has ended. A kernel whose work a hostile file can make endless asks every now and
// then, at most a second's work apart, and then returns with whatever it has: the caller looks at the context too.
func (p *Pool) Stopped() bool { return p != nil && p.ctx != nil && p.ctx.Err() != nil }

// Run calls body(i, thread) for each i in [0, n) and returns when all are done, or when the context has ended. Each thread
// has a share of its own, one iteration after the other, and helps with the end of others' when it is through. Calls with the
// same thread number follow one another, so the number may pick a scratch buffer. A loop that costs little runs on the
// caller alone. Run allocates nothing if body does not.
func (p *Pool) Run(n int, cost Cost, body func(i, thread int)) {
	if threads := min(p.Worth(cost), n); threads > 1 && p.gather(threads-1, cost >= p.limits.wake) {
		p.loop.share(p.team, n, body)
		return
	}
	for i := 0; i < n && !p.Stopped(); i++ {
		body(i, 0)
	}
}

// shares reports whether a loop of that cost would be shared now.
func (p *Pool) shares(cost Cost) bool {
	if p.Worth(cost) < 2 {
		return false
	}
	return cost >= p.limits.wake || slices.ContainsFunc(p.lent, (*helper).awake)
}

// gather makes a team of at most so many helpers, of those alone that are awake if the others may not be awoken.
func (p *Pool) gather(most int, wake bool) bool {
	if wake && len(p.lent) < p.threads-1 {
		p.lent = p.helpers.lend(p.lent, p.threads-1)
	}
	p.team = p.team[:0]
	for _, h := range p.lent {
		if len(p.team) < most && (wake || h.awake()) {
			p.team = append(p.team, h)
		}
	}
	return len(p.team) > 0
}

// Release ends what Watch began, and gives the helpers back.
func (p *Pool) Release() {
	p.ctx = nil
	if len(p.lent) > 0 {
		p.helpers.giveBack(p.lent)
		p.lent = p.lent[:0]
	}
}

// Close releases the helpers, and ends them if they are the Pool's own.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	p.Release()
	if p.own {
		p.helpers.Close()
	}
}

// loop is one Run.
type loop struct {
	pool   *Pool
	body   func(i, thread int)
	shares []share // by thread

	busy   gate        // helpers that have, or are given, a part in it
	asleep atomic.Bool // the caller, until nobody is busy
}

// share runs n iterations with a team. A helper that has not begun when all is done is not waited for.
func (l *loop) share(team []*helper, n int, body func(i, thread int)) {
	l.body = body
	threads := len(team) + 1
	at := func(t int) uint64 { return uint64(t) * uint64(n) / uint64(threads) }
	for t := range threads {
		l.shares[t].left.Store(at(t)<<32 | at(t+1))
	}
	l.busy.Store(int32(len(team)))
	for i, h := range team {
		h.call(l, i+1, threads)
	}
	l.run(0, threads)
	for _, h := range team {
		if h.state.CompareAndSwap(called, idle) {
			l.busy.Add(-1)
		}
	}
	l.wait()
	l.body = nil
}

// run does a thread's share, and then what others have left of theirs.
func (l *loop) run(thread, threads int) {
	for {
		i, ok := l.shares[thread].first()
		if !ok {
			break
		}
		if l.pool.Stopped() {
			return
		}
		l.body(i, thread)
	}
	for other := thread + 1; other < thread+threads; other++ {
		for {
			i, ok := l.shares[other%threads].last()
			if !ok {
				break
			}
			if l.pool.Stopped() {
				return
			}
			l.body(i, thread)
		}
	}
}

// done takes a helper from the loop. The next one may have begun when it wakes the caller, who looks whether it should be.
func (l *loop) done() {
	if l.busy.Add(-1); l.asleep.Load() {
		l.busy.wake()
	}
}

// wait returns when no helper is busy. They are about to be done, so it looks for a while before it sleeps.
func (l *loop) wait() {
	for since := time.Now(); l.busy.Load() > 0; {
		if patient(since) {
			continue
		}
		l.asleep.Store(true)
		if n := l.busy.Load(); n > 0 {
			l.busy.sleepWhile(n)
		}
		l.asleep.Store(false)
	}
}

// share is the iterations [first, last) of a thread that are left: first is the upper half. Two threads take them from both
// ends. It has a cache line for itself.
type share struct {
	left atomic.Uint64
	_    [56]byte
}

func (s *share) first() (i int, ok bool) {
	for {
		v := s.left.Load()
		if v>>32 >= v&(1<<32-1) {
			return 0, false
		}
		if s.left.CompareAndSwap(v, v+1<<32) {
			return int(v >> 32), true
		}
	}
}

func (s *share) last() (i int, ok bool) {
	for {
		v := s.left.Load()
		if v>>32 >= v&(1<<32-1) {
			return 0, false
		}
		if s.left.CompareAndSwap(v, v-1) {
			return int(v&(1<<32-1)) - 1, true
		}
	}
}
