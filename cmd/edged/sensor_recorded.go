package main

import (
	"time"

	"edged/cmd/edged/internal/config"
	"edged/sensors"
	"edged/sensors/record"
	"edged/sensors/replay"
)

// openReplay opens a series, or a sensor of a recording.
func (s *sensor) openReplay(source string, o replay.Options) (err error) {
	path, name, ok := config.Recorded(source)
	if !ok {
		s.period = time.Second
		s.readings, err = replay.OpenReadings(source, o)
		return err
	}
	was, err := replay.RecordedSensor(path, name)
	if err != nil {
		return err
	}
	s.period = was.Period
	switch was.Gives {
	case record.Frames:
		s.frames, err = replay.OpenRecording[sensors.Frame](path, name, o)
	case record.Clips:
		s.clips, err = replay.OpenRecording[sensors.Clip](path, name, o)
	default:
		s.readings, err = replay.OpenRecording[sensors.Reading](path, name, o)
	}
	return err
}
