package i2c

import (
	"fmt"
	"time"

	"periph.io/x/devices/v3/ccs811"
)

// gas is a CCS811. ams CCS811 datasheet, v1-06, "Application Register Overview".
//
// periph's driver starts it; but that reads the gases with bits cut off that newer firmware needs, 14 and 11 of 16, so
// that 3000 ppb would be 952. The results are therefore read here.
//
// The chip stretches the bus's clock, which the Raspberry Pi's older controllers get wrong at 100 kHz; at 10 kHz
// (dtparam=i2c_arm_baudrate=10000) they do not.
type gas struct{ *watch }

const (
	ccs811Status  = 0x00
	ccs811Results = 0x02 // CO₂ and vapours of two bytes each, then status and error
	ccs811ID      = 0x20

	ccs811App   = 1 << 7 // FW_MODE
	ccs811Valid = 1 << 4 // APP_VALID
	ccs811Ready = 1 << 3 // DATA_READY
	ccs811Error = 1 << 0
	ccs811Spare = 3 << 1
	ccs811Poll  = 20 * time.Millisecond
)

func startCCS811(w *watch, _ *Options) (driver, error) {
	// Back to the boot loader: one whose application runs takes its start for an error.
	if err := w.put(0xFF, 0x11, 0xE5, 0x72, 0x8A); err != nil {
		return nil, err
	}
	if err := w.wait(2 * time.Millisecond); err != nil { // t_START after a reset
		return nil, err
	}
	d := gas{w}
	var id, status [1]byte
	if err := w.get(ccs811ID, id[:]); err != nil {
		return nil, err
	}
	if err := w.get(ccs811Status, status[:]); err != nil {
		return nil, err
	}
	switch {
	case id[0] != 0x81:
		return nil, otherChipError{errNotIt("ccs811")}
	case status[0]&ccs811Valid == 0:
		return nil, otherChipError{fmt.Errorf("the chip has no valid firmware: status %#02x", status[0])}
	}
	opts := ccs811.DefaultOpts // a measurement a second
	opts.Addr = w.addr
	_, err := ccs811.New(d, &opts)
	return d, err
}

// Tx gives the chip the millisecond that it needs after APP_START.
func (d gas) Tx(addr uint16, out, in []byte) error {
	if err := d.watch.Tx(addr, out, in); err != nil || len(out) != 1 || out[0] != 0xF4 {
		return err
	}
	return d.wait(time.Millisecond)
}

// sense waits for the next measurement, one a second, and puts ppm of CO₂ and ppb of vapours.
func (d gas) sense(v []float64) error {
	for {
		var in [6]byte
		if err := d.get(ccs811Status, in[:1]); err != nil {
			return err
		}
		switch status := in[0]; {
		case status&ccs811Spare != 0:
			return fmt.Errorf("status %#02x has bits that none has: a line of the bus is stuck", status)
		case status&ccs811App == 0:
			return errForgot
		case status&ccs811Error == 0 && status&ccs811Ready == 0:
			if err := d.wait(ccs811Poll); err != nil {
				return err
			}
			continue
		}
		if err := d.get(ccs811Results, in[:]); err != nil {
			return err
		}
		if in[4]&ccs811Error != 0 {
			return fmt.Errorf("the chip reports error %#02x (ERROR_ID, datasheet v1-06)", in[5])
		}
		v[0], v[1] = float64(uint16(in[0])<<8|uint16(in[1])), float64(uint16(in[2])<<8|uint16(in[3]))
		return nil
	}
}
