package camera

import (
	"context"
	"strings"
	"time"

	"edged/sensors"
)

// New returns the camera that o describes. It need not be there yet: each Read looks for it until it is.
func New(o Options) (*sensors.Live[sensors.Frame], error) {
	open, err := opener(o)
	if err != nil {
		return nil, err
	}
	return sensors.NewLive(open, sensors.LiveOptions{Silence: silence(o)}), nil
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
