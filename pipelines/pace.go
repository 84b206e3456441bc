package pipelines

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"edged/sensors"
)

// Waits between failed reads of a sensor: none after the first, then doubling.
const (
	firstWait = 100 * time.Millisecond
	longWait  = 2 * time.Second // a device that is back is seen soon
)

// backoff spaces the tries at something that fails.
type backoff struct{ next time.Duration }

// wait sleeps for the turn's time by a clock and reports whether ctx still lives.
func (b *backoff) wait(ctx context.Context, clock *sensors.Clock) bool {
	d := b.next
	b.next = min(max(2*d, firstWait), longWait)
	if d == 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(clock.Real(d))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (b *backoff) reset() { b.next = 0 }

// pacer lets through at most one thing per period on average. It forgives a tenth of a period of jitter, or a sensor
// that ticks at just the period would lose every second sample. When times go back, a sensor's clock having been set, it
// begins anew: what it let through then is no measure.
type pacer struct {
	every time.Duration // 0 lets all through
	next  time.Time
}

func (p *pacer) due(at time.Time) bool {
	if p.every <= 0 {
		return true
	}
	switch {
	case p.next.Sub(at) > 2*p.every:
		p.next = at
	case at.Before(p.next.Add(-p.every / 10)):
		return false
	}
	if p.next = p.next.Add(p.every); p.next.Before(at) {
		p.next = at.Add(p.every)
	}
	return true
}

// What quiet remembers: texts, and for how long.
const (
	quietTexts = 64
	quietFor   = 10 * time.Minute
)

// quiet logs a text once, and again only after quietFor. When too many different texts come in that time it is silent.
type quiet struct {
	log *slog.Logger

	mu   sync.Mutex
	said map[string]time.Time
}

func newQuiet(log *slog.Logger) *quiet {
	return &quiet{log: log, said: make(map[string]time.Time)}
}

func (q *quiet) warn(text string) {
	if q.first(text, time.Now()) {
		q.log.Warn(text)
	}
}

func (q *quiet) first(text string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, ok := q.said[text]; ok || len(q.said) >= quietTexts {
		for t, at := range q.said {
			if now.Sub(at) >= quietFor {
				delete(q.said, t)
			}
		}
		if _, ok := q.said[text]; ok || len(q.said) >= quietTexts {
			return false
		}
	}
	q.said[text] = now
	return true
}
