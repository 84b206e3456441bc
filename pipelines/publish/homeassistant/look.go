package homeassistant

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"edged/sensors"
)

// meaning is what Home Assistant knows of a quantity: the device class that goes with some units
// (https://www.home-assistant.io/integrations/sensor/#device-class), and how many digits behind the point make sense.
type meaning struct {
	word   string // the quantity's name, or what it begins with: voltage_0
	class  string
	units  []sensors.Unit
	digits int
}

func meanings() []meaning {
	return []meaning{
		{"temperature", "temperature", []sensors.Unit{sensors.Celsius, "°F", "K"}, 1},
		{"humidity", "humidity", []sensors.Unit{sensors.Percent}, 1},
		{"pressure", "atmospheric_pressure", []sensors.Unit{sensors.Pascal}, 0},
		{"pressure", "atmospheric_pressure", []sensors.Unit{"hPa", "mbar", "mmHg"}, 1},
		{"pressure", "atmospheric_pressure", []sensors.Unit{"kPa", "inHg"}, 2},
		{"co2", "carbon_dioxide", []sensors.Unit{sensors.PPM}, 0},
		{"tvoc", "volatile_organic_compounds_parts", []sensors.Unit{sensors.PPB, sensors.PPM}, 0},
		{"illuminance", "illuminance", []sensors.Unit{sensors.Lux}, 0},
		{"voltage", "voltage", []sensors.Unit{sensors.Volt}, 3},
		{"current", "current", []sensors.Unit{sensors.Ampere}, 3},
		{"power", "power", []sensors.Unit{sensors.Watt}, 2},
		{"", "", []sensors.Unit{sensors.DBFS}, 1},
		{"", "", []sensors.Unit{sensors.G}, 3},
	}
}

// measured says how a quantity is shown. A unit that does not go with its name's class gets none: Home Assistant would
// refuse the entity.
func measured(q Quantity) look {
	l := look{StateClass: "measurement", Unit: string(q.Unit)}
	for _, m := range meanings() {
		named := m.word == "" || q.Name == m.word || strings.HasPrefix(q.Name, m.word+"_")
		if named && slices.Contains(m.units, q.Unit) {
			l.DeviceClass, l.Digits = m.class, &m.digits
			break
		}
	}
	return l
}

// meansOf returns what Home Assistant calls a thing that is found: a device class of a binary_sensor
// (https://www.home-assistant.io/integrations/binary_sensor/#device-class), only where the word leaves no doubt.
func meansOf(label string) string {
	switch strings.ToLower(label) {
	case "fire", "fallen":
		return "safety"
	case "smoke":
		return "smoke"
	case "person", "people", "somebody":
		return "occupancy"
	case "motion":
		return "motion"
	case "window_open":
		return "window"
	case "door_open":
		return "door"
	}
	return ""
}

// slug makes a part of an id of a name: letters, digits, _ and - stay. A name that it changes gets a mark of its own, so
// that two names hardly ever have one slug.
func slug(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '_'
	}, name)
	if plain == name {
		return name
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	return fmt.Sprintf("%s~%08x", plain, h.Sum32())
}

// spoken makes words of a name.
func spoken(names ...string) string {
	var all []string
	for _, n := range names {
		if n != "" {
			all = append(all, strings.ReplaceAll(n, "_", " "))
		}
	}
	return strings.Join(all, " ")
}
