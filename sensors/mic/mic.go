package mic

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"edged/sensors"
)

// Limits beyond which a driver's answer is not believed.
const (
	maxChannels = 64
	maxRateHz   = 768000
	maxFrames   = 1 << 22 // of a buffer
)

// Options says which microphone, and how it is to sound. The zero value is the first there is, at 16 kHz, mono.
type Options struct {
	// Device is "hw:CARD,DEVICE", "name:PART", "usb:VENDOR:PRODUCT", "any", "pulse", "pulse:SOURCE" or "exec:PROGRAM ARGS";
	// "" is "any".
	Device string

	// What a driver has not is replaced by the nearest above it; a program of exec gives just this.
	Rate     int                   // samples a second; 0 is 16000
	Channels int                   // 0 is 1
	Format   *sensors.SampleFormat // nil is what the driver has, of a program S16LE

	Chunk time.Duration // of sound in one clip, at most; 0 is 100 ms
	Pulse Pulse         // where the server is
	Root  fs.FS         // holds proc and sys; nil is the operating system's root

	root fs.FS
}

// fill puts the defaults in and checks the rest.
func (o *Options) fill() error {
	if o.Device == "" {
		o.Device = "any"
	}
	if o.Rate == 0 {
		o.Rate = 16000
	}
	if o.Channels == 0 {
		o.Channels = 1
	}
	if o.Chunk == 0 {
		o.Chunk = 100 * time.Millisecond
	}
	if o.root = o.Root; o.root == nil {
		o.root = os.DirFS("/")
	}
	switch {
	case o.Rate < 1000 || o.Rate > maxRateHz:
		return fmt.Errorf("microphone %s: %d samples a second, want 1000 to %d", o.Device, o.Rate, maxRateHz)
	case o.Channels < 1 || o.Channels > maxChannels:
		return fmt.Errorf("microphone %s: %d channels, want 1 to %d", o.Device, o.Channels, maxChannels)
	case o.Chunk < time.Millisecond || o.Chunk > time.Second:
		return fmt.Errorf("microphone %s: clips of %v, want 1ms to 1s", o.Device, o.Chunk)
	}
	return nil
}

// New returns what opens the microphone that o describes. That it is not there yet is no error; that nothing could be
// called so is.
func New(o Options) (sensors.Opener[sensors.Clip], error) {
	if err := o.fill(); err != nil {
		return nil, err
	}
	kind, rest, _ := strings.Cut(o.Device, ":")
	switch kind {
	case "pulse":
		return func(ctx context.Context) (sensors.Source[sensors.Clip], error) {
			return opened(openPulse(ctx, rest, &o))
		}, nil
	case "exec":
		args, err := words(rest)
		if err != nil {
			return nil, fmt.Errorf("microphone exec: %w", err)
		}
		return func(context.Context) (sensors.Source[sensors.Clip], error) { return opened(openProgram(args, &o)) }, nil
	}
	w, err := parseDevice(o.Device)
	if err != nil {
		return nil, err
	}
	return func(context.Context) (sensors.Source[sensors.Clip], error) { return opened(openPCM(w, &o)) }, nil
}

// agreed is what a stream will be like.
type agreed struct {
	format         sensors.SampleFormat
	rate, channels int
	buffer         int // frames
}

// opened keeps a nil pointer from becoming a Source that is not nil.
func opened[S sensors.Source[sensors.Clip]](s S, err error) (sensors.Source[sensors.Clip], error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}
