package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"edged/sensors/camera"
)

// PictureSize is a picture's width and height in pixels, written 640x480.
type PictureSize string

// UnmarshalText reads a size.
func (s *PictureSize) UnmarshalText(text []byte) error {
	*s = PictureSize(text)
	if w, h := s.pixels(); w == 0 || h == 0 {
		return fmt.Errorf("%q is not a size; write width and height in pixels, as in 640x480", text)
	}
	return nil
}

// pixels returns width and height, 0 if they are not given or not numbers.
func (s PictureSize) pixels() (w, h int) {
	width, height, _ := strings.Cut(string(s), "x")
	a, err := strconv.ParseUint(width, 10, 16)
	b, err2 := strconv.ParseUint(height, 10, 16)
	if err != nil || err2 != nil {
		return 0, 0
	}
	return int(a), int(b)
}

// Format is how a camera gives its pictures, auto or a format's name, or a microphone its samples.
type Format string

// CameraOptions returns what the sensor says of its live camera.
func (s *Sensor) CameraOptions() camera.Options {
	o := camera.Options{Device: s.Camera, Rate: s.Rate, Formats: camera.NamedFormat(string(s.Format))}
	o.Width, o.Height = s.Size.pixels()
	return o
}

// camera checks a camera, live or recorded.
func (v *validator) camera(path string, s *Sensor) {
	if !(s.Rate >= 0.001 && s.Rate <= 1000) {
		v.errorAt(path+".rate", "", "%v pictures a second; want 0.001 to 1000", s.Rate)
		return
	}
	if s.Camera == Simulated {
		v.only(path, []string{"size", "format", "repeat"}, "a camera that is not simulated")
		return
	}
	_, _, recorded := Recording(s.Camera)
	others, what := []string{"repeat"}, "live camera, which has no end"
	if recorded {
		others, what = []string{"size", "format"}, "recording, whose pictures are as they are"
	}
	for _, key := range others {
		if _, given := v.c.places[path+"."+key]; given {
			v.errorAt(path+"."+key, "", "does not belong to a %s", what)
		}
	}
	if recorded {
		return
	}
	if known := camera.FormatNames(); s.Format != "" && !slices.Contains(known, string(s.Format)) {
		v.errorAt(path+".format", didYouMean(string(s.Format), known), "%q is not a format of pictures", s.Format)
		return
	}
	o := s.CameraOptions()
	if err := o.Check(); err != nil {
		hint := ""
		if errors.Is(err, camera.ErrUnknown) {
			hint = "use /dev/video0, name:NAME, usb:VENDOR:MODEL, any, rpicam, mjpeg+http://HOST/PATH, exec:PROGRAM, dir:PATH, file:PATH or sim"
		}
		v.errorAt(path+".camera", hint, "%s", strings.TrimPrefix(err.Error(), "camera: "))
	}
}

// withoutPassword returns a camera's address as it may be shown.
func withoutPassword(camera string) string {
	address, mjpeg := strings.CutPrefix(camera, "mjpeg+")
	u, err := url.Parse(address)
	if !mjpeg || err != nil || u.User == nil {
		return camera
	}
	return "mjpeg+" + u.Redacted()
}
