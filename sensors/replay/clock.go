package replay

import (
	"context"
	"time"
)

// clock says when a recording's samples are due. It starts at the first wait.
type clock struct {
	fast  bool
	begin time.Time
	timer *time.Timer
}

// at is the time of the moment that lies offset into the recording.
func (c *clock) at(offset time.Duration) time.Time { return c.begin.Add(offset) }

// wait returns once offset has passed, at once if it has or if the clock is fast. It returns ctx's error if ctx ends.
func (c *clock) wait(ctx context.Context, offset time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.begin.IsZero() {
		c.begin = time.Now()
	}
	left := time.Until(c.at(offset))
	if c.fast || left <= 0 {
		return nil
	}
	if c.timer == nil {
		c.timer = time.NewTimer(left)
	} else {
		c.timer.Reset(left)
	}
	select {
	case <-c.timer.C:
		return nil
	case <-ctx.Done():
		c.timer.Stop()
		return ctx.Err()
	}
}
