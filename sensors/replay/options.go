package replay

import (
	"fmt"
	"io/fs"
	"time"
)

// Pace says how fast a recording is given.
type Pace uint8

// The paces.
const (
	RealTime Pace = iota // as it was recorded
	Fast                 // as fast as it is read
)

// Options says how to replay. The zero value replays once, in real time, from the operating system's files.
type Options struct {
	Rate   float64       // pictures per second; 0 is 10
	Chunk  time.Duration // of sound in one Clip, at most; 0 is 100 ms
	Every  time.Duration // from row to row of a series without times; 0 is a second
	Pace   Pace
	Repeat bool  // start over at the end
	FS     fs.FS // where paths lead; nil is the operating system
}

// maxChunk bounds one Clip's memory.
const maxChunk = time.Minute

// fill puts the defaults in and checks the rest.
func (o *Options) fill() error {
	if o.Rate == 0 {
		o.Rate = 10
	}
	if o.Chunk == 0 {
		o.Chunk = 100 * time.Millisecond
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	switch {
	case !(o.Rate >= 1e-6 && o.Rate <= 1e6):
		return fmt.Errorf("replay: %v pictures per second, want 0.000001 to 1000000", o.Rate)
	case o.Chunk < 0 || o.Chunk > maxChunk:
		return fmt.Errorf("replay: clips of %v, want more than 0 and at most %v", o.Chunk, maxChunk)
	case o.Every < 0:
		return fmt.Errorf("replay: a row every %v is none", o.Every)
	}
	return nil
}
