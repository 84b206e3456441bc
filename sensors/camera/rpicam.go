package camera

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"

	"edged/sensors"
)

// rpicamAlign is the alignment of the rows that rpicam-vid's yuv420 has, in bytes: a Pi's image processor pads each row
// of Y to it (and so each of U and V to half of it), and the program writes its memory as it is.
const rpicamAlign = 64

// rpicamSafe is a width that has no padding even where the rows of U and V are aligned like those of Y.
const rpicamSafe = 2 * rpicamAlign

// rpicamOpener returns the way to start Raspberry Pi's camera program for the camera of that number; "" is 0.
func rpicamOpener(camera string, o Options) (sensors.Opener[sensors.Frame], error) {
	if camera == "" {
		camera = "0"
	}
	n, err := strconv.ParseUint(camera, 10, 8)
	if err != nil {
		return nil, fmt.Errorf("camera: rpicam:%s: want a camera's number, as in rpicam:1", camera)
	}
	l, err := rpicamLayout(o)
	if err != nil {
		return nil, err
	}
	reader := func(r io.Reader) func(*sensors.Frame) error { return newJPEGs(r).next }
	if l.format != sensors.JPEG {
		reader = func(r io.Reader) func(*sensors.Frame) error { return rawPictures(r, l) }
	}
	return func(context.Context) (sensors.Source[sensors.Frame], error) {
		program, err := RpicamProgram()
		if err != nil {
			return nil, err
		}
		c, err := startChild(rpicamArgs(program, int(n), o.Rate, &l), o.Rate, reader)
		if err != nil {
			return nil, err
		}
		return c, nil
	}, nil
}

// rpicamLayout returns what the program is asked to write: yuv420, which costs it nothing, if the padding of its rows is
// known, else JPEGs.
func rpicamLayout(o Options) (layout, error) {
	l := layout{format: sensors.YUV420, fullRange: true} // rpicam-vid asks for sYCC with this codec
	l.width, l.height = o.size()
	l.stride = (l.width + rpicamAlign - 1) / rpicamAlign * rpicamAlign
	given := func(f sensors.PixelFormat) bool { return f == sensors.YUV420 || f == sensors.JPEG }
	switch at := slices.IndexFunc(o.Formats, given); {
	case at >= 0:
		l.format = o.Formats[at]
	case len(o.Formats) > 0:
		return l, fmt.Errorf("camera: rpicam gives yuv420 and jpeg, not %v", o.Formats[0])
	case l.width%rpicamSafe != 0:
		l.format = sensors.JPEG
	}
	if l.width%2+l.height%2 != 0 {
		return l, fmt.Errorf("camera: rpicam: a size of %dx%d; both must be even", l.width, l.height)
	}
	return l, nil
}

// RpicamProgram returns the path of Raspberry Pi's camera program, if it is there.
func RpicamProgram() (string, error) { return rpicamProgram(exec.LookPath) }

// rpicamProgram finds the program under its new name or its old one.
func rpicamProgram(look func(string) (string, error)) (string, error) {
	for _, name := range []string{"rpicam-vid", "libcamera-vid"} {
		if path, err := look(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("camera: rpicam: neither rpicam-vid nor libcamera-vid is there; install rpicam-apps")
}

// rpicamArgs returns the command line: no preview, for ever, each picture written as soon as it is there.
func rpicamArgs(program string, camera int, rate float64, l *layout) []string {
	codec := "yuv420"
	if l.format == sensors.JPEG {
		codec = "mjpeg"
	}
	args := []string{
		program, "--nopreview", "--timeout", "0", "--flush", "--camera", strconv.Itoa(camera),
		"--width", strconv.Itoa(l.width), "--height", strconv.Itoa(l.height), "--codec", codec,
	}
	if rate > 0 {
		args = append(args, "--framerate", strconv.FormatFloat(rate, 'f', -1, 64))
	}
	return append(args, "--output", "-")
}
