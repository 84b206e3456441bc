package i2c

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/ads1x15"
)

// volts is an ADS1015 or ADS1115, and the bus that its driver sees. TI SBAS473 and SBAS444, section 9.6.
type volts struct {
	*watch
	pins  []ads1x15.PinADC // one for each channel
	asked uint16           // the config that the driver wrote last
	top   int32            // the greatest number that a conversion gives
}

const (
	adsData   = 0x00
	adsConfig = 0x01
	adsIdle   = 1 << 15 // of config: no conversion is going on
	adsPoll   = time.Millisecond
)

// Channel is what is measured: one of four inputs against ground, or two against each other.
type Channel string

// pin is the driver's name for it.
func (c Channel) pin() (ads1x15.Channel, bool) {
	for _, p := range []ads1x15.Channel{
		ads1x15.Channel0, ads1x15.Channel1, ads1x15.Channel2, ads1x15.Channel3,
		ads1x15.Channel0Minus1, ads1x15.Channel0Minus3, ads1x15.Channel1Minus3, ads1x15.Channel2Minus3,
	} {
		if p.String() == string(c) {
			return p, true
		}
	}
	return 0, false
}

// Channels are all there are.
func Channels() []string { return []string{"0", "1", "2", "3", "0-1", "0-3", "1-3", "2-3"} }

// Gains are those of the amplifier, table 8: at 1 the span is ±4.096 V.
func Gains() []string { return []string{"2/3", "1", "2", "4", "8", "16"} }

// span is how many volts a gain lets the converter see; 0 if there is no such gain.
func span(gain string) float64 {
	return map[string]float64{"2/3": 6.144, "1": 4.096, "2": 2.048, "4": 1.024, "8": 0.512, "16": 0.256}[gain]
}

// voltages are the quantities of the channels: "voltage" of one, "voltage_0" and "voltage_2_3" of several.
func voltages(o *Options, gives []Quantity) []Quantity {
	var all []Quantity
	for _, c := range o.Channels {
		q := gives[0]
		q.Most = span(o.Gain)
		q.Least = -q.Most
		if len(o.Channels) > 1 {
			q.Name += "_" + strings.ReplaceAll(string(c), "-", "_")
		}
		all = append(all, q)
	}
	return all
}

func startADS1x15(w *watch, o *Options) (driver, error) {
	// Nothing in it says what it is; but there must be somebody.
	if _, err := w.word(adsConfig); err != nil {
		return nil, err
	}
	d, open := &volts{watch: w, top: 0x7fff}, ads1x15.NewADS1115
	if o.Chip == "ads1015" {
		d.top, open = 0x7ff0, ads1x15.NewADS1015
	}
	dev, err := open(d, &ads1x15.Opts{I2cAddress: w.addr})
	if err != nil {
		return nil, err
	}
	most := physic.ElectricPotential(math.Round(span(o.Gain)*1000)) * physic.MilliVolt
	for _, name := range o.Channels {
		c, _ := name.pin()
		// The slowest conversion has the least noise; the driver sleeps for one.
		pin, err := dev.PinForChannel(c, most, 8*physic.Hertz, ads1x15.BestQuality)
		if err != nil {
			return nil, err
		}
		d.pins = append(d.pins, pin)
	}
	return d, nil
}

// sense puts V for each channel.
func (d *volts) sense(v []float64) error {
	for i, pin := range d.pins {
		s, err := pin.Read()
		switch least, most := pin.Range(); {
		case err != nil:
			return err
		case s.Raw >= d.top || s.Raw < least.Raw:
			return fmt.Errorf("%s is beyond ±%v: take a smaller gain", pin.Name(), most.V)
		}
		v[i] = float64(s.V) / float64(physic.Volt)
	}
	return nil
}

// Tx waits until a conversion is over before the driver reads it: the chip's clock is up to a tenth slower than the
// driver thinks, and what it would read then is the last one, of another channel perhaps.
func (d *volts) Tx(addr uint16, out, in []byte) error {
	switch {
	case len(out) == 3 && out[0] == adsConfig:
		d.asked = binary.BigEndian.Uint16(out[1:])
	case len(out) == 1 && out[0] == adsData && len(in) == 2:
		if err := d.settled(); err != nil {
			return err
		}
	}
	return d.watch.Tx(addr, out, in)
}

func (d *volts) settled() error {
	for {
		config, err := d.word(adsConfig)
		switch {
		case err != nil:
			return err
		case config|adsIdle != d.asked|adsIdle:
			d.err = errors.New("the chip has lost what it was asked: its power was gone, or the bus is disturbed")
			return d.err
		case config&adsIdle != 0:
			return nil
		}
		if err := d.wait(adsPoll); err != nil {
			return err
		}
	}
}
