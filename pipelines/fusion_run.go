package pipelines

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// result joins what is there and concludes, if it is time.
func (f *fusion) result(ctx context.Context) (bool, error) {
	m := f.pipeline.moments
	m.mu.Lock()
	ok, err := false, error(nil)
	if now := m.now(); f.waits(now) == 0 {
		ok, err = f.join(now)
	}
	m.mu.Unlock()
	if err != nil || !ok {
		return false, err
	}
	return true, f.conclude(ctx)
}

// run works until the encoders have finished and nothing new is there, or ctx ends.
func (f *fusion) run(ctx context.Context, log *quiet) {
	f.engine(log)
	for f.wait(ctx) && f.turn(ctx, log) {
	}
}

// turn waits for a core, and concludes. What it is to give is due already.
func (f *fusion) turn(ctx context.Context, log *quiet) bool {
	due := time.Now()
	if !f.enter(ctx, due) {
		return false
	}
	defer f.leave()
	start := time.Now()
	f.spent(&f.stages.Wait, start.Sub(due))
	defer func() { f.rate.costs(time.Since(start) * time.Duration(f.seat.cores)) }()
	_, err := f.result(ctx)
	f.wrong(ctx, errors.Join(err, f.say(ctx)), log)
	f.engine(log)
	return true
}

// say makes events of what has been concluded.
func (f *fusion) say(ctx context.Context) error {
	for {
		if made, err := f.decode(ctx); !made {
			return err
		}
	}
}

// wait waits for the time of the next result, and returns false if there will be none.
func (f *fusion) wait(ctx context.Context) bool {
	for ctx.Err() == nil {
		over := f.isOver() // looked at first: nothing is put after it
		left, fresh := f.left()
		switch {
		case over && !fresh:
			return false
		case left == 0:
			return true
		}
		f.sleep(ctx, left, over)
	}
	return false
}

func (f *fusion) isOver() bool {
	select {
	case <-f.over:
		return true
	default:
		return false
	}
}

// left returns how long it is until the next result, and whether something new is there for it.
func (f *fusion) left() (time.Duration, bool) {
	m := f.pipeline.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	return f.waits(m.now()), f.fresh
}

// sleep waits until something happens, or for a time.
func (f *fusion) sleep(ctx context.Context, d time.Duration, over bool) {
	end := f.over
	if over {
		end = nil
	}
	d = f.pipeline.moments.clock.Real(d)
	if f.timer == nil {
		f.timer = time.NewTimer(d)
	} else {
		f.timer.Reset(d)
	}
	defer f.timer.Stop()
	select {
	case <-f.news:
	case <-f.timer.C:
	case <-end:
	case <-ctx.Done():
	}
}

// take is never asked for: a fusion takes no samples.
func (f *fusion) take(n number) error { return fmt.Errorf("sample %d is for a fusion", n) }

// event makes the next event of what has been concluded.
func (f *fusion) event(ctx context.Context) (made bool, err error) { return f.decode(ctx) }

// advance joins what is there now, whether or not it is time.
func (f *fusion) advance(ctx context.Context) error {
	m := f.pipeline.moments
	m.mu.Lock()
	ok, err := f.join(m.now())
	m.mu.Unlock()
	if err != nil || !ok {
		return err
	}
	return f.conclude(ctx)
}

// pass is never asked for: a fusion leaves nothing out.
func (f *fusion) pass() error { return errors.New("a window of a fusion was left out") }

func (f *fusion) replaying() {}
