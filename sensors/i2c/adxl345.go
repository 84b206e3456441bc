package i2c

import (
	"encoding/binary"
	"time"
)

// motion is an ADXL345. Analog Devices ADXL345 datasheet, revision E, tables 7 and 19.
//
// periph's driver speaks SPI on I²C too: it sets bit 7 of the register to read, which here is another register, and
// writes to that. It ignores errors. Hence this one.
type motion struct{ *watch }

const (
	adxlID     = 0x00
	adxlRate   = 0x2C // BW_RATE, then POWER_CTL; DATA_FORMAT at 0x31, and six bytes of axes
	adxlPower  = 0x2D
	adxlFormat = 0x31

	adxl345ID  = 0xE5
	adxl100Hz  = 0x0A
	adxlActive = 1 << 3
	adxlFull   = 1<<3 | 3 // full resolution, ±16 g: 256 counts to the g, table 1
	adxlPerG   = 256      // counts
)

func startADXL345(w *watch, _ *Options) (driver, error) {
	var id [1]byte
	if err := w.get(adxlID, id[:]); err != nil {
		return nil, err
	}
	if id[0] != adxl345ID {
		return nil, otherChipError{errNotIt("adxl345")}
	}
	for _, set := range [][2]byte{{adxlFormat, adxlFull}, {adxlRate, adxl100Hz}, {adxlPower, adxlActive}} {
		if err := w.put(set[:]...); err != nil {
			return nil, err
		}
	}
	return motion{w}, w.wait(12 * time.Millisecond) // the period and 1.1 ms, table 1
}

// sense puts g along x, y and z. One burst takes the axes of one moment, and the settings: a chip that lost its power
// for a moment has others.
func (d motion) sense(v []float64) error {
	var in [12]byte
	if err := d.get(adxlRate, in[:]); err != nil {
		return err
	}
	if in[0] != adxl100Hz || in[1] != adxlActive || in[5] != adxlFull {
		return errForgot
	}
	for i := range v {
		v[i] = float64(int16(binary.LittleEndian.Uint16(in[6+2*i:]))) / adxlPerG
	}
	return nil
}
