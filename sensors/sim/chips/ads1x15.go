package chips

import (
	"encoding/binary"
	"time"
)

// ADS1x15 is Texas Instruments' converter of four voltages, with 16 bits (ADS1115, SBAS444) or 12 (ADS1015, SBAS473).
// It is safe for concurrent use.
type ADS1x15 struct {
	core
	bits    int
	regs    [4]uint16 // conversion, config, low and high threshold: section 9.6
	ptr     byte
	volt    [4]float64
	convert sampler
}

const (
	adsDefault = 0x8583  // section 9.6.3
	adsIdle    = 1 << 15 // OS: written, start one conversion; read, none is going on
	adsSingle  = 1 << 8  // MODE
)

// NewADS1115 returns a chip of 16 bits, just powered on, with all inputs at ground.
func NewADS1115() *ADS1x15 { return newADS1x15(16) }

// NewADS1015 returns a chip of 12 bits, just powered on, with all inputs at ground.
func NewADS1015() *ADS1x15 { return newADS1x15(12) }

func newADS1x15(bits int) *ADS1x15 {
	c := &ADS1x15{bits: bits}
	c.tx, c.reset = c.transfer, c.powerOn
	c.powerOn()
	return c
}

// Set sets the voltage at one of the inputs, 0 to 3, against ground.
func (c *ADS1x15) Set(input int, volt float64) { c.set(func() { c.volt[input] = volt }) }

func (c *ADS1x15) powerOn() {
	c.regs, c.ptr = [4]uint16{0, adsDefault &^ adsIdle, 0x8000, 0x7FFF}, 0
	c.convert = sampler{}
}

// transfer is one transfer: the pointer, then a register's two bytes.
func (c *ADS1x15) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		c.regs[0] = c.measure()
	}
	if len(w) > 0 {
		c.ptr = w[0] & 3
	}
	if len(w) >= 3 && c.ptr != 0 {
		v := binary.BigEndian.Uint16(w[1:])
		if c.ptr == 1 {
			c.start(v, now)
			v &^= adsIdle
		}
		c.regs[c.ptr] = v
	}
	v := c.regs[c.ptr]
	if c.ptr == 1 && (!c.convert.on || v&adsSingle == 0) {
		v |= adsIdle
	}
	return pair(r, v)
}

// start begins what config asks for. The chip's clock is a tenth off at the worst, and it takes 25 µs to wake up (table
// "electrical characteristics", section 9.4.2.1).
func (c *ADS1x15) start(config uint16, now time.Time) {
	takes := time.Second/time.Duration(c.rate(config>>5&7))*11/10 + 25*time.Microsecond
	switch {
	case config&adsSingle == 0:
		c.convert.run(now, takes, takes)
	case config&adsIdle != 0:
		c.regs[1] = config
		c.convert.run(now, takes, 0)
	}
}

// rate is samples a second by DR, section 9.6.3.
func (c *ADS1x15) rate(dr uint16) int {
	if c.bits == 12 {
		return [8]int{128, 250, 490, 920, 1600, 2400, 3300, 3300}[dr]
	}
	return [8]int{8, 16, 32, 64, 128, 250, 475, 860}[dr]
}

// measure is the voltage between the inputs that MUX names, in the span that PGA names, in two's complement to the left.
func (c *ADS1x15) measure() uint16 {
	inputs := [8][2]int{{0, 1}, {0, 3}, {1, 3}, {2, 3}, {0, -1}, {1, -1}, {2, -1}, {3, -1}}[c.regs[1]>>12&7]
	span := [8]float64{6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256}[c.regs[1]>>9&7]
	v := c.volt[inputs[0]]
	if inputs[1] >= 0 {
		v -= c.volt[inputs[1]]
	}
	half := 1 << (c.bits - 1)
	return uint16(code(v, span/float64(half), -half, half-1)) << (16 - c.bits)
}
