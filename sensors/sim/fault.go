package sim

import (
	"context"
	"errors"
	"time"

	"edged/sensors"
)

// FaultKind is a way in which a sensor goes wrong.
type FaultKind string

// The faults.
const (
	Silent  FaultKind = "silent"  // it gives nothing
	Late    FaultKind = "late"    // it gives everything a second late
	Fast    FaultKind = "fast"    // its clock gains 5 %
	Jump    FaultKind = "jump"    // its clock is 30 s ahead
	Garbage FaultKind = "garbage" // it gives noise, nothing, what cannot be, and less than it says
)

// FaultKinds returns all of them.
func FaultKinds() []FaultKind { return []FaultKind{Silent, Late, Fast, Jump, Garbage} }

const (
	faultDelay = time.Second
	faultGain  = 20 // a second in so many seconds
	faultJump  = 30 * time.Second
)

// Fault is what is wrong with a sensor, and when by the times of its samples.
type Fault struct {
	Kind  FaultKind
	Begin time.Time      // what After counts from
	After time.Duration  // until it breaks
	For   time.Duration  // until it is well again; 0 is never
	Clock *sensors.Clock // of the sensor; nil is the machine's
}

// since returns for how long the sensor has been broken at a time; ok is false if it is not.
func (f *Fault) since(at time.Time) (d time.Duration, ok bool) {
	d = at.Sub(f.Begin) - f.After
	return d, d >= 0 && (f.For == 0 || d < f.For)
}

// Broken is a Source that goes wrong for a while.
type Broken[T sensors.Sample] struct {
	src   sensors.Source[T]
	fault Fault
	held  []held[T] // the oldest first
	spare []T       // whose memory is free
}

// held is a sample that is late.
type held[T sensors.Sample] struct {
	sample T
	due    time.Time
}

// NewBroken breaks src, which is closed with it.
func NewBroken[T sensors.Sample](src sensors.Source[T], f Fault) *Broken[T] {
	return &Broken[T]{src: src, fault: f}
}

// Read gives the next sample that gets through.
func (b *Broken[T]) Read(ctx context.Context, into *T) error {
	if b.fault.Kind == Late {
		return b.late(ctx, into)
	}
	for {
		if err := b.src.Read(ctx, into); err != nil {
			return err
		}
		since, broken := b.fault.since(sensors.At(into))
		switch {
		case !broken:
			return nil
		case b.fault.Kind == Silent:
			continue
		case b.fault.Kind == Fast:
			shift(into, since/faultGain)
		case b.fault.Kind == Jump:
			shift(into, faultJump)
		case b.fault.Kind == Garbage:
			spoil(into, since)
		}
		return nil
	}
}

// Close closes what is broken.
func (b *Broken[T]) Close() error { return b.src.Close() }

// late holds samples back. It goes on reading meanwhile: a source that nobody reads would lose some.
func (b *Broken[T]) late(ctx context.Context, into *T) error {
	for {
		if len(b.held) > 0 && !b.fault.Clock.Now().Before(b.held[0].due) {
			b.release(into)
			return nil
		}
		s, err := b.next(ctx)
		switch {
		case err == nil:
			b.hold(s)
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return err
		}
	}
}

// faultGrace is how much later still what is late may come, so that a chip is not interrupted that is just being read: its
// samples may be as far apart as they are late.
const faultGrace = 100 * time.Millisecond

// next reads a sample until the first that is held is due.
func (b *Broken[T]) next(ctx context.Context) (s T, err error) {
	if len(b.held) > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, b.fault.Clock.Real(b.held[0].due.Sub(b.fault.Clock.Now())+faultGrace))
		defer stop()
	}
	if n := len(b.spare) - 1; n >= 0 {
		s, b.spare = b.spare[n], b.spare[:n]
	}
	if err = b.src.Read(ctx, &s); err != nil {
		b.spare = append(b.spare, s)
	}
	return s, err
}

// hold lets a sample wait for its time. One that is on time takes those before it along: they stay in order.
func (b *Broken[T]) hold(s T) {
	due := b.fault.Clock.Now()
	at := sensors.At(&s)
	if _, broken := b.fault.since(at); broken {
		due = at.Add(faultDelay)
	}
	for i := range b.held {
		if b.held[i].due.After(due) {
			b.held[i].due = due
		}
	}
	b.held = append(b.held, held[T]{s, due})
}

func (b *Broken[T]) release(into *T) {
	b.spare = append(b.spare, *into)
	*into = b.held[0].sample
	b.held = b.held[:copy(b.held, b.held[1:])]
}

// shift sets a sample's clock.
func shift[T sensors.Sample](s *T, by time.Duration) {
	switch s := any(s).(type) {
	case *sensors.Frame:
		s.Time = s.Time.Add(by)
	case *sensors.Clip:
		s.Start, s.End = s.Start.Add(by), s.End.Add(by)
	case *sensors.Reading:
		s.Time = s.Time.Add(by)
	}
}
