package camera

import (
	"context"
	"fmt"
	"io"

	"edged/sensors"
)

// execOpener returns the way to start the program of "exec:PROGRAM ARGUMENTS".
func execOpener(command string, o Options) (sensors.Opener[sensors.Frame], error) {
	args, err := sensors.Words(command)
	if err != nil {
		return nil, fmt.Errorf("camera: exec: %w", err)
	}
	l, raw, err := written(o)
	if err != nil {
		return nil, err
	}
	reader := func(r io.Reader) func(*sensors.Frame) error { return newJPEGs(r).next }
	if raw {
		reader = func(r io.Reader) func(*sensors.Frame) error { return rawPictures(r, l) }
	}
	return func(context.Context) (sensors.Source[sensors.Frame], error) {
		c, err := startChild(args, o.Rate, reader)
		if err != nil {
			return nil, err // not c, which would be no nil Source
		}
		return c, nil
	}, nil
}

// written returns what a program of exec writes; raw is false for JPEGs.
func written(o Options) (l layout, raw bool, err error) {
	if len(o.Formats) == 0 || o.Formats[0] == sensors.JPEG {
		return l, false, nil
	}
	if o.Width == 0 {
		return l, false, fmt.Errorf("camera: exec: raw %v needs a size", o.Formats[0])
	}
	l = layout{format: o.Formats[0], width: o.Width, height: o.Height}
	if err := l.check(); err != nil {
		return l, false, fmt.Errorf("camera: exec: %w", err)
	}
	return l, true, nil
}
