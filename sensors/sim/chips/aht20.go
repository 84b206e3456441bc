package chips

import "time"

// AHT20 is Aosong's sensor of temperature and humidity, product manual A1. It is safe for concurrent use.
type AHT20 struct {
	core
	calibrated bool
	data       [5]byte // 20 bits of humidity, 20 of temperature
	raw        [2]int  // as the converter sees them
	convert    sampler
}

// NewAHT20 returns a chip just powered on, not yet calibrated, at 25 °C and 50 %.
func NewAHT20() *AHT20 {
	c := &AHT20{}
	c.tx, c.reset = c.transfer, c.powerOn
	c.Set(25, 50)
	return c
}

// Set sets the air. Section 6 of the manual.
func (c *AHT20) Set(celsius, percentRH float64) {
	c.set(func() {
		c.raw = [2]int{code(percentRH, 100./(1<<20), 0, 1<<20-1), code(celsius+50, 200./(1<<20), 0, 1<<20-1)}
	})
}

func (c *AHT20) powerOn() { c.calibrated, c.data, c.convert = false, [5]byte{}, sampler{} }

// transfer is one transfer: a command (section 5.3), then the status, the data and a checksum.
func (c *AHT20) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		h, t := c.raw[0], c.raw[1]
		c.data = [5]byte{byte(h >> 12), byte(h >> 4), byte(h<<4) | byte(t>>16), byte(t >> 8), byte(t)}
	}
	switch {
	case len(w) >= 1 && w[0] == 0xBA:
		c.powerOn()
	case len(w) >= 3 && w[0] == 0xBE:
		c.calibrated = true
	case len(w) >= 3 && w[0] == 0xAC && w[1] == 0x33:
		c.convert.run(now, 80*time.Millisecond, 0)
	}
	status := byte(0x10)
	if c.calibrated {
		status |= 1 << 3
	}
	if c.convert.on {
		status |= 1 << 7
	}
	all := append([]byte{status}, c.data[:]...)
	copy(r, append(all, crc8(all)))
	return nil
}
