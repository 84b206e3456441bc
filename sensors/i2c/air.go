package i2c

import (
	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/aht20"
	"periph.io/x/devices/v3/hdc302x"
)

// damp is a sensor of temperature and humidity with a driver of periph's.
type damp struct {
	dev interface{ Sense(*physic.Env) error }
	end func() error // after each measurement; nil for nothing
}

// startAHT20 calibrates the chip if need be. One measurement takes 80 ms to 230 ms.
func startAHT20(w *watch, _ *Options) (driver, error) {
	dev, err := aht20.NewI2C(w, nil)
	return damp{dev: dev}, err
}

// startHDC302x has the chip measure ten times a second, as its driver sleeps for one measurement, and stopped after
// each reading: at more than one a second it warms itself (TI SNAS778, section 8.3).
func startHDC302x(w *watch, _ *Options) (driver, error) {
	_ = w.put(0x30, 0x93) // while it measures by itself, as since an earlier start, it takes nothing else; idle, it may refuse
	var vendor [1]uint16
	if err := w.ask(0x3781, 0, vendor[:]); err != nil { // section 8.5.7.10
		return nil, err
	}
	if vendor[0] != 0x3000 {
		return nil, otherChipError{errNotIt("hdc302x")}
	}
	dev, err := hdc302x.NewI2C(w, w.addr, hdc302x.Rate10Hertz)
	return damp{dev, dev.Halt}, err
}

// sense puts °C and %.
func (d damp) sense(v []float64) error {
	var env physic.Env
	if err := d.dev.Sense(&env); err != nil {
		return err
	}
	v[0], v[1] = celsius(env.Temperature), percent(env.Humidity)
	if d.end == nil {
		return nil
	}
	return d.end()
}
