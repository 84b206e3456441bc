package sim

import (
	"context"
	"time"

	"edged/sensors"
)

// pace lets the readers of a story wait for its times.
type pace struct {
	clock *sensors.Clock
	fast  bool // nobody waits
	timer *time.Timer
}

// wait returns at a time, at once if that has passed. It returns ctx's error if ctx ends.
func (p *pace) wait(ctx context.Context, until time.Time) error {
	left := p.clock.Real(until.Sub(p.clock.Now()))
	if p.fast || left <= 0 {
		return ctx.Err()
	}
	if p.timer == nil {
		p.timer = time.NewTimer(left)
	} else {
		p.timer.Reset(left)
	}
	select {
	case <-p.timer.C:
		return nil
	case <-ctx.Done():
		p.timer.Stop()
		return ctx.Err()
	}
}
