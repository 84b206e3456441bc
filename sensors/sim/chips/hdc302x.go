package chips

import "time"

// HDC302x is Texas Instruments' HDC3020, 3021 or 3022, sensors of temperature and humidity: SNAS778. It is safe for
// concurrent use.
type HDC302x struct {
	core
	raw     [2]uint16 // temperature and humidity as the converter sees them
	data    [2]uint16
	ready   bool // data has not been read
	answer  []uint16
	convert sampler
}

// hdcTakes is how long a measurement takes in the mode of least noise (section 6.5), at the worst.
const hdcTakes = 15 * time.Millisecond

// NewHDC302x returns a chip just powered on, at 25 °C and 50 %.
func NewHDC302x() *HDC302x {
	c := &HDC302x{}
	c.tx, c.reset = c.transfer, c.powerOn
	c.Set(25, 50)
	return c
}

// Set sets the air. Section 8.5.7.3.1.
func (c *HDC302x) Set(celsius, percentRH float64) {
	c.set(func() {
		c.raw = [2]uint16{uint16(code(celsius+45, 175./65535, 0, 65535)), uint16(code(percentRH, 100./65535, 0, 65535))}
	})
}

func (c *HDC302x) powerOn() { c.ready, c.answer, c.convert = false, nil, sampler{} }

// transfer is one transfer: a command of two bytes, an answer of words with checksums, or both.
func (c *HDC302x) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		c.data, c.ready = c.raw, true
	}
	if len(w) >= 2 {
		if err := c.command(w[0], w[1], now); err != nil {
			return err
		}
	}
	if len(r) == 0 {
		return nil
	}
	if c.answer == nil { // a readout without data is not acknowledged, section 8.5.7.2
		return errNACK
	}
	words(r, c.answer...)
	c.answer = nil
	return nil
}

// command does what table 8-9 says. While the chip measures by itself it takes nothing but a readout and a stop, which
// otherwise it refuses; the datasheet does not say so, but this is the worst for a driver.
func (c *HDC302x) command(hi, lo byte, now time.Time) error {
	c.answer = nil
	auto := c.convert.on && c.convert.period > 0
	if stop := hi == 0x30 && lo == 0x93; auto && hi != 0xE0 && !stop || stop && !auto {
		return errNACK
	}
	c.obey(hi, lo, now)
	return nil
}

func (c *HDC302x) obey(hi, lo byte, now time.Time) {
	periods := map[byte]time.Duration{0x20: 2000, 0x21: 1000, 0x22: 500, 0x23: 250, 0x27: 100}
	period, auto := periods[hi]
	switch cmd := uint16(hi)<<8 | uint16(lo); {
	case auto:
		c.ready = false
		c.convert.run(now, hdcTakes, period*time.Millisecond)
	case hi == 0x24: // trigger on demand: the answer is read when it is there
		c.ready = false
		c.convert.run(now, hdcTakes, 0)
	case cmd == 0x3093:
		c.convert, c.ready = sampler{}, false
	case cmd == 0x30A2:
		c.powerOn()
	case cmd == 0xE000 && c.ready:
		c.answer, c.ready = c.data[:], false
	case cmd == 0x3781:
		c.answer = []uint16{0x3000}
	case cmd == 0xF32D:
		c.answer = []uint16{0x8010}
	}
}
