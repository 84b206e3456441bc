package kernel

import (
	"context"
	"sync"
	"sync/atomic"
)

// Pool runs loops on a fixed number of threads. Its goroutines live until Close, which waits for them. One goroutine
// at a time calls Run. A nil Pool runs everything on the caller.
type Pool struct {
	work    []chan *loop
	workers sync.WaitGroup
	loop    loop
	ctx     context.Context // of the kernels that run; nil for none
}

// loop is one Run: n iterations that threads take one by one.
type loop struct {
	n    int
	pool *Pool
	body func(i, thread int)
	next atomic.Int64
	done sync.WaitGroup
}

// NewPool returns a Pool of the given number of threads, the caller of Run being one of them.
func NewPool(threads int) *Pool {
	p := &Pool{}
	for t := 1; t < threads; t++ {
		work := make(chan *loop)
		p.work = append(p.work, work)
		p.workers.Go(func() {
			for l := range work {
				l.run(t)
				l.done.Done()
			}
		})
	}
	return p
}

// Threads returns how many threads Run uses: the bound of its body's thread number.
func (p *Pool) Threads() int {
	if p == nil {
		return 1
	}
	return len(p.work) + 1
}

// Watch makes ctx the context of the kernels that run from now on.
func (p *Pool) Watch(ctx context.Context) { p.ctx = ctx }

// Stopped reports whether the context has ended. A kernel whose work a hostile file can make endless asks every now and
// then, at most a second's work apart, and then returns with whatever it has: the caller looks at the context too.
func (p *Pool) Stopped() bool { return p != nil && p.ctx != nil && p.ctx.Err() != nil }

// Run calls body(i, thread) for each i in [0, n) and returns when all are done, or when the context has ended. Calls with
// the same thread number follow one another, so the number may pick a scratch buffer. Run allocates nothing if body does
// not.
func (p *Pool) Run(n int, body func(i, thread int)) {
	if p == nil || len(p.work) == 0 || n < 2 {
		for i := 0; i < n && !p.Stopped(); i++ {
			body(i, 0)
		}
		return
	}
	l := &p.loop
	l.n, l.pool, l.body = n, p, body
	l.next.Store(0)
	l.done.Add(len(p.work))
	for _, w := range p.work {
		w <- l
	}
	l.run(0)
	l.done.Wait()
	l.body = nil
}

func (l *loop) run(thread int) {
	for {
		i := int(l.next.Add(1)) - 1
		if i >= l.n || l.pool.Stopped() {
			return
		}
		l.body(i, thread)
	}
}

// Close ends the Pool's goroutines and waits for them.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	for _, w := range p.work {
		close(w)
	}
	p.workers.Wait()
}
