package sim

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"edged/sensors"
)

// ClipsOptions says how to listen. The zero value gives the story once, in real time, from the first Read on.
type ClipsOptions struct {
	Chunk  time.Duration // of sound in one Clip; 0 is 100 ms, more than a minute is one
	Begin  time.Time     // when the story begins, for all senses of it; before it they sense what was before; zero is the first Read
	Fast   bool          // as fast as it is read
	Repeat bool          // start over at the end

	Clock *sensors.Clock // nil is the machine's
}

// Clips is a story's microphone as a source of sound.
type Clips struct {
	mic   *Microphone
	opts  ClipsOptions
	next  int64 // sample, counted through all repeats
	begun bool
	pace
}

var _ sensors.Source[sensors.Clip] = (*Clips)(nil)

// NewClips listens to s, which must not change any more.
func NewClips(s *Story, o ClipsOptions) *Clips {
	if o.Chunk <= 0 {
		o.Chunk = 100 * time.Millisecond
	}
	o.Chunk = min(max(o.Chunk, time.Millisecond), time.Minute)
	return &Clips{mic: NewMicrophone(s), opts: o, pace: pace{clock: o.Clock, fast: o.Fast}}
}

// Read gives the next chunk, or what is left of the story, when its end is due. A source that is opened after the story
// began does not give what is past. One that is read too late loses sound as a driver does whose buffer is full, and counts it.
// The first clip of a repeat has Lost -1.
func (c *Clips) Read(ctx context.Context, into *sensors.Clip) error {
	if c.mic == nil {
		return fmt.Errorf("sim: %w", fs.ErrClosed)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	c.begin()
	lost := c.overrun()
	length := c.mic.samples(c.mic.story.Length)
	if c.next >= length && !c.opts.Repeat || length == 0 {
		return io.EOF
	}
	from := c.next % length
	n := min(c.mic.samples(c.opts.Chunk), length-from)
	if err := c.wait(ctx, c.at(c.next+n)); err != nil {
		return err
	}
	into.Samples = slices.Grow(into.Samples[:0], int(n))[:n]
	c.mic.Hear(into.Samples, from)
	into.Start, into.End = c.at(c.next), c.at(c.next+n)
	into.Name, into.RateHz, into.Channels, into.Lost = "", SampleRateHz, 1, lost
	if from == 0 && c.next > 0 {
		into.Lost = -1
	}
	c.next += n
	return nil
}

// Close ends the source; it must not be called during a Read.
func (c *Clips) Close() error {
	c.mic = nil
	return nil
}

// begin finds the first sample to give.
func (c *Clips) begin() {
	if c.begun {
		return
	}
	c.begun = true
	if c.opts.Begin.IsZero() {
		c.opts.Begin = c.clock.Now()
	}
	if past := c.clock.Now().Sub(c.opts.Begin); !c.opts.Fast {
		c.next = c.mic.samples(past)
	}
}

// clipsBuffer is how much sound waits for who is late.
const clipsBuffer = 4 * time.Second

// overrun leaves out sound that has waited for too long, and returns how many samples.
func (c *Clips) overrun() int {
	if c.opts.Fast {
		return 0
	}
	oldest := c.mic.samples(c.clock.Now().Sub(c.opts.Begin) - clipsBuffer)
	lost := max(0, oldest-c.next)
	c.next += lost
	return int(lost)
}

// at is when sample i of the story and its repeats is taken.
func (c *Clips) at(i int64) time.Time {
	return c.opts.Begin.Add(time.Duration(i/SampleRateHz)*time.Second + time.Duration(i%SampleRateHz*int64(time.Second)/SampleRateHz))
}
