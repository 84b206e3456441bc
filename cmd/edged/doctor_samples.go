package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"
	"time"

	"edged/sensors"
)

// sampleTime is how long a sensor may take to give its first sample: the slowest chip takes 5 s.
const sampleTime = 8 * time.Second

// askSensors has each sensor of the config give one sample, one sensor after the other.
func askSensors(ctx context.Context, p *parts) []findingJSON {
	var list []findingJSON
	for _, name := range slices.Sorted(maps.Keys(p.sensors)) {
		list = append(list, askSensor(ctx, p.sensors[name]))
	}
	return list
}

func askSensor(ctx context.Context, s *sensor) findingJSON {
	ctx, cancel := context.WithTimeout(ctx, sampleTime)
	defer cancel()
	began := time.Now()
	f := findingJSON{Name: s.name}
	gives, err := s.sample(ctx, &f)
	switch {
	case errors.Is(err, syscall.EBUSY):
		f.Level, f.State, f.Remedy = note, err.Error(), "end what has it, unless that is edged's own daemon"
	case errors.Is(err, context.DeadlineExceeded):
		f.Level, f.State = ailing, fmt.Sprintf("no sample within %v", sampleTime)
	case err != nil:
		f.Level, f.State = ailing, err.Error() // which says what to do
	default:
		f.State = fmt.Sprintf("gives %s, the first after %v", gives, time.Since(began).Round(time.Millisecond))
	}
	return f
}

// sample reads one sample and says what it is. A microphone that hears nothing at all gets a note.
func (s *sensor) sample(ctx context.Context, f *findingJSON) (string, error) {
	switch {
	case s.frames != nil:
		var x sensors.Frame
		err := s.frames.Read(ctx, &x)
		return fmt.Sprintf("pictures of %dx%d", x.Width, x.Height), err
	case s.clips != nil:
		var x sensors.Clip
		err := s.clips.Read(ctx, &x)
		if err == nil && !slices.ContainsFunc(x.Samples, func(v float32) bool { return v != 0 }) {
			f.Level, f.Cause, f.Remedy = note, "all that came was silence", "see whether it is muted: alsamixer"
		}
		return fmt.Sprintf("sound at %d Hz in %d channels", x.RateHz, x.Channels), err
	}
	var x sensors.Reading
	err := s.readings.Read(ctx, &x)
	var values []string
	for _, v := range x.Values {
		values = append(values, fmt.Sprintf("%s %.5g %s", v.Name, v.Value, v.Unit))
	}
	return strings.Join(values, ", "), err
}
