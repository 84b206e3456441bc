package chips

import (
	"encoding/binary"
	"time"
)

// ADXL345 is Analog Devices' sensor of acceleration, revision E of its datasheet. It is safe for concurrent use.
type ADXL345 struct {
	core
	regs    [0x40]byte
	ptr     byte
	g       [3]float64
	convert sampler
}

// The ADXL345's registers, table 19.
const (
	adxlID     = 0x00
	adxlRate   = 0x2C
	adxlPower  = 0x2D
	adxlSource = 0x30
	adxlFormat = 0x31
	adxlData   = 0x32

	adxlMeasure = 1 << 3 // of POWER_CTL
	adxlFull    = 1 << 3 // of DATA_FORMAT
	adxlLeft    = 1 << 2
)

// NewADXL345 returns a chip just powered on that lies flat: 1 g along z.
func NewADXL345() *ADXL345 {
	c := &ADXL345{g: [3]float64{0, 0, 1}}
	c.tx, c.reset = c.transfer, c.powerOn
	c.powerOn()
	return c
}

// Set sets the acceleration in g.
func (c *ADXL345) Set(x, y, z float64) { c.set(func() { c.g = [3]float64{x, y, z} }) }

func (c *ADXL345) powerOn() {
	c.regs, c.ptr, c.convert = [0x40]byte{}, 0, sampler{}
	c.regs[adxlID], c.regs[adxlRate], c.regs[adxlSource] = 0xE5, 0x0A, 0x02
}

// transfer is one transfer: the register, then bytes that go to it and those after it; reads step on too.
func (c *ADXL345) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		c.measure()
	}
	if len(w) > 0 {
		c.ptr = w[0]
		for _, b := range w[1:] {
			c.write(b, now)
			c.ptr++
		}
	}
	for i := range r {
		r[i] = c.regs[c.ptr&0x3f]
		if c.ptr >= adxlData && c.ptr < adxlData+6 {
			c.regs[adxlSource] &^= 0x80 // DATA_READY
		}
		c.ptr++
	}
	return nil
}

// write changes a register unless it is read-only or there is none.
func (c *ADXL345) write(v byte, now time.Time) {
	if c.ptr >= adxlSource && c.ptr != adxlFormat && c.ptr != 0x38 || c.ptr < 0x1D || c.ptr == 0x2B {
		return
	}
	c.regs[c.ptr] = v
	if c.ptr == adxlPower || c.ptr == adxlRate {
		// 0.1 Hz at code 0, twice as much at each step, 3200 Hz at 15: table 7. The first takes 1.1 ms more (table 1).
		period := time.Second * 10 >> (c.regs[adxlRate] & 15)
		c.convert.run(now, period+1100*time.Microsecond, period)
		c.convert.on = c.regs[adxlPower]&adxlMeasure != 0
	}
}

// measure stores the axes: 256 to the g in full resolution, else 10 bits over the range (table 1, figure 49).
func (c *ADXL345) measure() {
	format := c.regs[adxlFormat]
	wide := int(format & 3) // ±2 g, ±4 g, ±8 g, ±16 g
	bits, perG := 10+wide, 256.
	if format&adxlFull == 0 {
		bits, perG = 10, 256/float64(int(1)<<wide)
	}
	half := 1 << (bits - 1)
	for i, g := range c.g {
		v := uint16(code(g, 1/perG, -half, half-1))
		if format&adxlLeft != 0 {
			v <<= 16 - bits
		}
		binary.LittleEndian.PutUint16(c.regs[adxlData+2*i:], v)
	}
	c.regs[adxlSource] |= 0x80
}
