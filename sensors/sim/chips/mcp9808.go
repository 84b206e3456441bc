package chips

import (
	"encoding/binary"
	"time"
)

// MCP9808 is Microchip's thermometer, DS25095. It is safe for concurrent use.
type MCP9808 struct {
	core
	regs       [8]uint16 // section 5.1; the limits, 2 to 4, have the temperature's format
	resolution byte      // register 8
	ptr        byte
	sixteen    int // sixteenths of a degree, as the converter sees them
	convert    sampler
}

const (
	mcp9808Shutdown = 1 << 8
	mcp9808Degrees  = 0x1fff // sign and 12 bits; above them three flags
)

// NewMCP9808 returns a chip at 25 °C, just powered on.
func NewMCP9808() *MCP9808 {
	c := &MCP9808{sixteen: 25 * 16}
	c.tx, c.reset = c.transfer, c.powerOn
	c.powerOn()
	return c
}

// Set sets the temperature; the chip has steps of 1/16 °C.
func (c *MCP9808) Set(celsius float64) {
	c.set(func() { c.sixteen = code(celsius, 1./16, -4096, 4095) })
}

func (c *MCP9808) powerOn() {
	c.regs, c.resolution, c.ptr = [8]uint16{6: 0x0054, 7: 0x0400}, 3, 0
	c.start(time.Now())
}

// start begins conversions, which take what the resolution needs (table "temperature conversion time", section 1).
func (c *MCP9808) start(now time.Time) {
	takes := [4]time.Duration{30, 65, 130, 250}[c.resolution&3] * time.Millisecond
	c.convert.run(now, takes, takes)
	c.convert.on = c.regs[1]&mcp9808Shutdown == 0
}

// transfer is one transfer: the pointer, then a register's two bytes, or the one of the resolution.
func (c *MCP9808) transfer(now time.Time, w, r []byte) error {
	if c.convert.next(now) && c.fault != Busy {
		c.regs[5] = c.register()
	}
	if len(w) > 0 {
		c.ptr = w[0] & 15
	}
	switch {
	case c.ptr == 8 && len(w) >= 2:
		c.resolution = w[1] & 3
		c.start(now)
	case c.ptr >= 1 && c.ptr <= 4 && len(w) >= 3:
		c.regs[c.ptr] = binary.BigEndian.Uint16(w[1:])
		if c.ptr == 1 {
			c.start(now)
		}
	}
	switch {
	case c.ptr == 8 && len(r) > 0:
		r[0] = c.resolution
	case c.ptr < 8:
		return pair(r, c.regs[c.ptr])
	}
	return nil
}

// register is the temperature in two's complement, cut to the resolution, below the flags of section 5.1.3.1: at or
// above critical, above upper, below lower.
func (c *MCP9808) register() uint16 {
	t := c.sixteen >> (3 - c.resolution&3) << (3 - c.resolution&3)
	limit := func(reg int) int { return int(int16(c.regs[reg]<<3)) >> 3 }
	v := uint16(t) & mcp9808Degrees
	if t >= limit(4) {
		v |= 1 << 15
	}
	if t > limit(2) {
		v |= 1 << 14
	}
	if t < limit(3) {
		v |= 1 << 13
	}
	return v
}
