package main

import (
	"edged/cmd/edged/internal/config"
	"edged/sensors/i2c"
	"edged/sensors/sim/chips"
)

// openChip opens a chip without asking whether it is there.
func openChip(c *config.Sensor, buses *i2c.Buses) (*i2c.Chip, error) {
	o := c.ChipOptions()
	if c.I2C == config.SimBus {
		return openSimChip(o, c.Series)
	}
	bus, err := buses.Bus(o.Bus)
	if err != nil {
		return nil, err
	}
	return i2c.New(bus, o)
}

// openSimChip opens a simulated chip on a bus of its own, read by the driver of the real one. It feels what the series
// says, if there is one.
func openSimChip(o i2c.Options, series string) (*i2c.Chip, error) {
	m, err := o.Fill()
	if err != nil {
		return nil, err
	}
	chip, err := chips.New(m.Name)
	if err != nil {
		return nil, err
	}
	if series != "" {
		if chip, err = newSeriesChip(chip, series); err != nil {
			return nil, err
		}
	}
	bus := &chips.Bus{}
	bus.Plug(o.Address, chip)
	return i2c.New(i2c.NewBus(string(config.SimBus), bus), o)
}
