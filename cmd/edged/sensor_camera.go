package main

import (
	"edged/cmd/edged/internal/config"
	"edged/sensors"
	"edged/sensors/camera"
	"edged/sensors/replay"
)

// openCamera opens a recording, or a live camera without asking whether it is there: it may come later.
func (s *sensor) openCamera(c *config.Sensor, o replay.Options) (sensors.Source[sensors.Frame], error) {
	if _, _, recorded := config.Recording(c.Camera); recorded {
		return openRecording(replay.OpenFrames, c.Camera, o)
	}
	s.finite = false
	live, err := camera.New(c.CameraOptions())
	if err != nil {
		return nil, err
	}
	s.camera = live
	return live, nil
}
