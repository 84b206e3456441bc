package chips

import (
	"encoding/binary"
	"time"
)

// The BME280's registers. Bosch BST-BME280-DS002, section 5.3, table 18.
const (
	regCalib00  = 0x88 // 24 bytes of T1..P9, little-endian; 0xA0 unused; H1 at 0xA1
	regCalibH1  = 0xA1
	regID       = 0xD0
	regReset    = 0xE0
	regCalib26  = 0xE1 // H2..H6
	regCtrlHum  = 0xF2
	regStatus   = 0xF3
	regCtrlMeas = 0xF4
	regConfig   = 0xF5
	regData     = 0xF7 // pressure 20 bits, temperature 20 bits, humidity 16 bits, most significant byte first

	bme280ID      = 0x60
	bmp280ID      = 0x58
	resetWord     = 0xB6
	statusMeasure = 1 << 3

	skipped   = 0x80000 // a pressure or temperature that was not measured, sections 5.4.7 and 5.4.8
	skippedRH = 0x8000
)

// Modes of ctrl_meas[1:0], section 3.3. 1 and 2 are both forced.
const (
	modeSleep  = 0
	modeNormal = 3
)

// BME280 is Bosch's sensor of temperature, pressure and humidity. It is safe for concurrent use.
type BME280 struct {
	core
	regs    [256]byte
	ptr     byte
	raw     [3]uint32 // pressure, temperature, humidity as the converter sees them now
	osrsH   byte      // ctrl_hum as taken over by the last write of ctrl_meas, section 5.4.3
	began   time.Time // of the running conversion (forced) or of normal mode
	latched int64     // conversions of normal mode that have been stored
}

// NewBME280 returns a chip just powered on, with the calibration words and raw values of Bosch's worked example (BMP280
// datasheet BST-BMP280-DS001, section 3.12: 519888 is 25.08 °C, 415148 is 100653 Pa).
func NewBME280() *BME280 {
	return newBMx280(bme280ID)
}

// NewBMP280 returns the same without the humidity: its registers read as zeros and swallow what is written.
func NewBMP280() *BME280 {
	c := newBMx280(bmp280ID)
	c.regs[regCalibH1] = 0
	clear(c.regs[regCalib26 : regCalib26+7])
	return c
}

func newBMx280(id byte) *BME280 {
	c := &BME280{raw: [3]uint32{415148, 519888, 28000}}
	c.tx, c.reset = c.transfer, c.powerOn
	c.regs[regID] = id
	bosch.store(&c.regs)
	c.powerOn()
	return c
}

// SetRaw sets what the converters see: 20 bits of temperature and pressure, 16 of humidity; higher bits are dropped.
func (c *BME280) SetRaw(temperature, pressure uint32, humidity uint16) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setRaw(temperature, pressure, uint32(humidity))
}

// SetAir sets what the converters see such that the chip reads the nearest to these it can. Values beyond what the
// converters can express stay at the nearest end, as in a real chip.
func (c *BME280) SetAir(celsius, pascal, percentRH float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setRaw(bosch.invert(celsius, pascal, percentRH))
}

// SetFault breaks or mends the chip.
func (c *BME280) SetFault(f Fault) {
	c.mu.Lock()
	c.advance(time.Now())
	c.mu.Unlock()
	c.core.SetFault(f)
}

// transfer is one transfer: the first byte written sets the register, further ones are values and register, value pairs
// (section 6.2.1); reads step on from the register.
func (c *BME280) transfer(now time.Time, w, r []byte) error {
	c.advance(now)
	if len(w) > 0 {
		c.ptr = w[0]
	}
	for len(w) > 1 {
		c.write(w[0], w[1], now)
		w = w[2:]
	}
	for i := range r {
		r[i] = c.regs[c.ptr]
		c.ptr++
	}
	return nil
}

func (c *BME280) setRaw(temperature, pressure, humidity uint32) {
	c.advance(time.Now())
	if c.fault != Frozen {
		c.raw = [3]uint32{pressure & 0xfffff, temperature & 0xfffff, humidity & 0xffff}
	}
}

func (c *BME280) powerOn() {
	c.ptr, c.osrsH = 0, 0
	clear(c.regs[regCtrlHum : regConfig+1])
	c.store(skipped, skipped, skippedRH)
}

// write does what a write of one register does; those that are read-only or unknown swallow it.
func (c *BME280) write(reg, v byte, now time.Time) {
	switch reg {
	case regReset:
		if v == resetWord {
			c.powerOn()
		}
	case regCtrlHum:
		if c.regs[regID] == bme280ID {
			c.regs[reg] = v & 7
		}
	case regConfig: // may be ignored in normal mode, section 5.4.6: the model always does
		if c.mode() != modeNormal {
			c.regs[reg] = v
		}
	case regCtrlMeas:
		was := c.mode()
		c.regs[reg] = v
		c.osrsH = c.regs[regCtrlHum]
		if c.mode() != modeSleep && (c.mode() != modeNormal || was != modeNormal) {
			c.began, c.latched = now, 0
			c.regs[regStatus] |= statusMeasure
		}
	}
}

func (c *BME280) mode() byte { return c.regs[regCtrlMeas] & 3 }

// advance brings the registers to now: ends a forced conversion, or does what normal mode has done since last asked.
func (c *BME280) advance(now time.Time) {
	if c.mode() == modeSleep || c.fault == Busy {
		return
	}
	ran, takes := now.Sub(c.began), c.conversion()
	if c.mode() != modeNormal {
		if ran >= takes {
			c.latch()
			c.regs[regCtrlMeas] &^= 3
			c.regs[regStatus] &^= statusMeasure
		}
		return
	}
	period := takes + standby[c.regs[regConfig]>>5]
	done := int64(ran / period)
	c.regs[regStatus] |= statusMeasure
	if ran%period >= takes {
		c.regs[regStatus] &^= statusMeasure
		done++
	}
	if done > c.latched {
		c.latched = done
		c.latch()
	}
}

// standby is t_standby by config[7:5], section 5.4.6, table 27.
var standby = [8]time.Duration{500 * time.Microsecond, 62500 * time.Microsecond, 125 * time.Millisecond,
	250 * time.Millisecond, 500 * time.Millisecond, time.Second, 10 * time.Millisecond, 20 * time.Millisecond}

// conversion is the longest that one measurement takes, section 9.1.
func (c *BME280) conversion() time.Duration {
	d := 1250*time.Microsecond + 2300*time.Microsecond*time.Duration(oversampling(c.osrsT()))
	if n := oversampling(c.osrsP()); n > 0 {
		d += 575*time.Microsecond + 2300*time.Microsecond*time.Duration(n)
	}
	if n := oversampling(c.osrsH); n > 0 {
		d += 575*time.Microsecond + 2300*time.Microsecond*time.Duration(n)
	}
	return d
}

func (c *BME280) osrsT() byte { return c.regs[regCtrlMeas] >> 5 }
func (c *BME280) osrsP() byte { return c.regs[regCtrlMeas] >> 2 & 7 }

// oversampling gives how many samples a code of 3 bits asks for: 0, 1, 2, 4, 8 or, from 5 on, 16.
func oversampling(code byte) int {
	if code == 0 {
		return 0
	}
	return 1 << (min(code, 5) - 1)
}

// latch stores what the converters see, cut to the resolution that the oversampling gives (sections 3.4.2, 3.4.3).
func (c *BME280) latch() {
	p, t, h := c.raw[0], c.raw[1], c.raw[2]
	c.store(c.cut(p, c.osrsP()), c.cut(t, c.osrsT()), h)
	if c.osrsH == 0 && c.regs[regID] == bme280ID {
		binary.BigEndian.PutUint16(c.regs[regData+6:], skippedRH)
	}
}

// cut keeps 16 bits at oversampling 1, one more at each step, all 20 with the filter on.
func (c *BME280) cut(raw uint32, code byte) uint32 {
	switch filter := c.regs[regConfig] >> 2 & 7; {
	case code == 0:
		return skipped
	case filter != 0:
		return raw
	}
	drop := 5 - min(code, 5)
	return raw >> drop << drop
}

func (c *BME280) store(p, t, h uint32) {
	d := c.regs[regData : regData+8]
	d[0], d[1], d[2] = byte(p>>12), byte(p>>4), byte(p<<4)
	d[3], d[4], d[5] = byte(t>>12), byte(t>>4), byte(t<<4)
	if c.regs[regID] == bme280ID {
		binary.BigEndian.PutUint16(d[6:], uint16(h))
	}
}
