package sensors

import (
	"sync"
	"time"
)

// Clock is what the samples' times are read from. A nil one is the machine's. That of a simulated room may run faster, so
// that an hour of it passes in minutes and all that depends on times stays as it is: it must then be the clock of all
// sensors and of who reads them.
type Clock struct {
	start time.Time // what it shows until it runs
	speed float64

	mu  sync.Mutex
	ran time.Time // by the machine's clock; zero until Run
}

// NewClock returns a clock that shows start until it runs, and then runs speed times as fast as the machine's. A zero start
// is now; speed is above 0.
func NewClock(start time.Time, speed float64) *Clock {
	if !(speed > 0) {
		panic("sensors: a clock must run forward")
	}
	if start.IsZero() {
		start = time.Now()
	}
	return &Clock{start: start, speed: speed}
}

// Run lets the clock run from now on, unless it does already. It waits till then for models to be loaded, which would cost
// a fast room a good part of its story.
func (c *Clock) Run() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ran.IsZero() {
		c.ran = time.Now()
	}
}

// Now returns the clock's time. Differences of its times are not touched by jumps of the machine's clock.
func (c *Clock) Now() time.Time {
	if c == nil {
		return time.Now()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ran.IsZero() {
		return c.start
	}
	return c.start.Add(time.Duration(float64(time.Since(c.ran)) * c.speed))
}

// Real returns how long d of the clock's time is by the machine's, for timers. It is above 0 if d is.
func (c *Clock) Real(d time.Duration) time.Duration {
	if c == nil || d <= 0 {
		return d
	}
	return max(1, time.Duration(float64(d)/c.speed))
}
