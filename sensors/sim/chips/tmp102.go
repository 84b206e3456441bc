package chips

import (
	"encoding/binary"
	"time"
)

// TMP102 is Texas Instruments' thermometer, SBOS397. It is safe for concurrent use.
type TMP102 struct {
	core
	regs    [4]uint16 // temperature, configuration, low and high limit: section 7.5
	ptr     byte
	sixteen int // sixteenths of a degree, as the converter sees them
	convert sampler
}

const (
	tmp102Shutdown = 1 << 8
	tmp102Extended = 1 << 4
	tmp102OneShot  = 1 << 15
	tmp102Fixed    = 3<<13 | 1<<5 // R1, R0 and AL: read-only
	tmp102Takes    = 35 * time.Millisecond
)

// NewTMP102 returns a chip at 25 °C, just powered on.
func NewTMP102() *TMP102 {
	c := &TMP102{sixteen: 25 * 16}
	c.tx, c.reset = c.transfer, c.powerOn
	c.powerOn()
	return c
}

// Set sets the temperature; the chip has steps of 1/16 °C.
func (c *TMP102) Set(celsius float64) {
	c.set(func() { c.sixteen = code(celsius, 1./16, -4096, 4095) })
}

func (c *TMP102) powerOn() {
	c.regs, c.ptr = [4]uint16{0, 0x60A0, 0x4B00, 0x5000}, 0
	c.start(time.Now())
}

// start begins conversions at the rate of CR1 and CR0, table 8.
func (c *TMP102) start(now time.Time) {
	period := [4]time.Duration{4 * time.Second, time.Second, 250 * time.Millisecond, 125 * time.Millisecond}
	c.convert.run(now, tmp102Takes, period[c.regs[1]>>6&3])
	if c.regs[1]&tmp102Shutdown != 0 {
		c.convert.period = 0
		c.convert.on = c.regs[1]&tmp102OneShot != 0
	}
}

// transfer is one transfer: the pointer, then a register's two bytes.
func (c *TMP102) transfer(now time.Time, w, r []byte) error {
	if c.convert.next(now) && c.fault != Busy {
		c.regs[0] = c.register()
	}
	if len(w) > 0 {
		c.ptr = w[0] & 3
	}
	if len(w) >= 3 && c.ptr != 0 {
		c.regs[c.ptr] = binary.BigEndian.Uint16(w[1:])
		if c.ptr == 1 {
			c.regs[1] |= tmp102Fixed
			c.start(now)
		}
	}
	return pair(r, c.regs[c.ptr])
}

// register is what the temperature register holds: 12 bits to the left, or 13 and a 1 in extended mode (tables 4 and 5).
func (c *TMP102) register() uint16 {
	if c.regs[1]&tmp102Extended != 0 {
		return uint16(c.sixteen)<<3 | 1
	}
	return uint16(min(max(c.sixteen, -2048), 2047)) << 4
}

// pair reads a register of two bytes, again and again if more is wanted.
func pair(r []byte, v uint16) error {
	for i := range r {
		r[i] = byte(v >> (8 * (1 - i&1)))
	}
	return nil
}
