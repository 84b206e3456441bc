package chips

import (
	"encoding/binary"
	"time"
)

// BMP180 is Bosch's older sensor of temperature and pressure, BST-BMP180-DS000. It is safe for concurrent use.
type BMP180 struct {
	core
	regs    [256]byte
	ptr     byte
	ut, up  int // what the converter sees: 16 and 19 bits
	convert sampler
}

// The BMP180's registers, section 4.
const (
	bmp180Calib = 0xAA
	bmp180Ctrl  = 0xF4
	bmp180Out   = 0xF6
	bmp180Sco   = 1 << 5 // of ctrl: converting
)

// bmp180Example are the words of the worked example of section 3.5: AC1 to AC6, B1, B2, MB, MC, MD.
var bmp180Example = [11]int{408, -72, -14383, 32741, 32757, 23153, 6190, 4, -32768, -8711, 2868}

// NewBMP180 returns a chip just powered on, with the values of Bosch's worked example: 15.0 °C, 69964 Pa.
func NewBMP180() *BMP180 {
	c := &BMP180{ut: 27898, up: 23843 << 3}
	c.tx, c.reset = c.transfer, c.powerOn
	c.regs[regID] = 0x55
	for i, w := range bmp180Example {
		binary.BigEndian.PutUint16(c.regs[bmp180Calib+2*i:], uint16(w))
	}
	c.powerOn()
	return c
}

// Set sets the air.
func (c *BMP180) Set(celsius, pascal float64) {
	c.set(func() {
		const first = 20500 // below it the formula has no sense
		c.ut = first + int(nearest(1<<16-first, celsius, func(raw uint32) float64 { return bmp180B5(first+int(raw)) / 160 }))
		b5 := bmp180B5(c.ut)
		c.up = int(nearest(1<<19, pascal, func(raw uint32) float64 { return bmp180Pascal(float64(raw)/8, b5) }))
	})
}

func (c *BMP180) powerOn() {
	clear(c.regs[bmp180Ctrl : bmp180Out+3])
	c.ptr, c.convert = 0, sampler{}
}

func (c *BMP180) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		c.measure()
	}
	if len(w) > 0 {
		c.ptr = w[0]
	}
	if len(w) > 1 && c.ptr == regReset && w[1] == resetWord {
		c.powerOn()
	}
	if len(w) > 1 && c.ptr == bmp180Ctrl {
		c.regs[bmp180Ctrl] = w[1] | bmp180Sco
		takes := [4]time.Duration{4500, 7500, 13500, 25500}[w[1]>>6] // table 8
		c.convert.run(now, takes*time.Microsecond, 0)
	}
	for i := range r {
		r[i] = c.regs[c.ptr]
		c.ptr++
	}
	return nil
}

// measure stores what ctrl asked for: the temperature, or the pressure with 16 bits and one more at each step.
func (c *BMP180) measure() {
	v := c.ut << 8
	if c.regs[bmp180Ctrl]&0x1f == 0x14 {
		drop := 3 - c.regs[bmp180Ctrl]>>6
		v = c.up >> drop << drop << 5
	}
	c.regs[bmp180Out], c.regs[bmp180Out+1], c.regs[bmp180Out+2] = byte(v>>16), byte(v>>8), byte(v)
	c.regs[bmp180Ctrl] &^= bmp180Sco
}

// bmp180B5 is the temperature in 1/160 °C: section 3.5 in floating point.
func bmp180B5(ut int) float64 {
	k := bmp180Example
	x1 := float64(ut-k[5]) * float64(k[4]) / 32768
	return x1 + float64(k[9])*2048/(x1+float64(k[10]))
}

// bmp180Pascal is the pressure that up, of 16 bits, stands for.
func bmp180Pascal(up, b5 float64) float64 {
	k := func(i int) float64 { return float64(bmp180Example[i]) }
	b6 := b5 - 4000
	b3 := k(0) + (k(7)*b6*b6/4096/2048+k(1)*b6/2048)/4
	b4 := k(3) * ((k(2)*b6/8192+k(6)*b6*b6/4096/65536)/4 + 32768) / 32768
	p := (up - b3) * 50000 * 2 / b4
	return p + (p*p/65536*3038/65536-7357*p/65536+3791)/16
}
