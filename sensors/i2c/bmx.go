package i2c

import (
	"fmt"
	"strings"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/bmxx80"
)

// Registers of the BMx280 that the watch knows. Bosch BST-BME280-DS002, section 5.3.
const (
	regStatus = 0xF3
	regData   = 0xF7 // pressure 20 bits, temperature 20 bits, humidity 16 bits, most significant byte first
)

// pollPause is the time between two looks at whether a conversion is over; a conversion takes some 30 ms.
const pollPause = time.Millisecond

// bmx is a BME280, BMP280 or BMP180, and the bus that its driver sees.
type bmx struct {
	*watch
	chip string
	dev  *bmxx80.Dev
	data [8]byte // what the last burst read from regData
}

func startBMx(w *watch, o *Options) (driver, error) {
	d := &bmx{watch: w, chip: o.Chip}
	return d, d.configure()
}

func (d *bmx) configure() error {
	opts := bmxx80.DefaultOpts
	dev, err := bmxx80.NewI2C(d, d.addr, &opts)
	if err != nil {
		return err
	}
	if is, _, _ := strings.Cut(strings.ToLower(dev.String()), "{"); is != d.chip {
		return otherChipError{fmt.Errorf("the chip there is a %s; name it so in the config", is)}
	}
	d.dev = dev
	return nil
}

// sense puts °C, Pa and %. The driver's integers are exact in float64, so that each quotient is the nearest there is.
func (d *bmx) sense(v []float64) error {
	var env physic.Env
	if err := d.dev.Sense(&env); err != nil {
		return err
	}
	humid := d.chip == "bme280"
	if humid && d.data[6] == 0x80 && d.data[7] == 0 {
		// A humidity near the middle, or one skipped as ctrl_hum was lost with the power: settle which.
		if err := d.configure(); err != nil {
			return err
		}
		if err := d.dev.Sense(&env); err != nil {
			return err
		}
	}
	v[0] = celsius(env.Temperature)
	v[1] = float64(env.Pressure) / float64(physic.Pascal)
	if humid {
		v[2] = percent(env.Humidity)
	}
	return nil
}

// Tx slows the driver's loop on the status down and looks at the data.
func (d *bmx) Tx(addr uint16, out, in []byte) error {
	reading := len(out) == 1
	if reading && out[0] == regStatus {
		if err := d.wait(pollPause); err != nil {
			return err
		}
	}
	if err := d.watch.Tx(addr, out, in); err != nil || !reading || out[0] != regData {
		return err
	}
	copy(d.data[:], in)
	d.err = constant(in)
	return d.err
}

func celsius(t physic.Temperature) float64 {
	return float64(t-physic.ZeroCelsius) / float64(physic.Kelvin)
}

func percent(h physic.RelativeHumidity) float64 { return float64(h) / float64(physic.PercentRH) }
