package sim

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"time"

	"edged/sensors"
)

// FramesOptions says how to look. The zero value gives the story once, in real time, from the first Read on.
type FramesOptions struct {
	Rate   float64   // pictures per second; 0 is 10, more than 1000 or less than one in 1000 s is that
	Begin  time.Time // when the story begins, for all senses of it; before it they sense what was before; zero is the first Read
	Fast   bool      // as fast as it is read
	Repeat bool      // start over at the end

	Clock *sensors.Clock // nil is the machine's
}

// Frames is a story's camera as a source of pictures.
type Frames struct {
	camera *Camera
	opts   FramesOptions
	next   int64 // picture, counted through all repeats
	begun  bool
	pace
}

var _ sensors.Source[sensors.Frame] = (*Frames)(nil)

// NewFrames looks at s, which must not change any more.
func NewFrames(s *Story, o FramesOptions) *Frames {
	if !(o.Rate > 0) {
		o.Rate = 10
	}
	o.Rate = min(max(o.Rate, 0.001), 1000)
	return &Frames{camera: NewCamera(s), opts: o, pace: pace{clock: o.Clock, fast: o.Fast}}
}

// Read gives the next picture when it is due. One that is late by more than a picture's time leaves out, and counts as
// lost, those that are past, as a camera does that nobody asks.
func (f *Frames) Read(ctx context.Context, into *sensors.Frame) error {
	if f.camera == nil {
		return fmt.Errorf("sim: %w", fs.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	lost := f.catchUp()
	at, length := f.offset(f.next), f.camera.story.Length
	if length <= 0 || at >= length && !f.opts.Repeat {
		return io.EOF
	}
	if err := f.wait(ctx, f.opts.Begin.Add(at)); err != nil {
		return err
	}
	f.camera.Draw(into, at%length)
	into.Time, into.Name, into.Lost = f.opts.Begin.Add(at), "", lost
	f.next++
	return nil
}

// Close ends the source; it must not be called during a Read.
func (f *Frames) Close() error {
	f.camera = nil
	return nil
}

// offset is when picture i is taken, from the story's beginning on.
func (f *Frames) offset(i int64) time.Duration {
	return time.Duration(float64(i) / f.opts.Rate * float64(time.Second))
}

// catchUp leaves out pictures that are past and returns how many. What was before the first Read is not lost, and what is
// before the story is given too, but for who is Fast.
func (f *Frames) catchUp() int {
	if f.opts.Begin.IsZero() {
		f.opts.Begin = f.clock.Now()
	}
	first := !f.begun
	f.begun = true
	pictures := f.clock.Now().Sub(f.opts.Begin).Seconds() * f.opts.Rate
	due := int64(math.Floor(pictures)) // the newest picture there is
	switch {
	case f.opts.Fast || due <= f.next && !first:
		return 0
	case first:
		f.next = int64(math.Ceil(pictures))
		return 0
	}
	lost := int(due - f.next)
	f.next = due
	return lost
}
