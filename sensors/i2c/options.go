package i2c

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options says which chip to read and how often. The zero value is a BME280 at 0x76 on bus 1, read every second.
type Options struct {
	Bus     string        // for Buses.Open: "1", "/dev/i2c-1", or the name of a bus added; "" is "1"
	Chip    string        // the name of a Model; "" is "bme280"
	Address uint16        // one of the model's; 0 is its first
	Every   time.Duration // from one reading to the next; 0 is what the model says

	// ADS1015 and ADS1115: what to measure, input 0 if empty; and one of Gains, "" is "1", that is ±4.096 V.
	Channels []Channel
	Gain     string
	// INA219: the shunt, 0 is 0.1 Ω, and the most current that is to be measured, 0 is 3.2 A.
	ShuntOhm, MaxAmpere float64
}

func (o *Options) busName() string {
	if o.Bus == "" {
		return "1"
	}
	return o.Bus
}

// Fill puts the defaults in, checks the rest, and returns the chip's model with what it gives.
func (o *Options) Fill() (Model, error) {
	if o.Chip == "" {
		o.Chip = "bme280"
	}
	m, ok := ModelOf(o.Chip)
	if !ok {
		return m, fmt.Errorf("i2c: chip %q is not known, want one of %s", o.Chip, strings.Join(names(), ", "))
	}
	if o.Address == 0 {
		o.Address = m.Addresses[0]
	}
	if !m.Has(o.Address) {
		return m, fmt.Errorf("i2c: a %s cannot have the address %#x, want %s", o.Chip, o.Address, m.AddressText())
	}
	if o.Every == 0 {
		o.Every = m.Every
	}
	if o.Every < 0 {
		return m, fmt.Errorf("i2c: a reading every %v is none", o.Every)
	}
	if err := o.fillIn(); err != nil {
		return m, err
	}
	if m.adapt != nil {
		m.Gives = m.adapt(o, m.Gives)
	}
	return m, nil
}

// fillIn puts in the defaults of single chips, and checks those.
func (o *Options) fillIn() error {
	if len(o.Channels) == 0 {
		o.Channels = []Channel{"0"}
	}
	for i, c := range o.Channels {
		if _, ok := c.pin(); !ok {
			return fmt.Errorf("i2c: channel %q is not known, want one of %s", c, strings.Join(Channels(), ", "))
		}
		if slices.Contains(o.Channels[:i], c) {
			return fmt.Errorf("i2c: channel %s twice", c)
		}
	}
	if o.Gain == "" {
		o.Gain = "1"
	}
	if span(o.Gain) == 0 {
		return fmt.Errorf("i2c: gain %q is not known, want one of %s", o.Gain, strings.Join(Gains(), ", "))
	}
	if o.ShuntOhm == 0 {
		o.ShuntOhm = 0.1
	}
	if o.MaxAmpere == 0 {
		o.MaxAmpere = 3.2
	}
	if !(o.ShuntOhm > 0 && o.MaxAmpere > 0 && o.ShuntOhm*o.MaxAmpere <= MaxShuntVolt+1e-9) { // 0.1 Ω and 3.2 A are more
		return fmt.Errorf("i2c: %v A through a shunt of %v Ω are %v V, want up to %v", o.MaxAmpere, o.ShuntOhm,
			o.MaxAmpere*o.ShuntOhm, MaxShuntVolt)
	}
	return nil
}

// MaxShuntVolt is the INA219's widest range, SBOS448 table 4.
const MaxShuntVolt = 0.32
