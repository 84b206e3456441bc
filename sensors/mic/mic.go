package mic

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"edged/sensors"
)

// What can be asked for, and what a driver is believed.
const (
	MinRateHz   = 1000
	MaxRateHz   = 768000
	MaxChannels = 64

	maxFrames = 1 << 22 // of a buffer
)

// alsaFormats are the formats that a stream may have, the first that the driver has being taken, with their numbers
// SNDRV_PCM_FORMAT_*. Sixteen bits come first: models of speech were trained on them, and they are half the traffic.
var alsaFormats = [...]struct {
	format sensors.SampleFormat
	number uint32
}{{sensors.S16LE, 2}, {sensors.S32LE, 10}, {sensors.FloatLE, 14}, {sensors.S24LE, 6}, {sensors.S24In3, 32}}

// Formats lists the names of the formats that a microphone may have.
func Formats() []string {
	var names []string
	for _, f := range alsaFormats {
		names = append(names, f.format.String())
	}
	return names
}

// Options says which microphone, and how it is to sound. The zero value is the first there is, at 16 kHz, mono.
type Options struct {
	// Device is "hw:CARD,DEVICE", "name:PART", "usb:VENDOR:PRODUCT", "any", "pulse", "pulse:SOURCE" or "exec:PROGRAM ARGS";
	// "" is "any".
	Device string

	// What a driver has not is replaced by the nearest above it; a program of exec gives just this.
	Rate     int    // samples a second; 0 is 16000
	Channels int    // 0 is 1
	Format   string // one of Formats; "" is the first of them that the driver has, of a program the first

	Chunk time.Duration // of sound in one clip, at most; 0 is 100 ms
	Pulse Pulse         // where the server is
	Root  fs.FS         // holds proc and sys; nil is the operating system's root

	root   fs.FS
	format *sensors.SampleFormat // nil if Format is empty
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
	if f, ok := sensors.ParseSampleFormat(o.Format); ok {
		o.format = &f
	}
	switch {
	case o.Format != "" && !slices.Contains(Formats(), o.Format):
		return fmt.Errorf("microphone %s: format %q is not known, want one of %v", o.Device, o.Format, Formats())
	case o.Rate < MinRateHz || o.Rate > MaxRateHz:
		return fmt.Errorf("microphone %s: %d samples a second, want %d to %d", o.Device, o.Rate, MinRateHz, MaxRateHz)
	case o.Channels < 1 || o.Channels > MaxChannels:
		return fmt.Errorf("microphone %s: %d channels, want 1 to %d", o.Device, o.Channels, MaxChannels)
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
		args, err := sensors.Words(rest)
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
