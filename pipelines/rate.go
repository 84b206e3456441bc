package pipelines

import (
	"fmt"
	"sync/atomic"
	"time"
)

// rate lowers how often an encoder runs while it costs more than its share of the cores.
type rate struct {
	cost   atomic.Int64 // nanoseconds of a core for a window: a running mean; 0 until there was one
	shares []*shares    // that it has a part in
	pace   pacer        // while it costs too much: of when samples came, by the machine's clock
	skips  skips
}

// memory is of how many windows a running mean is, about.
const memory = 8

// costs notes what a window cost.
func (r *rate) costs(d time.Duration) {
	was := r.cost.Load()
	if was == 0 {
		was = int64(d)
	}
	r.cost.Store(max(1, was+(int64(d)-was)/memory))
}

// wants returns how many cores the encoder would keep busy at its own rate: no more than an Invoke does, be it ever so slow.
func (s *stage) wants() float64 {
	period := s.pipeline.moments.clock.Real(s.Period)
	if period <= 0 {
		return 0
	}
	return min(float64(s.rate.cost.Load())/float64(period), float64(max(1, s.seat.cores)))
}

// affords says whether the encoder may run on what came at a time. It is asked before each run, and counts on it. When it is
// asked does not matter: an encoder that is behind leaves out what came meanwhile.
func (s *stage) affords(came time.Time) bool {
	r := &s.rate
	period := s.affordable()
	if period <= 0 {
		r.pace.next = came.Add(s.pipeline.moments.clock.Real(s.Period))
		return true
	}
	r.pace.every = period
	return r.pace.due(came)
}

// broke says whether the encoder may not run on what came at a time, without counting.
func (s *stage) broke(came time.Time) bool {
	period := s.affordable()
	return period > 0 && came.Before(s.rate.pace.next.Add(-period/10))
}

// affordable returns how far apart the encoder may run, by its share and to save; 0 is as ever.
func (s *stage) affordable() time.Duration { return s.thrifty(s.shared()) }

// shared returns how far apart the encoder may run: 0 if it has no more than its share. One that is too slow for its own
// period has less than it wants, whatever the others do, so that what waits for it does not grow.
func (s *stage) shared() time.Duration {
	if len(s.rate.shares) == 0 {
		return 0
	}
	period := float64(s.pipeline.moments.clock.Real(s.Period))
	cost, level := float64(s.rate.cost.Load()), float64(max(1, s.seat.cores))*(1-spared)
	for _, to := range s.rate.shares {
		level = min(level, to.level())
	}
	if cost <= level*period {
		return 0
	}
	return time.Duration(cost / level)
}

// skips are the windows in a row that an encoder left out: since its last result, and before that. They are guarded by the
// lock of the Group's moments, and change with steps alone, so that a replay's events say the same.
type skips struct {
	since, before int
}

// skip leaves out a window.
func (s *stage) skip() {
	s.leftOut()
	m := s.pipeline.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	s.rate.skips.since++
	m.tell(Step{What: Skipped, At: m.now(), Pipeline: s.pipeline.name, Encoder: s.place})
}

// toldOf notes that something has been told of the newest result. The moments' lock must be held.
func (s *stage) toldOf() {
	if s.news {
		s.news = false
		s.rate.skips.before, s.rate.skips.since = s.rate.skips.since, 0
	}
}

// lacks says how many windows the encoder leaves out; nothing if it does not. The moments' lock must be held.
func (s *stage) lacks() string {
	n := max(s.rate.skips.since, s.rate.skips.before)
	if n == 0 {
		return ""
	}
	why := "for want of time"
	if s.saves() {
		why = "to stay within the limits"
	}
	return fmt.Sprintf("%s: %s leaves out %d of %d windows %s", s.sensor, s.Model, n, n+1, why)
}
