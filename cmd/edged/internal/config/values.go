package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time, written 500ms, 2s or 1m30s.
type Duration time.Duration

// UnmarshalText reads a duration; it is positive and has a unit.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration; write a number with a unit: 500ms, 2s, 1m", text)
	}
	if v <= 0 {
		return fmt.Errorf("duration %s is not above 0", text)
	}
	*d = Duration(v)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (d Duration) MarshalYAML() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Interval is the time from one thing to the next, written as a Duration, or off.
type Interval time.Duration

// Off is an Interval in which nothing happens.
const Off Interval = -1

// UnmarshalText reads an interval.
func (i *Interval) UnmarshalText(text []byte) error {
	if s := string(text); s == "off" || s == "0" {
		*i = Off
		return nil
	}
	var d Duration
	if err := d.UnmarshalText(text); err != nil {
		return fmt.Errorf("%w, or off", err)
	}
	*i = Interval(d)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (i Interval) MarshalYAML() ([]byte, error) {
	if i == Off {
		return []byte("off"), nil
	}
	return Duration(i).MarshalYAML()
}

// Address is a chip's 7-bit address on an I²C bus, written 0x76 or 118.
type Address uint8

// Addresses below and above are reserved (I²C-bus specification UM10204, table 4).
const lowestAddress, highestAddress = 0x08, 0x77

// UnmarshalText reads an address.
func (a *Address) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 0, 16)
	if err != nil {
		return fmt.Errorf("%q is not an I²C address; write it as 0x76", text)
	}
	if v < lowestAddress || v > highestAddress {
		return fmt.Errorf("I²C address %#02x is outside %#02x to %#02x", v, lowestAddress, highestAddress)
	}
	*a = Address(v)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (a Address) MarshalYAML() ([]byte, error) { return fmt.Appendf(nil, "0x%02x", uint8(a)), nil }

// Bus is an I²C bus: its number, 1 or i2c-1 or /dev/i2c-1, or "sim".
type Bus string

// SimBus is the bus with simulated chips.
const SimBus Bus = "sim"

// UnmarshalText reads a bus.
func (b *Bus) UnmarshalText(text []byte) error {
	if _, err := strconv.ParseUint(Bus(text).number(), 10, 16); err != nil && string(text) != string(SimBus) {
		return fmt.Errorf("%q is not a bus; write a number, as in i2c: 1, or sim", text)
	}
	*b = Bus(text)
	return nil
}

// number is the bus without what may stand before its number.
func (b Bus) number() string {
	return strings.TrimPrefix(strings.TrimPrefix(string(b), "/dev/"), "i2c-")
}

// Recording splits "dir:PATH" or "file:PATH" as camera and microphone have it. ok is false for anything else, which
// would be a live device.
func Recording(s string) (path string, dir, ok bool) {
	if p, found := strings.CutPrefix(s, "dir:"); found {
		return p, true, p != ""
	}
	p, found := strings.CutPrefix(s, "file:")
	return p, false, found && p != ""
}

// Recorded splits "room.mcap#cam", a sensor of a recording, as replay may have it.
func Recorded(s string) (path, sensor string, ok bool) {
	path, sensor, ok = strings.Cut(s, ".mcap#")
	return path + ".mcap", sensor, ok && sensor != ""
}

// Offset is a time of a story, written as a Duration from its beginning; 0s is the beginning.
type Offset time.Duration

// UnmarshalText reads an offset.
func (o *Offset) UnmarshalText(text []byte) error {
	if s := string(text); s == "0" || s == "0s" {
		*o = 0
		return nil
	}
	return (*Duration)(o).UnmarshalText(text)
}

// MarshalYAML writes what UnmarshalText reads.
func (o Offset) MarshalYAML() ([]byte, error) { return Duration(o).MarshalYAML() }
