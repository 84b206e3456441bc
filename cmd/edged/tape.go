package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/sensors"
	"edged/sensors/i2c"
	"edged/sensors/record"
)

// tape gives a recording's steps. It is a pipelines.Tape.
type tape struct {
	ctx     context.Context // ends the waiting for a step's time
	in      *record.Reader
	fast    bool
	printer *printer // what it printed last is compared with what the recording says next; nil compares nothing

	message record.Message
	began   time.Time // when the first step was given
	first   time.Time // the first step's time
	last    time.Time
	same    uint64 // events that are those of the recording
	other   uint64 // events that are not
}

// Next gives the next step, in real time once it is due.
func (t *tape) Next(into *pipelines.Step) error {
	for {
		if err := t.in.Next(&t.message); err != nil {
			return err
		}
		if t.message.What != record.Said {
			break
		}
		t.compare()
	}
	m := &t.message
	*into = pipelines.Step{At: m.At}
	if m.Sensor != nil {
		into.Sensor = m.Sensor.Name
	}
	switch {
	case m.What == record.Sampled:
		into.What, into.Sample = pipelines.Sampled, m.Sample()
	case m.What == record.Failed:
		into.What, into.Err = pipelines.Failed, errors.New(m.Text)
	case m.What == record.Finished:
		into.What = pipelines.Ended
	default:
		into.What, into.Pipeline, into.Encoder, into.Number = turned(&m.Turn), m.Turn.Pipeline, m.Turn.Encoder, m.Turn.Taken
	}
	return t.wait()
}

// turned says what an encoder did.
func turned(t *record.Turn) pipelines.What {
	switch {
	case t.Shared == record.Gave:
		return pipelines.Embedded
	case t.Shared == record.Joined:
		return pipelines.Joined
	case t.Shared == record.Skipped:
		return pipelines.Skipped
	case t.Taken == 0:
		return pipelines.Emitted
	}
	return pipelines.Taken
}

// compare looks whether the newest event is what the recording says of it.
func (t *tape) compare() {
	switch {
	case t.printer == nil:
	case bytes.Equal(t.printer.last, t.message.Event):
		t.same++
	default:
		t.other++
	}
}

// wait returns once the step is due.
func (t *tape) wait() error {
	at := t.message.At
	if t.first.IsZero() {
		t.began, t.first = time.Now(), at
	}
	t.last = at
	left := at.Sub(t.first) - time.Since(t.began)
	if t.fast || left <= 0 {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-t.ctx.Done():
		return t.ctx.Err()
	}
}

// taped is the source of a recorded sensor, which the tape gives the samples of.
type taped[T sensors.Sample] struct{}

func (taped[T]) Read(context.Context, *T) error { return io.EOF }
func (taped[T]) Close() error                   { return nil }

// fromRecording opens sensors of a config that a recording has.
func fromRecording(h *record.Header) opener {
	return func(name string, c *config.Sensor, _ *i2c.Buses) (*sensor, error) {
		for _, was := range h.Sensors {
			if was.Name != name {
				continue
			}
			s := &sensor{name: name, kind: was.Kind, period: was.Period, finite: true, shown: time.Duration(c.Snapshot), level: time.Duration(c.LevelEvery)}
			switch was.Gives {
			case record.Frames:
				s.frames = taped[sensors.Frame]{}
			case record.Clips:
				s.clips = taped[sensors.Clip]{}
			default:
				s.readings = taped[sensors.Reading]{}
			}
			return s, nil
		}
		return nil, fmt.Errorf("the recording has no sensor %q", name)
	}
}
