package camera

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"edged/sensors"
)

// Camera is a live camera, which comes and goes.
type Camera struct {
	*sensors.Live[sensors.Frame]

	width, height int // as asked for
	half          sensors.Opener[sensors.Frame]
	halved        atomic.Bool
}

// New returns the camera that o describes. It need not be there yet: each Read looks for it until it is.
func New(o Options) (*Camera, error) {
	open, err := opener(o)
	if err != nil {
		return nil, err
	}
	c := &Camera{half: halfOpener(o)}
	c.width, c.height = o.size()
	c.Live = sensors.NewLive(func(ctx context.Context) (sensors.Source[sensors.Frame], error) {
		if c.halved.Load() {
			return c.half(ctx)
		}
		return open(ctx)
	}, sensors.LiveOptions{Silence: silence(o)})
	return c, nil
}

// halfOpener returns the way to open what o describes with half the width and height; nil if its size is not for us to choose.
func halfOpener(o Options) sensors.Opener[sensors.Frame] {
	if kind, _, _ := strings.Cut(o.Device, ":"); kind == "exec" || strings.HasPrefix(kind, "mjpeg+") {
		return nil
	}
	w, h := o.size()
	o.Width, o.Height = w/4*2, h/4*2 // even, as formats with shared colours want
	half, err := opener(o)
	if err != nil || o.Width == 0 || o.Height == 0 {
		return nil
	}
	return half
}

// Halves returns the size that Halve asks for, and whether it can ask.
func (c *Camera) Halves() (w, h int, ok bool) {
	return c.width / 4 * 2, c.height / 4 * 2, c.half != nil
}

// Halve asks for pictures of half the width and height from now on, or of all again. The camera then gives what it has next to
// that. It is opened anew, which takes a moment. Halve may be called at any time.
func (c *Camera) Halve(half bool) {
	if c.half != nil && c.halved.Swap(half) != half {
		c.Reopen()
	}
}

// Check reports what is wrong with o, whatever is plugged in.
func (o *Options) Check() error {
	_, err := opener(*o)
	return err
}

// opener returns the way to open what o describes, or what is wrong with o.
func opener(o Options) (sensors.Opener[sensors.Frame], error) {
	if err := o.possible(); err != nil {
		return nil, err
	}
	kind, rest, _ := strings.Cut(o.Device, ":")
	switch {
	case kind == "rpicam":
		return rpicamOpener(rest, o)
	case kind == "exec":
		return execOpener(rest, o)
	case kind == "mjpeg+http", kind == "mjpeg+https":
		return httpOpener(o)
	}
	want, err := parseWanted(o.Device)
	if err != nil {
		return nil, err
	}
	return func(context.Context) (sensors.Source[sensors.Frame], error) { return openV4L2(want, o) }, nil
}

// silence returns how long a camera may give nothing before it is opened again: a program or a server far away may need
// longer than a driver, and who asks for a picture a minute gets one a minute.
func silence(o Options) time.Duration {
	limit := 3 * time.Second
	if kind, _, _ := strings.Cut(o.Device, ":"); kind == "rpicam" || kind == "exec" || strings.HasPrefix(kind, "mjpeg") {
		limit = 10 * time.Second
	}
	return limit + 2*period(o.Rate)
}
