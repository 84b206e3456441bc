//go:build !linux

package mic

import (
	"errors"

	"edged/sensors"
)

var errLinux = errors.New("microphone: cards and programs are read on Linux alone")

func openPCM(wanted, *Options) (sensors.Source[sensors.Clip], error) { return nil, errLinux }

func openProgram([]string, *Options) (sensors.Source[sensors.Clip], error) { return nil, errLinux }

// Inspect asks the driver of a device that records what it can do.
func Inspect(card, device int) (Report, error) { return Report{}, errLinux }
