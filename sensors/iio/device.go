package iio

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"edged/sensors"
)

// Options says which device to read and how often. The zero value is the first device that measures something, every
// second.
type Options struct {
	Device string        // a name or label as in List, "iio:device0", or "any"; "" is "any"
	Every  time.Duration // from one reading to the next; 0 is a second
	Sys    fs.FS         // sysfs; nil is /sys
}

// Device is a source of readings of all channels of one IIO device that have a name here. It is looked for by the first
// Read, and again after it vanished; then it may have another number.
type Device struct {
	opts     Options
	id       string // "iio:device0"; empty while it is not known
	channels []channel
	next     time.Time // when the next reading is due
	gone     bool
}

var _ sensors.Source[sensors.Reading] = (*Device)(nil)

// New returns the device that o describes without looking for it.
func New(o Options) (*Device, error) {
	if o.Device == "" {
		o.Device = "any"
	}
	if o.Every == 0 {
		o.Every = time.Second
	}
	if o.Every < 0 {
		return nil, fmt.Errorf("iio: a reading every %v is none", o.Every)
	}
	if o.Sys == nil {
		o.Sys = os.DirFS("/sys")
	}
	return &Device{opts: o}, nil
}

// Read waits until the next reading is due and takes it, channel by channel. A failed Read is about that one reading.
func (d *Device) Read(ctx context.Context, into *sensors.Reading) error {
	if d.gone {
		return fmt.Errorf("iio: %w", fs.ErrClosed)
	}
	if err := d.await(ctx); err != nil {
		return err
	}
	if err := d.find(); err != nil {
		return err
	}
	into.Values = into.Values[:0]
	for i := range d.channels {
		if err := ctx.Err(); err != nil {
			return err
		}
		v, err := d.measure(&d.channels[i])
		if err != nil {
			return d.fault(err)
		}
		into.Values = append(into.Values, v)
	}
	into.Time = time.Now()
	return nil
}

// Close ends the source; it must not be called during a Read.
func (d *Device) Close() error {
	d.gone = true
	return nil
}

// await waits for the time of the next reading and sets that of the one after. A reader late by more than one loses
// what it missed.
func (d *Device) await(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	due, now := d.next, time.Now()
	if now.Sub(due) >= d.opts.Every {
		due = now
	}
	t := time.NewTimer(due.Sub(now))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	d.next = due.Add(d.opts.Every)
	return nil
}

// find looks for the device, unless it is known.
func (d *Device) find() error {
	if d.id != "" {
		return nil
	}
	all, err := List(d.opts.Sys)
	if err != nil {
		return err
	}
	match := slices.DeleteFunc(slices.Clone(all), func(i Info) bool { return !d.wants(&i) })
	switch {
	case len(match) == 0:
		return fmt.Errorf("iio: no device is %q; there are: %s", d.opts.Device, describe(all))
	case len(match) > 1 && d.opts.Device != "any":
		return fmt.Errorf("iio: %d devices are %q: %s; name one by its number", len(match), d.opts.Device, describe(match))
	case len(match[0].Values) == 0:
		return fmt.Errorf("iio: %s measures nothing that has a name here", describe(match))
	}
	files, err := names(d.opts.Sys, path.Join(folder, match[0].ID))
	if err != nil {
		return fmt.Errorf("iio: %w", err)
	}
	d.id, d.channels = match[0].ID, channels(files)
	d.channels = d.channels[:min(len(d.channels), maxChannels)]
	return nil
}

func (d *Device) wants(i *Info) bool {
	if d.opts.Device == "any" {
		return len(i.Values) > 0
	}
	return i.ID == d.opts.Device || strings.EqualFold(i.Name, d.opts.Device) || strings.EqualFold(i.Label, d.opts.Device)
}

func describe(all []Info) string {
	if len(all) == 0 {
		return "none"
	}
	var words []string
	for _, i := range all {
		words = append(words, i.ID+" ("+i.Name+")")
	}
	return strings.Join(words, ", ")
}

// measure takes one channel: (raw + offset)·scale, or the value as it is, in our unit.
func (d *Device) measure(c *channel) (sensors.Value, error) {
	v, err := d.decimal(c.value)
	if err != nil {
		return sensors.Value{}, err
	}
	if c.zero != "" {
		zero, err := d.decimal(c.zero)
		if err != nil {
			return sensors.Value{}, err
		}
		v += zero
	}
	if c.scale != "" {
		scale, err := d.decimal(c.scale)
		if err != nil {
			return sensors.Value{}, err
		}
		v *= scale
	}
	v = v * c.kind.times / c.kind.per
	if v < c.kind.least || math.IsInf(v, 0) {
		return sensors.Value{}, fmt.Errorf("%s says %v %s, and nothing is below %v", c.value, v, c.kind.unit, c.kind.least)
	}
	return sensors.Value{Name: c.name, Unit: c.kind.unit, Value: v}, nil
}

func (d *Device) decimal(file string) (float64, error) {
	return decimal(d.opts.Sys, path.Join(folder, d.id, file))
}

// fault says which device err is about, and forgets one that has vanished, so that it is looked for again.
func (d *Device) fault(err error) error {
	id := d.id
	for _, gone := range []error{fs.ErrNotExist, syscall.ENODEV, syscall.ENXIO} {
		if errors.Is(err, gone) {
			d.id, d.channels = "", nil
		}
	}
	return fmt.Errorf("iio: %s (%s): %w", id, d.opts.Device, err)
}
