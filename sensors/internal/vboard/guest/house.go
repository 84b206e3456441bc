package main

import (
	"errors"
	"fmt"
	"os"

	"edged/sensors"
	"edged/sensors/sim/chips"
)

// A second bridge with one of each chip that finds an address on it. Nothing happens to these; they are there to be read
// through a real kernel.
const (
	houseNumber  = 1    // of its bus: the other bridge is plugged in first
	kernelChipAt = 0x77 // a chip that the kernel's own driver bmp280 reads, and edged by IIO
)

// plugHouse makes the bridge and tells the kernel of its chip, as a device tree would.
func plugHouse() (*bridge, error) {
	bus, err := house()
	if err != nil {
		return nil, err
	}
	b, err := plugBridge(bus)
	if err != nil {
		return nil, err
	}
	if err := awaitBus(houseNumber); err != nil {
		return nil, errors.Join(err, b.unplug())
	}
	file := fmt.Sprintf("/sys/bus/i2c/devices/i2c-%d/new_device", houseNumber)
	if err := os.WriteFile(file, fmt.Appendf(nil, "bmp280 %#x", kernelChipAt), 0); err != nil {
		return nil, errors.Join(err, b.unplug())
	}
	return b, nil
}

// house is the bus; all its chips feel the same, which the judge knows.
func house() (*chips.Bus, error) {
	felt := []sensors.Value{
		{Name: "temperature", Value: 21.5}, {Name: "humidity", Value: 47}, {Name: "pressure", Value: 98765},
		{Name: "co2", Value: 812}, {Name: "tvoc", Value: 55}, {Name: "illuminance", Value: 431},
		{Name: "acceleration_x", Value: 0.5}, {Name: "acceleration_y", Value: -0.25}, {Name: "acceleration_z", Value: 0.75},
		{Name: "voltage", Value: 3.3}, {Name: "current", Value: 1.25},
	}
	bus := &chips.Bus{}
	for address, name := range map[uint16]string{
		0x18: "mcp9808", 0x23: "bh1750", 0x38: "aht20", 0x40: "ina219", 0x44: "hdc302x", 0x48: "tmp102", 0x49: "ads1115",
		0x4a: "ads1015", 0x53: "adxl345", 0x58: "sgp30", 0x5a: "ccs811", 0x62: "scd4x", kernelChipAt: "bmp280",
	} {
		chip, err := chips.New(name)
		if err != nil {
			return nil, err
		}
		chips.Feel(chip, felt)
		bus.Plug(address, chip)
	}
	return bus, nil
}
