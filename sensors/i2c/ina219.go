package i2c

import (
	"fmt"
	"math"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/ina219"
)

// power is an INA219. TI SBOS448, section 8.6.
type power struct {
	*watch
	dev *ina219.Dev
}

const (
	ina219Config = 0x00
	// ina219All is a bus range of 32 V, where the driver sets 16 V; a shunt range of 320 mV, 128 samples of both voltages
	// and no pause. The two take 150 ms at most.
	ina219All   = 0x3FFF
	ina219First = 150 * time.Millisecond
	ina219Blank = 0x399F // after power-on
)

// currents are the quantities with the current that the calibration leaves room for.
func currents(o *Options, gives []Quantity) []Quantity {
	v, a, w := gives[0], gives[1], gives[2]
	a.Least, a.Most = -o.MaxAmpere, o.MaxAmpere
	w.Most = v.Most * o.MaxAmpere
	return []Quantity{v, a, w}
}

func startINA219(w *watch, o *Options) (driver, error) {
	dev, err := ina219.New(w, &ina219.Opts{
		Address:       int(w.addr),
		SenseResistor: physic.ElectricResistance(math.Round(o.ShuntOhm * float64(physic.Ohm))),
		MaxCurrent:    physic.ElectricCurrent(math.Round(o.MaxAmpere * float64(physic.Ampere))),
	})
	if err != nil {
		return nil, err
	}
	if err := w.put(ina219Config, ina219All>>8, ina219All&0xff); err != nil {
		return nil, err
	}
	return &power{w, dev}, w.wait(ina219First)
}

// sense puts V, A and W. A chip that lost its power for a moment has no calibration and would say 0 A.
func (d *power) sense(v []float64) error {
	config, err := d.word(ina219Config)
	switch {
	case err != nil:
		return err
	case config == ina219Blank:
		return errForgot
	case config != ina219All:
		return fmt.Errorf("config register %#04x, want %#04x: not an ina219, or a line of the bus is stuck", config, ina219All)
	}
	p, err := d.dev.Sense()
	if err != nil {
		return err
	}
	v[0] = float64(p.Voltage) / float64(physic.Volt)
	v[1] = float64(p.Current) / float64(physic.Ampere)
	v[2] = float64(p.Power) / float64(physic.Watt)
	return nil
}
