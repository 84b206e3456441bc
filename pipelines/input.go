package pipelines

import (
	"context"
	"fmt"
	"io"
	"time"

	"edged/sensors"
)

// InputOptions says how a sensor is watched. The zero value works.
type InputOptions struct {
	Period     time.Duration // between the sensor's samples, as far as known
	StaleAfter time.Duration // without a sample for this and Period, the sensor is degraded; 0 is 2 s

	Readings     ReadingSink   // gets the readings themselves, if the sensor gives Readings, or the level of its sound; may be nil
	ReadingEvery time.Duration // at most one reading in this time; 0 is Period
	LevelEvery   time.Duration // if the sensor gives Clips, Readings gets the level of so much sound each; 0 is never

	Snapshots     SnapshotSink  // gets a picture now and then, if the sensor gives Frames; may be nil
	SnapshotEvery time.Duration // at most one picture in this time; 0 is every picture

	Whole bool // it is a recording that ends, of which no picture is left out to save

	Frames func(f *sensors.Frame) // is shown each picture, if the sensor gives Frames; may be nil. It keeps no reference to f
	Clips  func(c *sensors.Clip)  // is shown each clip, if the sensor gives Clips; may be nil. It keeps no reference to c
}

// ReadingSink takes readings as they are. PutReading returns an error if it did not accept r, and keeps no reference
// to it.
type ReadingSink interface {
	PutReading(ctx context.Context, sensor string, r *sensors.Reading) error
}

// SnapshotSink takes pictures as they are. PutSnapshot returns an error if it did not accept f, and keeps no reference to
// it. The sensor is not read meanwhile.
type SnapshotSink interface {
	PutSnapshot(ctx context.Context, sensor string, f *sensors.Frame) error
}

// Input is one sensor of a Group. It may serve several encoders, of several pipelines.
type Input struct {
	name string
	opts InputOptions
	feed feeder // a *feed[T]

	opens   func() uint64 // how often the device was opened; nil if the source does not say
	health  health
	shots   shots
	moments *moments // the Group's
}

// feeder is a feed, its type of samples hidden.
type feeder interface {
	run(ctx context.Context, in *Input, log *quiet)
	replay(ctx context.Context, in *Input, sample any, log *quiet) (uint64, error)
	listen(l listener, every time.Duration) bool
}

// NewInput makes an Input that reads src. The caller closes src once the Group's Run has returned.
func NewInput[T sensors.Sample](name string, src sensors.Source[T], o InputOptions) *Input {
	if o.StaleAfter == 0 {
		o.StaleAfter = 2 * time.Second
	}
	if o.ReadingEvery == 0 {
		o.ReadingEvery = o.Period
	}
	in := &Input{
		name:   name,
		opts:   o,
		feed:   &feed[T]{src: src, readings: pacer{every: o.ReadingEvery}, snapshots: pacer{every: o.SnapshotEvery}, meter: meter{every: o.LevelEvery}},
		health: health{limit: o.StaleAfter + o.Period},
	}
	_, in.health.sound = any(new(T)).(*sensors.Clip)
	if live, ok := src.(interface{ Opens() uint64 }); ok { // a sensors.Live, or what wraps one
		in.opens = live.Opens
	}
	return in
}

// Name returns the sensor's name.
func (in *Input) Name() string { return in.name }

// feed reads a source and hands each sample to the rings of its encoders.
type feed[T sensors.Sample] struct {
	src       sensors.Source[T]
	outlets   []outlet[T]
	listeners []listener
	readings  pacer
	snapshots pacer
	meter     meter

	pace pacer // of pictures that are handed on
	lost int   // with those that were not
}

// run reads until the source is over or ctx ends.
//
// Only io.EOF itself ends a recording: an error that wraps it is a sample cut short, and the next may be whole.
func (f *feed[T]) run(ctx context.Context, in *Input, log *quiet) {
	defer f.close()
	defer in.shots.end(in.name)
	var s T
	var back backoff
	for {
		err := f.src.Read(ctx, &s)
		if err == nil {
			err = sensors.Check(&s)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == io.EOF:
			in.end()
			return
		case err != nil:
			in.fail(err)
			log.warn(fmt.Sprintf("sensor %q: %v", in.name, err))
			if !back.wait(ctx, in.moments.clock) {
				return
			}
			continue
		}
		back.reset()
		if !f.spares(in, &s) {
			f.give(ctx, in, &s, log)
		}
	}
}

// given is a sample that a sensor gave, and the reading that it is or completes; nil if there is none.
type given[T sensors.Sample] struct {
	sample  *T
	reading *sensors.Reading
	now     time.Time
}

// give hands a sample on, and returns which of in's it is.
func (f *feed[T]) give(ctx context.Context, in *Input, s *T, log *quiet) uint64 {
	now, n, reading := f.deliver(in, s)
	for _, o := range f.outlets {
		o.push(ctx, s, n)
	}
	f.tell(ctx, in, given[T]{s, reading, now}, log)
	return n
}

// deliver notes that in gave s: when, which of its samples it is, and the reading that it is or completes, if any.
func (f *feed[T]) deliver(in *Input, s *T) (now time.Time, n uint64, reading *sensors.Reading) {
	m := in.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	now = m.now()
	align(m, s)
	at := sensors.At(s)
	n = in.health.deliver(arrival{at, now, sensors.Lost(s), sensors.Odd(s)})
	m.tell(Step{What: Sampled, At: now, Sensor: in.name, Sample: s})
	if at.Sub(now) > aheadMost { // nothing is of the future: it is the sensor's clock, as the events say
		shift(s, now.Sub(at))
	}
	reading = f.reading(s)
	for _, l := range f.listeners {
		if reading != nil {
			l.Read(in.name, reading)
		}
	}
	return now, n, reading
}

// reading returns the reading that s is, or the level that a clip completes; nil if there is none.
func (f *feed[T]) reading(s *T) *sensors.Reading {
	switch s := any(s).(type) {
	case *sensors.Reading:
		return s
	case *sensors.Clip:
		if f.meter.every > 0 {
			return f.meter.add(s)
		}
	}
	return nil
}

func (in *Input) fail(err error) {
	m := in.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	in.health.fail(err)
	m.tell(Step{What: Failed, At: now, Sensor: in.name, Err: err})
}

func (in *Input) end() {
	m := in.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	in.health.finish()
	m.tell(Step{What: Ended, At: now, Sensor: in.name})
}

// tell gives a reading or a level to the ReadingSink, or a picture to the SnapshotSink, when its time has come.
func (f *feed[T]) tell(ctx context.Context, in *Input, s given[T], log *quiet) {
	in.show(s.sample)
	var err error
	if s.reading != nil && in.opts.Readings != nil && f.published(in, s.now) {
		err = in.opts.Readings.PutReading(ctx, in.name, s.reading)
	}
	if frame, ok := any(s.sample).(*sensors.Frame); ok {
		in.shots.give(ctx, in.name, frame)
		if in.opts.Snapshots != nil && f.snapshots.due(s.now) {
			err = in.opts.Snapshots.PutSnapshot(ctx, in.name, frame)
		}
	}
	if err != nil {
		in.health.refuse()
		log.warn(fmt.Sprintf("sensor %q: not published: %v", in.name, err))
	}
}

// show shows a picture or sound to who looks at all of it.
func (in *Input) show(sample any) {
	switch s := sample.(type) {
	case *sensors.Frame:
		if in.opts.Frames != nil {
			in.opts.Frames(s)
		}
	case *sensors.Clip:
		if in.opts.Clips != nil {
			in.opts.Clips(s)
		}
	}
}

// published says whether a reading is published: levels by their length, the others by their time.
func (f *feed[T]) published(in *Input, now time.Time) bool {
	if in.health.sound {
		return in.opts.LevelEvery > 0
	}
	return f.readings.due(now)
}

func (f *feed[T]) close() {
	for _, o := range f.outlets {
		o.ring.close()
	}
}
