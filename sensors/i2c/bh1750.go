package i2c

import (
	"errors"
	"time"
)

// light is a BH1750. ROHM BH1750FVI technical note 11046EDT01, pages 2, 5 and 7.
//
// periph's driver waits 140 ms where the chip may take 180 ms, starts the measurement anew in the transfer that reads
// it, and drops what is below 1 lx; hence this one.
type light struct{ *watch }

const (
	bh1750On   = 0x01
	bh1750Once = 0x20 // one measurement in high resolution, then down
	bh1750Max  = 180 * time.Millisecond
)

func startBH1750(w *watch, _ *Options) (driver, error) {
	return light{w}, w.put(bh1750On)
}

// sense puts lx.
func (d light) sense(v []float64) error {
	if err := d.put(bh1750On); err != nil {
		return err
	}
	if err := d.put(bh1750Once); err != nil {
		return err
	}
	if err := d.wait(bh1750Max); err != nil {
		return err
	}
	var in [2]byte
	if err := d.Tx(d.addr, nil, in[:]); err != nil {
		return err
	}
	counts := uint16(in[0])<<8 | uint16(in[1])
	if counts == 0xffff {
		return errors.New("65535 counts, the most there are: more light than the chip can measure, or a stuck line of the bus")
	}
	v[0] = float64(counts) / 1.2
	return nil
}
