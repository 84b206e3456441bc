package chips

import (
	"bytes"
	"encoding/binary"
	"time"
)

// CCS811 is ams's (now ScioSense's) sensor of organic vapours, which also guesses the CO₂: CCS811 datasheet, v1-06. It
// is safe for concurrent use.
type CCS811 struct {
	core
	app     bool // the application runs, not the boot loader
	mode    byte // MEAS_MODE
	ready   bool
	failed  byte // ERROR_ID
	data    [4]byte
	raw     [2]uint16 // ppm of CO₂ and ppb of vapours
	ptr     byte
	busy    time.Time // until then nothing is acknowledged
	convert sampler
}

// NewCCS811 returns a chip just powered on, in air of 450 ppm and 25 ppb.
func NewCCS811() *CCS811 {
	c := &CCS811{raw: [2]uint16{450, 25}}
	c.tx, c.reset = c.transfer, c.powerOn
	return c
}

// Set sets the air, within what the chip can say.
func (c *CCS811) Set(ppm, ppb float64) {
	c.set(func() { c.raw = [2]uint16{uint16(code(ppm, 1, 400, 29206)), uint16(code(ppb, 1, 0, 32768))} })
}

func (c *CCS811) powerOn() {
	c.app, c.mode, c.ready, c.failed, c.data, c.convert = false, 0, false, 0, [4]byte{}, sampler{}
	c.busy = time.Time{}
}

// transfer is one transfer: the mailbox, then what goes into it or comes out.
func (c *CCS811) transfer(now time.Time, w, r []byte) error {
	if now.Before(c.busy) {
		return errNACK
	}
	if c.fault != Busy && c.convert.next(now) {
		binary.BigEndian.PutUint16(c.data[:], c.raw[0])
		binary.BigEndian.PutUint16(c.data[2:], c.raw[1])
		c.ready = true
	}
	if len(w) > 0 {
		c.ptr = w[0]
		c.write(w[1:], len(r) == 0, now)
	}
	if len(r) > 0 {
		clear(r)
		c.read(r)
	}
	return nil
}

// write does what a write to a mailbox does. alone says that no read follows.
func (c *CCS811) write(v []byte, alone bool, now time.Time) {
	switch {
	case c.ptr == 0xFF && bytes.Equal(v, []byte{0x11, 0xE5, 0x72, 0x8A}): // SW_RESET
		c.powerOn()
		c.busy = now.Add(2 * time.Millisecond)
	case c.ptr == 0xF4 && alone && !c.app: // APP_START
		c.app = true
		c.busy = now.Add(time.Millisecond)
	case c.ptr == 0xF4 && alone:
		c.failed |= 1 // WRITE_REG_INVALID
	case c.ptr == 1 && len(v) == 1 && c.app:
		c.mode = v[0]
		period := [8]time.Duration{0, 1000, 10000, 60000, 250, 0, 0, 0}[c.mode>>4&7] * time.Millisecond
		c.convert = sampler{}
		if period > 0 {
			c.convert.run(now, period, period)
		} else if c.mode>>4&7 != 0 {
			c.failed |= 4 // MEASMODE_INVALID
		}
	}
}

func (c *CCS811) read(r []byte) {
	switch c.ptr {
	case 0x00:
		r[0] = c.status()
	case 0x01:
		r[0] = c.mode
	case 0x02: // ALG_RESULT_DATA; reading it takes DATA_READY back
		copy(r, append(c.data[:], c.status(), c.failed))
		c.ready = false
	case 0x20:
		r[0] = 0x81
	case 0x21:
		r[0] = 0x12
	case 0xE0:
		r[0], c.failed = c.failed, 0
	}
}

// status is FW_MODE, APP_VALID, DATA_READY and ERROR.
func (c *CCS811) status() byte {
	s := byte(1 << 4)
	for bit, set := range map[int]bool{7: c.app, 3: c.ready, 0: c.failed != 0} {
		if set {
			s |= 1 << bit
		}
	}
	return s
}
