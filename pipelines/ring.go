package pipelines

import (
	"context"
	"sync"
	"time"

	"edged/sensors"
)

// ring holds the newest samples of an encoder's sensors. One goroutine for each sensor pushes and one pops. Slots keep their
// buffers, and pop swaps a slot with the popper's own sample, so that in steady state nothing is allocated.
type ring[T sensors.Sample] struct {
	block bool           // push waits when full, instead of dropping the oldest
	took  func(n number) // told of each sample that is popped, before anything else happens to the ring
	ready chan struct{}  // 1 deep: something was pushed, or the ring was closed
	space chan struct{}  // 1 deep: something was popped

	mu      sync.Mutex
	slots   []slot[T]
	head, n int
	lost    int // frames of sound in the clips dropped since the last pop; −1 if a recording began among them
	dropped uint64
	sensors uint64 // how many push
	closed  uint64 // how many of them never will again
}

// slot is a sample, which of its sensor's it is, and when it came.
type slot[T sensors.Sample] struct {
	sample T
	number number
	came   time.Time
}

// number says which sample of which sensor one is: sample n of sensor k of an encoder's K is n·K + k. Of one sensor it is
// the sample's own number, from 1.
type number uint64

// outlet is an encoder's ring as one of its sensors sees it.
type outlet[T sensors.Sample] struct {
	ring  *ring[T]
	place uint64 // the sensor's
}

func (o outlet[T]) push(ctx context.Context, s *T, n uint64) {
	o.ring.push(ctx, s, number(n*o.ring.sensors+o.place))
}

func newRing[T sensors.Sample](depth int, block bool) *ring[T] {
	return &ring[T]{
		block: block,
		took:  func(number) {},
		slots: make([]slot[T], depth),
		ready: make(chan struct{}, 1),
		space: make(chan struct{}, 1),

		sensors: 1,
	}
}

// push copies s in, sample n. It waits only in a ring that blocks, and then no longer than ctx.
func (r *ring[T]) push(ctx context.Context, s *T, n number) {
	for !r.tryPush(s, n) {
		select {
		case <-r.space:
		case <-ctx.Done():
			return
		}
	}
	signal(r.ready)
}

func (r *ring[T]) tryPush(s *T, n number) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.n == len(r.slots) {
		if r.block {
			return false
		}
		r.drop()
	}
	if r.n == 0 {
		r.head = 0 // as a rule one slot is enough then, and the others never hold anything
	}
	to := &r.slots[(r.head+r.n)%len(r.slots)]
	sensors.Copy(&to.sample, s)
	to.number, to.came = n, time.Now()
	r.n++
	return true
}

// drop leaves out the oldest.
func (r *ring[T]) drop() {
	r.lost = joinLost(r.lost, soundIn(&r.slots[r.head].sample))
	r.head = (r.head + 1) % len(r.slots)
	r.n--
	r.dropped++
}

// oldest swaps the oldest into *into.
func (r *ring[T]) oldest(into *T) {
	from := &r.slots[r.head]
	from.sample, *into = *into, from.sample
	r.head = (r.head + 1) % len(r.slots)
	r.n--
	addLost(into, r.lost)
	r.lost = 0
	r.took(from.number)
}

// replaying readies an empty ring for a replay, where nobody waits: it has room for the one sample more that had been given
// and was not yet in the ring.
func (r *ring[T]) replaying() {
	r.block = false
	r.slots = make([]slot[T], len(r.slots)+1)
}

// take swaps the sample n into *into, dropping those of its sensor before it. It returns false if it is not there. Those of
// other sensors stay: they may have come later when n was first taken.
func (r *ring[T]) take(n number, into *T) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := 0; i < r.n; {
		at := r.at(i).number
		if uint64(at)%r.sensors != uint64(n)%r.sensors || at > n {
			i++
			continue
		}
		r.toFront(i)
		if at == n {
			r.oldest(into)
			return true
		}
		r.drop()
	}
	return false
}

// at returns the ith oldest.
func (r *ring[T]) at(i int) *slot[T] { return &r.slots[(r.head+i)%len(r.slots)] }

// toFront makes the ith the oldest.
func (r *ring[T]) toFront(i int) {
	for ; i > 0; i-- {
		a, b := r.at(i-1), r.at(i)
		*a, *b = *b, *a
	}
}

// await waits for a sample, and returns when the oldest came. It returns false when the ring is closed and empty, or ctx has
// ended.
func (r *ring[T]) await(ctx context.Context) (came time.Time, ok bool) {
	for ctx.Err() == nil {
		came, ok, over := r.look()
		if ok || over {
			return came, ok
		}
		select {
		case <-r.ready:
		case <-ctx.Done():
		}
	}
	return came, false
}

// look returns when the oldest sample came, if there is one, and else whether there will never be another.
func (r *ring[T]) look() (came time.Time, ok, over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.slots[r.head].came, r.n > 0, r.closed == r.sensors
}

// pop swaps the oldest sample, which await has found, into *into, and returns when it came. While its encoder waited for a
// core a newer one may have taken its place.
func (r *ring[T]) pop(into *T) (came time.Time) {
	r.mu.Lock()
	came = r.slots[r.head].came
	r.oldest(into)
	r.mu.Unlock()
	signal(r.space)
	return came
}

// close says that a sensor will push nothing more.
func (r *ring[T]) close() {
	r.mu.Lock()
	r.closed++
	r.mu.Unlock()
	signal(r.ready)
}

func (r *ring[T]) drops() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// soundIn returns how many frames go missing with s: those it holds and those lost before it. It is −1 for the first
// clip of a recording, as in Clip.Lost, and 0 for what is not sound.
func soundIn[T sensors.Sample](s *T) int {
	c, ok := any(s).(*sensors.Clip)
	switch {
	case !ok:
		return 0
	case c.Lost < 0:
		return -1
	}
	return c.Lost + len(c.Samples)/max(1, c.Channels)
}

// addLost tells a clip of the frames that were dropped before it, for its preparer must not join what is not adjacent.
func addLost[T sensors.Sample](s *T, lost int) {
	if c, ok := any(s).(*sensors.Clip); ok {
		c.Lost = joinLost(c.Lost, lost)
	}
}

func joinLost(a, b int) int {
	if a < 0 || b < 0 {
		return -1
	}
	return a + b
}
