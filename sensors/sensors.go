package sensors

import (
	"context"
	"time"
)

// Source is one sensor, opened. Read blocks for the next sample and fills *into, reusing its slices; it returns io.EOF
// when a recording is over and the context's error when ctx ends. A failed Read may be tried again. One goroutine reads.
type Source[T Sample] interface {
	Read(ctx context.Context, into *T) error
	Close() error
}

// Sample is what a Source can give.
type Sample interface{ Frame | Clip | Reading }

// Frame is one picture: Height rows of Width pixels, no padding between rows, top left first.
type Frame struct {
	Time          time.Time
	Name          string // where it came from: a file's name; empty for a live camera
	Format        PixelFormat
	FullRange     bool // Y, U and V use all of 0…255, as in JPEG; else 16…235 and 16…240 (ITU-R BT.601)
	Width, Height int
	Pix           []byte
	Lost          int // pictures that the driver gave before this one and nobody saw, as far as known
}

// Clip is a run of sound: interleaved samples in [-1, 1), the first taken at Start and the last just before End.
type Clip struct {
	Start, End time.Time
	Name       string
	RateHz     int
	Channels   int
	Samples    []float32
	Lost       int // frames lost before this clip: an overrun, or the start of another recording (then -1)
}

// Reading is what a chip said at one moment.
type Reading struct {
	Time   time.Time
	Values []Value
}

// Value is one measured quantity.
type Value struct {
	Name  string // "temperature", "pressure", "humidity"
	Unit  Unit
	Value float64
}

// At returns the moment that the sample speaks of last: a frame's time, a clip's end.
func At[T Sample](s *T) time.Time {
	switch s := any(s).(type) {
	case *Frame:
		return s.Time
	case *Clip:
		return s.End
	default:
		return any(s).(*Reading).Time
	}
}

// Lost returns how many pictures, or frames of sound, were lost before s; -1 says that s has nothing to do with what came
// before.
func Lost[T Sample](s *T) int {
	switch s := any(s).(type) {
	case *Frame:
		return s.Lost
	case *Clip:
		return s.Lost
	default:
		return 0
	}
}

// Copy copies *src into *dst, reusing dst's slices.
func Copy[T Sample](dst, src *T) {
	switch s := any(src).(type) {
	case *Frame:
		d := any(dst).(*Frame)
		pix := append(d.Pix[:0], s.Pix...)
		*d = *s
		d.Pix = pix
	case *Clip:
		d := any(dst).(*Clip)
		samples := append(d.Samples[:0], s.Samples...)
		*d = *s
		d.Samples = samples
	case *Reading:
		d := any(dst).(*Reading)
		values := append(d.Values[:0], s.Values...)
		*d = *s
		d.Values = values
	}
}
