package main

import (
	"errors"
	"io/fs"

	"edged/sensors/camera"
	"edged/sensors/mic"
)

// Of another system there are files, but no devices to open: a device counts as what its files call it.

// errNotAsked is the answer of a device of another system.
var errNotAsked = errors.New("not asked")

func (d sensorDoctor) elsewhere(sys fs.FS) sensorDoctor {
	return sensorDoctor{sys: sys, open: func(string) error { return nil }}
}

func (d cameraDoctor) elsewhere(sys fs.FS) cameraDoctor {
	return cameraDoctor{
		sys:     sys,
		inspect: func(camera.Node) (camera.Report, error) { return camera.Report{Gives: errNotAsked.Error()}, nil },
		rpicam:  func() (string, error) { return "", fs.ErrNotExist },
	}
}

func (d microphoneDoctor) elsewhere(root fs.FS) microphoneDoctor {
	return microphoneDoctor{root, func(int, int) (mic.Report, error) {
		return mic.Report{}, errNotAsked
	}}
}
