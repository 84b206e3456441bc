package pipelines

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// desk lets no more encoders work at once than there are cores. Of those that wait, the one goes next whose result is due
// first. Earliest deadline first meets all deadlines that any order meets (Liu and Layland 1973), but for this: an Invoke
// that has begun is not interrupted.
type desk struct {
	cores int

	mu    sync.Mutex
	free  int
	queue []*seat // by due; of the same time, in the order in which they came
}

// seat is an encoder's place at the desk. It is used again and again, so that waiting allocates nothing.
type seat struct {
	cores  int           // that it keeps busy
	due    time.Time     // its result, set before it enters
	called chan struct{} // 1 deep: it may work
}

// newDesk returns a desk; 0 cores are as many as anybody wants.
func newDesk(cores int) *desk {
	if cores <= 0 {
		cores = math.MaxInt
	}
	return &desk{cores: cores, free: cores}
}

func newSeat(cores int) *seat {
	if cores == 0 {
		cores = 1
	}
	return &seat{cores: max(0, cores), called: make(chan struct{}, 1)}
}

// fit readies a seat for this desk: who wants more cores than there are gets all.
func (d *desk) fit(s *seat) { s.cores = min(s.cores, d.cores) }

// enter waits until s may work, and returns false if ctx ends before that.
func (d *desk) enter(ctx context.Context, s *seat) bool {
	d.mu.Lock()
	d.line(s)
	d.call()
	d.mu.Unlock()
	select {
	case <-s.called:
		return true
	case <-ctx.Done():
		d.giveUp(s)
		return false
	}
}

// line puts s behind all that are due before it.
func (d *desk) line(s *seat) {
	at := len(d.queue)
	for at > 0 && d.queue[at-1].due.After(s.due) {
		at--
	}
	d.queue = slices.Insert(d.queue, at, s)
}

// call lets the first in the queue work, as long as there are cores for it. Nobody overtakes one who wants several: it would
// wait for ever.
func (d *desk) call() {
	for len(d.queue) > 0 && d.queue[0].cores <= d.free {
		d.free -= d.queue[0].cores
		d.queue[0].called <- struct{}{}
		d.queue = slices.Delete(d.queue, 0, 1)
	}
}

// leave makes room for the next.
func (d *desk) leave(s *seat) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.free += s.cores
	d.call()
}

// giveUp takes s out of the queue. It may have been called just now.
func (d *desk) giveUp(s *seat) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if at := slices.Index(d.queue, s); at >= 0 {
		d.queue = slices.Delete(d.queue, at, at+1)
		d.call()
		return
	}
	<-s.called
	d.free += s.cores
	d.call()
}
