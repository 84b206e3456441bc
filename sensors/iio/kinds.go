package iio

import (
	"slices"
	"strings"

	"edged/sensors"
)

// kind is one type of channel: its word in the names of files, and what it is called here. Units and words are those of
// Linux's Documentation/ABI/testing/sysfs-bus-iio.
type kind struct {
	word  string
	name  string
	unit  sensors.Unit
	times float64 // from the kernel's unit to unit: v·times/per, so that decimals remain what they are
	per   float64
	least float64 // in unit: nothing is below it
}

// kinds has longer words before those that they begin with.
func kinds() []kind {
	const lowest = -1e12 // no bound
	return []kind{
		{"concentration_co2", "co2", sensors.PPM, 1e4, 1, 0},  // from percent
		{"concentration_voc", "tvoc", sensors.PPB, 1e7, 1, 0}, // from percent
		{"humidityrelative", "humidity", sensors.Percent, 1, 1e3, 0},
		{"illuminance", "illuminance", sensors.Lux, 1, 1, 0},
		{"pressure", "pressure", sensors.Pascal, 1e3, 1, 0}, // from kilopascals
		{"temp", "temperature", sensors.Celsius, 1, 1e3, -273.15},
		{"accel", "acceleration", sensors.G, 1, 9.80665, lowest}, // from m/s²
		{"voltage", "voltage", sensors.Volt, 1, 1e3, lowest},
		{"current", "current", sensors.Ampere, 1, 1e3, lowest},
		{"power", "power", sensors.Watt, 1, 1e3, lowest},
	}
}

// channel is one quantity of a device, and the files that say it.
type channel struct {
	kind  kind
	name  string // "temperature", "acceleration_x", "voltage_0_1"
	value string // the file with the value: processed, or raw
	scale string // of a raw value, and offset; empty if there is none: 1, and 0
	zero  string
}

// channels are those of a device with these files, by name.
func channels(files []string) []channel {
	var all []channel
	for _, file := range files {
		base, raw := cut(file)
		if base == "" || raw && slices.Contains(files, "in_"+base+"_input") {
			continue
		}
		for _, k := range kinds() {
			rest, ok := strings.CutPrefix(base, k.word)
			if !ok || rest != "" && rest[0] != '_' && !digit(rest[0]) {
				continue
			}
			c := channel{kind: k, name: name(k, rest), value: file}
			if raw {
				c.scale, c.zero = beside(files, base, k.word, "_scale"), beside(files, base, k.word, "_offset")
			}
			all = append(all, c)
			break
		}
	}
	slices.SortFunc(all, func(a, b channel) int { return strings.Compare(a.name, b.name) })
	return slices.CompactFunc(all, func(a, b channel) bool { return a.name == b.name })
}

// cut returns what stands between "in_" and "_input" or "_raw"; base is empty for files that hold no value.
func cut(file string) (base string, raw bool) {
	rest, ok := strings.CutPrefix(file, "in_")
	if !ok {
		return "", false
	}
	if base, ok := strings.CutSuffix(rest, "_input"); ok {
		return base, false
	}
	if base, ok := strings.CutSuffix(rest, "_raw"); ok {
		return base, true
	}
	return "", false
}

// name is what a channel is called: rest is its index, its modifier, or the other end of a difference: "0", "_x",
// "0-voltage1".
func name(k kind, rest string) string {
	rest = strings.ReplaceAll(rest, "-"+k.word, "_")
	if rest != "" && rest[0] != '_' {
		rest = "_" + rest
	}
	return k.name + rest
}

// beside finds the file with a channel's scale or offset: its own, or that of all channels of its type.
func beside(files []string, base, word, suffix string) string {
	shared := word
	if strings.Contains(base, "-") {
		shared = word + "-" + word
	}
	for _, stem := range []string{base, shared} {
		if file := "in_" + stem + suffix; slices.Contains(files, file) {
			return file
		}
	}
	return ""
}

func digit(b byte) bool { return b >= '0' && b <= '9' }
