package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bounds are what edged is not to pass. It leaves out more and more work rather than do so.
type Bounds struct {
	// Of the hottest part of the processor, as 75°C. Default: none.
	Temperature Celsius `yaml:"temperature,omitempty"`
	// Of the process, as 400MiB, without an accelerator's. Nine tenths of it are the limit of Go's garbage collector too, unless
	// the environment variable GOMEMLIMIT says otherwise. Default: none.
	Memory Size `yaml:"memory,omitempty"`
	// Processor time of the process, as a part of all processors', as 60%. Default: none.
	CPU Percent `yaml:"cpu,omitempty"`
}

// Celsius is a temperature, written 75°C, 75C or 75.
type Celsius float64

// UnmarshalText reads a temperature.
func (c *Celsius) UnmarshalText(text []byte) error {
	number := strings.TrimSuffix(strings.TrimSuffix(string(text), "C"), "°")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("%q is no temperature; write it as 75°C", text)
	}
	*c = Celsius(v)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (c Celsius) MarshalYAML() ([]byte, error) {
	return append(strconv.AppendFloat(nil, float64(c), 'f', -1, 64), "°C"...), nil
}

// Limits that a board can keep: a processor in a warm room has 40 °C without work, and none is made for 110 °C.
const (
	coolest, hottest      = 40, 110
	leastMemory      Size = 32 << 20
	leastCPU              = 1 // percent
)

// bounds checks the limits.
func (v *validator) bounds(path string, b *Bounds) {
	if _, given := v.c.places[path+".temperature"]; given && !(b.Temperature >= coolest && b.Temperature <= hottest) {
		v.errorAt(path+".temperature", "write it as 75°C", "%v °C; want %d to %d °C", float64(b.Temperature), coolest, hottest)
	}
	if b.Memory != 0 && b.Memory < leastMemory {
		v.errorAt(path+".memory", "write it as 400MiB", "%d bytes; want at least %d MiB", b.Memory, leastMemory>>20)
	}
	if b.CPU != 0 && b.CPU < leastCPU {
		v.errorAt(path+".cpu", "write it as 60%", "%v%%; want at least %d%%", float64(b.CPU), leastCPU)
	}
}
