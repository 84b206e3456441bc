package camera

import (
	"context"
	"errors"
	"sync"
	"time"

	"edged/sensors"
)

// pump reads a stream in a goroutine of its own, as fast as it comes, and keeps the newest picture for the reader.
type pump struct {
	next  func(*sensors.Frame) error // reads one picture; an error that wraps sensors.ErrLost is the last
	pace  pace
	fresh chan struct{} // holds one token when there is something to take
	ended chan struct{} // closed when the goroutine is gone

	mu     sync.Mutex
	newest sensors.Frame
	full   bool  // newest has not been taken
	lost   int   // pictures that newest replaced
	err    error // of a picture since the last Read
	end    error // why the stream is over
}

// startPump starts a pump that gives at most rate pictures a second; rate 0 gives all. It runs until next says that the
// stream is over, and then calls over, whose error is given to the reader.
func startPump(rate float64, next func(*sensors.Frame) error, over func(cause error) error) *pump {
	p := &pump{
		next: next, pace: pace{period: period(rate)},
		fresh: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	go p.run(over)
	return p
}

func (p *pump) run(over func(cause error) error) {
	defer close(p.ended)
	var f sensors.Frame
	for {
		err := p.next(&f)
		if errors.Is(err, sensors.ErrLost) {
			p.finish(over(err))
			return
		}
		p.put(&f, err)
	}
}

// put keeps f, or err if that is not nil. The pictures' memory goes round between newest and f.
func (p *pump) put(f *sensors.Frame, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f.Time = time.Now()
	switch {
	case err != nil:
		p.err = err
	case !p.pace.due(f.Time):
		return
	default:
		if p.full {
			p.lost++
		}
		p.newest, *f = *f, p.newest
		p.full = true
	}
	p.tell()
}

func (p *pump) finish(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end = err
	p.tell()
}

func (p *pump) tell() {
	select {
	case p.fresh <- struct{}{}:
	default:
	}
}

// read waits for the next picture and copies it to into.
func (p *pump) read(ctx context.Context, into *sensors.Frame) error {
	for {
		if done, err := p.take(into); done {
			return err
		}
		select {
		case <-p.fresh:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// take gives what there is: a picture before an error, so that the stream's last one is not withheld.
func (p *pump) take(into *sensors.Frame) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.full:
		sensors.Copy(into, &p.newest)
		into.Lost = p.lost
		p.full, p.lost = false, 0
		return true, nil
	case p.err != nil:
		err := p.err
		p.err = nil
		return true, err
	case p.end != nil:
		return true, p.end
	}
	return false, nil
}
