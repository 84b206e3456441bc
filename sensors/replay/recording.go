package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"edged/sensors"
	"edged/sensors/record"
)

// Recording is one sensor of a recording as a source. Its samples keep their distance in time, and the errors between
// them come when they came; a recording that is cut off ends with an error that says so.
type Recording[T sensors.Sample] struct {
	path, sensor string
	opts         Options
	clock        clock
	in           *record.Reader
	message      record.Message
	begin        time.Duration // of this round
	last         time.Duration // of the newest message
	good         bool          // this round has given a sample
	told         bool          // of damage
}

// RecordedSensor returns what the recording at path says of a sensor.
func RecordedSensor(path, sensor string) (record.Sensor, error) {
	in, err := record.Open(path)
	if err != nil {
		return record.Sensor{}, err
	}
	defer in.Close()
	var names []string
	for _, s := range in.Header().Sensors {
		if s.Name == sensor {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return record.Sensor{}, fmt.Errorf("replay: %s has no sensor %q; it has %q", path, sensor, names)
}

// OpenRecording opens a sensor of the recording at path, which must give samples of type T. Of the options only Pace and
// Repeat count.
func OpenRecording[T sensors.Sample](path, sensor string, o Options) (*Recording[T], error) {
	s, err := RecordedSensor(path, sensor)
	if err != nil {
		return nil, err
	}
	m := record.Message{Sensor: &s}
	if _, ok := m.Sample().(*T); !ok {
		return nil, fmt.Errorf("replay: %s: sensor %q gives %s, not %T", path, sensor, s.Gives, *new(T))
	}
	r := &Recording[T]{path: path, sensor: sensor, opts: o, clock: clock{fast: o.Pace == Fast}}
	return r, r.open()
}

func (r *Recording[T]) open() error {
	in, err := record.Open(r.path)
	if err != nil {
		return err
	}
	in.Only(r.sensor)
	r.in, r.good = in, false
	return nil
}

// Read gives the next sample when it is due, stamped as if the recording had begun with the first Read.
func (r *Recording[T]) Read(ctx context.Context, into *T) error {
	if r.in == nil {
		return fmt.Errorf("replay: %w", fs.ErrClosed)
	}
	err := r.in.Next(&r.message)
	if err == io.EOF || err == nil && r.message.What == record.Finished {
		return r.end(ctx, into)
	}
	if err != nil {
		return err
	}
	m := &r.message
	r.last = r.begin + m.At.Sub(r.in.Header().Start)
	if err := r.clock.wait(ctx, r.last); err != nil {
		return err
	}
	if m.What == record.Failed {
		return errors.New(m.Text)
	}
	r.good = true
	sensors.Copy(into, m.Sample().(*T))
	r.restamp(into)
	return nil
}

// end says what is missing, or starts over, or ends.
func (r *Recording[T]) end(ctx context.Context, into *T) error {
	if damage := r.in.Damage(); damage != nil && !r.told {
		r.told = true
		return damage
	}
	if !r.opts.Repeat || !r.good {
		return io.EOF
	}
	if err := r.in.Close(); err != nil {
		return err
	}
	r.begin = r.last
	if err := r.open(); err != nil {
		return err
	}
	return r.Read(ctx, into)
}

// restamp moves a sample's times from the recording's start to the first Read.
func (r *Recording[T]) restamp(s *T) {
	moved := func(t time.Time) time.Time { return r.clock.at(r.begin + t.Sub(r.in.Header().Start)) }
	switch s := any(s).(type) {
	case *sensors.Frame:
		s.Time = moved(s.Time)
	case *sensors.Clip:
		s.Start, s.End = moved(s.Start), moved(s.End)
	case *sensors.Reading:
		s.Time = moved(s.Time)
	}
}

// Close closes the file; it must not be called during a Read.
func (r *Recording[T]) Close() error {
	if r.in == nil {
		return nil
	}
	defer func() { r.in = nil }()
	return r.in.Close()
}
