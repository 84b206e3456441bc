package i2c

import (
	"fmt"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/devices/v3/mcp9808"
	"periph.io/x/devices/v3/tmp102"
)

// thermometer is a TMP102 or an MCP9808, which measure by themselves, and the bus that its driver sees.
type thermometer struct {
	*watch
	dev   interface{ Sense(*physic.Env) error }
	reg   byte          // of the temperature
	first time.Duration // from power-on to the first measurement, at most; until then the register says 0 °C
	odd   uint16        // bits of the register that are never all set
}

// startTMP102: TI SBOS397. It measures four times a second.
func startTMP102(w *watch, _ *Options) (driver, error) {
	config, err := w.word(1)
	if err != nil {
		return nil, err
	}
	if config&0x600f != 0x6000 { // R1 and R0 are 1, the lowest four 0: table 7
		return nil, otherChipError{errNotIt("tmp102")}
	}
	if config&(1<<4) != 0 { // 13 bits, which the driver would take for 12
		if err := w.put(1, 0x60, 0xA0); err != nil {
			return nil, err
		}
	}
	d := &thermometer{watch: w, reg: 0, first: 35 * time.Millisecond, odd: 0x000f}
	dev, err := tmp102.NewI2C(d, w.addr, nil)
	if err != nil {
		return nil, err
	}
	d.dev = dev
	return d, w.wait(d.first)
}

// startMCP9808: Microchip DS25095. It measures four times a second.
func startMCP9808(w *watch, _ *Options) (driver, error) {
	maker, err := w.word(6)
	if err != nil {
		return nil, err
	}
	device, err := w.word(7)
	if err != nil {
		return nil, err
	}
	if maker != 0x0054 || device>>8 != 0x04 { // sections 5.1.4 and 5.1.5
		return nil, otherChipError{errNotIt("mcp9808")}
	}
	d := &thermometer{watch: w, reg: 5, first: 250 * time.Millisecond, odd: 0x6000} // above and below the limits at once
	dev, err := mcp9808.New(d, &mcp9808.Opts{Addr: int(w.addr), Res: mcp9808.Maximum})
	if err != nil {
		return nil, err
	}
	d.dev = dev
	return d, w.wait(d.first)
}

// sense puts °C.
func (d *thermometer) sense(v []float64) error {
	var env physic.Env
	err := d.dev.Sense(&env)
	if err == nil && env.Temperature == physic.ZeroCelsius {
		// 0 °C, or nothing measured yet since the power came back: settle which.
		if err = d.wait(d.first); err == nil {
			err = d.dev.Sense(&env)
		}
	}
	v[0] = celsius(env.Temperature)
	return err
}

// Tx looks at what the temperature register says.
func (d *thermometer) Tx(addr uint16, out, in []byte) error {
	if err := d.watch.Tx(addr, out, in); err != nil || len(out) != 1 || out[0] != d.reg || len(in) != 2 {
		return err
	}
	raw := uint16(in[0])<<8 | uint16(in[1])
	if raw&d.odd == d.odd {
		d.err = fmt.Errorf("temperature register %#04x has bits that none has: a line of the bus is stuck", raw)
	}
	return d.err
}
