package config

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"edged/sensors/i2c"
)

// Chip is the name of a chip that sensors/i2c reads.
type Chip string

// Channels are an ADC's inputs, or pairs of them: 0, or [0, 2-3].
type Channels []string

// Gain is that of an ADC's amplifier: 2/3, 1, 2, 4, 8 or 16.
type Gain string

// ChipOptions returns what the sensor says of its chip.
func (s *Sensor) ChipOptions() i2c.Options {
	o := i2c.Options{Bus: string(s.I2C), Chip: string(s.Chip), Address: uint16(s.Address), Every: time.Duration(s.Every),
		Gain: string(s.Gain), ShuntOhm: s.Shunt, MaxAmpere: s.MaxCurrent}
	for _, c := range s.Channels {
		o.Channels = append(o.Channels, i2c.Channel(c))
	}
	return o
}

// fillInChip adds what the chip's model says.
func fillInChip(s *Sensor) {
	m, ok := i2c.ModelOf(string(s.Chip))
	if s.I2C == "" || !ok {
		return
	}
	if s.Every == 0 {
		s.Every = Duration(m.Every)
	}
	if s.Address == 0 {
		s.Address = Address(m.Addresses[0])
	}
	o := s.ChipOptions()
	_, _ = o.Fill() // what is wrong with it is said later
	for _, key := range m.Keys {
		switch key {
		case "channels":
			s.Channels = nil
			for _, c := range o.Channels {
				s.Channels = append(s.Channels, string(c))
			}
		case "gain":
			s.Gain = Gain(o.Gain)
		case "shunt":
			s.Shunt = o.ShuntOhm
		case "max_current":
			s.MaxCurrent = o.MaxAmpere
		}
	}
}

// chipKeys are the keys beside i2c, of all chips.
func chipKeys() []string {
	return append([]string{"chip", "address", "every", "series"}, someChipsKeys()...)
}

// someChipsKeys are those that some chips have and others have not.
func someChipsKeys() []string { return []string{"channels", "gain", "shunt", "max_current"} }

// chip checks a chip on an I²C bus.
func (v *validator) chip(path string, s *Sensor) {
	var known []string
	for _, m := range i2c.Models() {
		known = append(known, m.Name)
	}
	if s.Box() {
		v.box(path, s)
		return
	}
	if s.Chip == "" {
		v.errorAt(path, "known chips: "+strings.Join(known, ", "), "no chip")
		return
	}
	m, ok := i2c.ModelOf(string(s.Chip))
	if !ok {
		v.errorAt(path+".chip", didYouMean(string(s.Chip), known), "%q is not a chip that this version reads", s.Chip)
		return
	}
	if !m.Has(uint16(s.Address)) {
		v.errorAt(path+".address", "", "a %s cannot have the address %#02x; it has %s", s.Chip, uint8(s.Address), m.AddressText())
	}
	v.atLeast(path+".every", s.Every, m.Least)
	if s.Series != "" && s.I2C != SimBus {
		v.errorAt(path+".series", "use i2c: sim, or replay: without a chip", "only a simulated chip can feel a series")
	}
	for _, key := range someChipsKeys() {
		if _, given := v.c.places[path+"."+key]; given && !slices.Contains(m.Keys, key) {
			v.errorAt(path+"."+key, "", "a %s has no %s", s.Chip, key)
		}
	}
	v.adc(path, s)
	v.shunt(path, s)
}

// sharedAddresses notes chips that would sit at one address of one bus.
func (v *validator) sharedAddresses() {
	type place struct {
		bus     string
		address Address
	}
	at := map[place]string{}
	for _, name := range slices.Sorted(maps.Keys(v.c.Sensors)) {
		s := v.c.Sensors[name]
		if s.I2C == "" || s.I2C == SimBus || s.Address == 0 {
			continue
		}
		p := place{s.I2C.number(), s.Address}
		if other, taken := at[p]; taken {
			v.errorAt("sensors."+name, "each chip has an address of its own; give the one that its pins set",
				"address %#02x of bus %s is that of sensor %s already", uint8(s.Address), p.bus, other)
			continue
		}
		at[p] = name
	}
}

func (v *validator) adc(path string, s *Sensor) {
	for i, c := range s.Channels {
		at := path + ".channels[" + strconv.Itoa(i) + "]"
		if !slices.Contains(i2c.Channels(), c) {
			v.errorAt(at, didYouMean(c, i2c.Channels()), "%q is not a channel", c)
		}
		if slices.Contains(s.Channels[:i], c) {
			v.errorAt(at, "", "channel %s twice", c)
		}
	}
	if s.Gain != "" && !slices.Contains(i2c.Gains(), string(s.Gain)) {
		v.errorAt(path+".gain", didYouMean(string(s.Gain), i2c.Gains()), "%q is not a gain", s.Gain)
	}
}

func (v *validator) shunt(path string, s *Sensor) {
	positive := true
	for key, ohmOrAmpere := range map[string]float64{"shunt": s.Shunt, "max_current": s.MaxCurrent} {
		if _, given := v.c.places[path+"."+key]; given && !(ohmOrAmpere > 0) {
			v.errorAt(path+"."+key, "", "want above 0, got %v", ohmOrAmpere)
			positive = false
		}
	}
	if volt := s.Shunt * s.MaxCurrent; positive && volt > i2c.MaxShuntVolt+1e-9 {
		v.errorAt(path+".max_current", "shunt is in ohms, max_current in amperes",
			"%v A through a shunt of %v Ω are %v V; the chip measures up to %v V", s.MaxCurrent, s.Shunt, volt, i2c.MaxShuntVolt)
	}
}
