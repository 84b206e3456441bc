package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"edged/sensors/i2c"
	"edged/sensors/iio"
)

// sensorDoctor looks for I²C buses and IIO devices.
type sensorDoctor struct {
	sys   fs.FS                                                                           // sysfs
	open  func(path string) error                                                         // may the device be used?
	probe func(ctx context.Context, bus int, held map[uint16]string) ([]i2c.Found, error) // nil: do not ask
}

// newSensorDoctor looks at this machine. probe asks every bus who is there.
func newSensorDoctor(probe bool) sensorDoctor {
	d := sensorDoctor{sys: os.DirFS("/sys"), open: openForBoth}
	if probe {
		d.probe = probeBus
	}
	return d
}

// diagnose returns a finding for each bus and each device; what there is nothing of is not spoken of.
func (d *sensorDoctor) diagnose(ctx context.Context) []findingJSON {
	buses, err := i2c.List(d.sys)
	list := broken("i2c", err)
	for _, b := range buses {
		list = append(list, d.bus(ctx, &b)...)
	}
	devices, err := iio.List(d.sys)
	list = append(list, broken("iio", err)...)
	for _, dev := range devices {
		f := findingJSON{Name: dev.ID, State: dev.Name + ": " + strings.Join(dev.Values, ", ")}
		if len(dev.Values) == 0 {
			f.State = dev.Name + ": measures nothing that edged has a name for"
		}
		list = append(list, f)
	}
	return list
}

func broken(name string, err error) []findingJSON {
	if err == nil {
		return nil
	}
	return []findingJSON{{Name: name, State: err.Error(), Wrong: true}}
}

// bus is the state of one bus, and who answers there.
func (d *sensorDoctor) bus(ctx context.Context, b *i2c.Adapter) []findingJSON {
	f := findingJSON{Name: fmt.Sprintf("i2c-%d", b.Number), State: b.Name}
	for _, a := range slices.Sorted(maps.Keys(b.Held)) {
		f.State += fmt.Sprintf("; the kernel reads a %s at %#02x", b.Held[a], a)
	}
	path := fmt.Sprintf("/dev/i2c-%d", b.Number)
	switch err := d.open(path); {
	case errors.Is(err, fs.ErrNotExist):
		f.Wrong, f.Remedy = true, "modprobe i2c-dev makes "+path+"; a line i2c-dev in /etc/modules does so at every start"
	case errors.Is(err, fs.ErrPermission):
		f.Wrong, f.Remedy = true, "add the user to the group of "+path+", as a rule i2c"
	case err != nil:
		f.Wrong, f.State = true, f.State+": "+err.Error()
	}
	list := []findingJSON{f}
	if f.Wrong || d.probe == nil {
		return list
	}
	found, err := d.probe(ctx, b.Number, b.Held)
	list = append(list, broken(f.Name, err)...)
	for _, c := range found {
		list = append(list, findingJSON{Name: fmt.Sprintf("%s %#02x", f.Name, c.Address),
			State: "somebody answers; it may be a " + strings.Join(c.Chips, ", ")})
	}
	return list
}

func openForBoth(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

func probeBus(ctx context.Context, number int, held map[uint16]string) ([]i2c.Found, error) {
	bus, err := i2c.OpenBus(fmt.Sprint(number))
	if err != nil {
		return nil, err
	}
	found, err := i2c.Probe(ctx, bus, held)
	return found, errors.Join(err, bus.Close())
}
