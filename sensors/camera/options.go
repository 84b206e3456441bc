package camera

import (
	"fmt"

	"edged/sensors"
)

// Options says which camera is read, and how. Only Device must be set.
type Options struct {
	// Device is one of
	//
	//	/dev/video0                     a V4L2 device
	//	name:HD Webcam                  the first V4L2 device with that in its name
	//	usb:046d:0825[:SERIAL]          the first V4L2 device of that USB identity
	//	any                             the first V4L2 device that gives pictures
	//	rpicam[:NUMBER]                 a camera of Raspberry Pi's rpicam-vid or libcamera-vid
	//	exec:PROGRAM ARGUMENTS          a program that writes pictures to its standard output
	//	mjpeg+http://USER:PASSWORD@HOST/PATH, mjpeg+https://…
	Device string

	// Width and Height are in pixels; 0 stands for 640x480, or what is next to it. MJPEG over HTTP has the size it has.
	Width, Height int

	// Rate is how many pictures a second are asked for, and the most that are given; 0 is as many as come.
	Rate float64

	// Formats are the formats to take, best first; none stands for the cheapest that can keep up with Rate. A program of
	// exec writes the first of them, raw in Width and Height, or JPEGs one after the other if there is none.
	Formats []sensors.PixelFormat
}

const defaultWidth, defaultHeight = 640, 480

// largestSide bounds sizes that come from outside, in pixels.
const largestSide = 1 << 13

// size returns the size to ask for.
func (o *Options) size() (w, h int) {
	if o.Width == 0 {
		return defaultWidth, defaultHeight
	}
	return o.Width, o.Height
}

// possible reports what no camera has.
func (o *Options) possible() error {
	switch {
	case (o.Width == 0) != (o.Height == 0), min(o.Width, o.Height) < 0, max(o.Width, o.Height) > largestSide:
		return fmt.Errorf("camera: no picture is %dx%d; want 1x1 to %dx%[3]d", o.Width, o.Height, largestSide)
	case !(o.Rate >= 0 && o.Rate <= 1000):
		return fmt.Errorf("camera: no camera gives %v pictures a second", o.Rate)
	}
	return nil
}

// Auto is the format's name that stands for none: the camera's cheapest.
const Auto = "auto"

// FormatNames are the names that NamedFormat knows.
func FormatNames() []string {
	names := []string{Auto}
	for f := sensors.RGB24; f <= sensors.JPEG; f++ {
		names = append(names, f.String())
	}
	return names
}

// NamedFormat returns Options.Formats for a format's name; none for Auto, and for what is no format.
func NamedFormat(name string) []sensors.PixelFormat {
	for f := sensors.RGB24; f <= sensors.JPEG; f++ {
		if f.String() == name {
			return []sensors.PixelFormat{f}
		}
	}
	return nil
}
