package main

import (
	"edged/cmd/edged/internal/config"
	"edged/sensors/i2c"
)

// openChip opens a chip without asking whether it is there. A simulated one feels the room; nil is for none.
func openChip(c *config.Sensor, buses *i2c.Buses, room *simRoom) (*i2c.Chip, error) {
	o := c.ChipOptions()
	if c.I2C == config.SimBus {
		return openSimChip(o, c.Series, room)
	}
	bus, err := buses.Bus(o.Bus)
	if err != nil {
		return nil, err
	}
	return i2c.New(bus, o)
}
