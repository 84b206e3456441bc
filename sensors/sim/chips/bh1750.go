package chips

import (
	"encoding/binary"
	"time"
)

// BH1750 is ROHM's sensor of light, BH1750FVI technical note 11046EDT01. It is safe for concurrent use.
type BH1750 struct {
	core
	on      bool
	mode    byte // the command of the measurement under way, or the last
	time    byte // MTreg, by default 69
	data    [2]byte
	lux     float64
	convert sampler
}

// NewBH1750 returns a chip just powered on, in a room of 300 lx.
func NewBH1750() *BH1750 {
	c := &BH1750{lux: 300}
	c.tx, c.reset = c.transfer, c.powerOn
	c.powerOn()
	return c
}

// Set sets the light.
func (c *BH1750) Set(lux float64) { c.set(func() { c.lux = lux }) }

func (c *BH1750) powerOn() {
	c.on, c.mode, c.time, c.data, c.convert = false, 0, 69, [2]byte{}, sampler{}
}

// transfer is one transfer: a command of one byte, or the data of two.
func (c *BH1750) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		c.measure()
	}
	for _, b := range w {
		c.command(b, now)
	}
	copy(r, c.data[:])
	return nil
}

// command does what the instruction set says (page 5). Measuring wakes a chip that is down, as the pictures of pages 7
// and 8 have it.
func (c *BH1750) command(b byte, now time.Time) {
	switch {
	case b == 0x00:
		c.on, c.convert = false, sampler{}
	case b == 0x01:
		c.on = true
	case b == 0x07 && c.on: // not acceptable in power down mode
		c.data = [2]byte{}
	case b>>3 == 8: // 01000xxx: the upper 3 bits of the time
		c.time = b<<5 | c.time&31
	case b>>5 == 3: // 011xxxxx: the lower 5
		c.time = c.time&^31 | b&31
	case b>>4 == 1 || b>>4 == 2:
		c.begin(b, now)
	}
}

// begin measures for as long as page 2 allows, in proportion to MTreg.
func (c *BH1750) begin(b byte, now time.Time) {
	takes := 180 * time.Millisecond
	if b&3 == 3 {
		takes = 24 * time.Millisecond
	}
	takes = takes * time.Duration(c.time) / 69
	c.on, c.mode = true, b
	c.convert.run(now, takes, takes)
	if b>>4 == 2 {
		c.convert.period = 0
	}
}

// measure stores counts: 1.2 to the lux at the default time, twice as many in mode 2 (page 11).
func (c *BH1750) measure() {
	perLux := 1.2 * float64(c.time) / 69
	if c.mode&3 == 1 {
		perLux *= 2
	}
	binary.BigEndian.PutUint16(c.data[:], uint16(code(c.lux, 1/perLux, 0, 0xffff)))
	c.on = c.mode>>4 == 1
}
