package sensors

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"
	"time"
)

// ErrLost is wrapped by the error of a Read after which the device must be opened again: it was unplugged, its driver
// gave up, its program ended. Other errors are about one sample, and the next may be whole.
var ErrLost = errors.New("device lost")

// Opener opens a device. It returns an error that says what is missing, and what to do, while the device is not there.
// It must return soon: within a second or two.
type Opener[T Sample] func(ctx context.Context) (Source[T], error)

// LiveOptions says how a device is watched. The zero value works.
type LiveOptions struct {
	// Silence is how long an open device may give nothing before it is opened again; 0 is 3 s.
	Silence time.Duration
	// Pause is the least time from one opening to the next, for a program, say, that ends as soon as it has written a
	// little; 0 is a second.
	Pause time.Duration
}

// Live is a Source whose device may come late, go and come back. Each Read opens the device if it is not open; a Read
// that loses it returns the error, and the next one tries to open it again. It does not wait between tries that fail: who
// reads does. Memory and descriptors of a lost device are freed before Read returns.
type Live[T Sample] struct {
	open    Opener[T]
	silence silence
	pause   time.Duration
	opened  time.Time // last
	dev     Source[T] // nil while not open
	closed  bool
	opens   atomic.Uint64
	anew    atomic.Bool // close the device before the next Read
}

// NewLive returns a Source of what open opens, which is first called by the first Read.
func NewLive[T Sample](open Opener[T], o LiveOptions) *Live[T] {
	if o.Silence == 0 {
		o.Silence = 3 * time.Second
	}
	if o.Pause == 0 {
		o.Pause = time.Second
	}
	return &Live[T]{open: open, silence: silence{limit: o.Silence}, pause: o.Pause}
}

// Opens returns how often the device has been opened. It may be called at any time.
func (l *Live[T]) Opens() uint64 { return l.opens.Load() }

// Reopen lets the next Read open the device anew, for what its Opener may do otherwise now. It may be called at any time.
func (l *Live[T]) Reopen() { l.anew.Store(true) }

// Read waits for the next sample. It never returns io.EOF: a live device has no end.
func (l *Live[T]) Read(ctx context.Context, into *T) error {
	if l.closed {
		return fs.ErrClosed
	}
	if err := l.start(ctx); err != nil {
		return err
	}
	watched := l.silence.watch(ctx)
	err := l.dev.Read(watched, into)
	silent := l.silence.rest()
	switch {
	case err == nil || ctx.Err() != nil:
		return err
	case err == io.EOF:
		err = fmt.Errorf("%w: it ended", ErrLost)
	case silent:
		err = fmt.Errorf("%w: open, but silent for %v", ErrLost, l.silence.limit)
	}
	if errors.Is(err, ErrLost) {
		l.drop()
	}
	return err
}

func (l *Live[T]) start(ctx context.Context) error {
	if l.anew.Swap(false) && l.dev != nil {
		l.drop()
	}
	if l.dev != nil {
		return nil
	}
	if err := l.rest(ctx); err != nil {
		return err
	}
	dev, err := l.open(ctx)
	if err != nil {
		return err
	}
	l.dev, l.opened = dev, time.Now()
	l.opens.Add(1)
	return nil
}

// rest waits until the pause since the last opening is over.
func (l *Live[T]) rest(ctx context.Context) error {
	left := l.pause - time.Since(l.opened)
	if l.opened.IsZero() || left <= 0 {
		return nil
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drop closes a device that is in doubt already, or not wanted as it is.
func (l *Live[T]) drop() {
	_ = l.dev.Close()
	l.dev = nil
}

// Close closes the device; it must not be called during a Read.
func (l *Live[T]) Close() error {
	l.closed = true
	l.silence.end()
	if l.dev == nil {
		return nil
	}
	err := l.dev.Close()
	l.dev = nil
	return err
}
