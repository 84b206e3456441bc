package chips

import (
	"sync"
	"time"
)

// Fault is what is wrong with a chip.
type Fault uint8

// The faults.
const (
	Healthy Fault = iota
	Dead          // no answer: unplugged. Becoming healthy again is a power-on
	Busy          // answers, but a conversion never ends
	Frozen        // answers and converts, but the values stay as they were
	Corrupt       // one bit of each answer is flipped on the wire
	Garbage       // answers are noise
)

// core is what all models share: a lock, faults, and the transfer that tx implements. The methods that models have of
// their own hold mu.
type core struct {
	mu    sync.Mutex
	tx    func(now time.Time, w, r []byte) error // one transfer of a chip that is alive
	reset func()                                 // power-on
	fault Fault
	noise uint32
}

// Tx is one transfer.
func (c *core) Tx(w, r []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault == Dead {
		return errNACK
	}
	if err := c.tx(time.Now(), w, r); err != nil {
		return err
	}
	c.spoil(r)
	return nil
}

// SetFault breaks or mends the chip.
func (c *core) SetFault(f Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault == Dead && f != Dead {
		c.reset()
	}
	c.fault = f
}

// Reset is a short loss of power: the settings are gone, and nobody is told.
func (c *core) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reset()
}

// set runs do, which sets what the chip's converters see, unless that is frozen.
func (c *core) set(do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fault != Frozen {
		do()
	}
}

func (c *core) spoil(r []byte) {
	for i := range r {
		c.noise = c.noise*1664525 + 1013904223 // Numerical Recipes, 2nd edition, section 7.1
		switch {
		case c.fault == Garbage:
			r[i] = byte(c.noise >> 24)
		case c.fault == Corrupt && i == 0:
			r[i] ^= 1 << (c.noise >> 29)
		}
	}
}

// command is the two bytes that Sensirion's and similar chips are told what to do by, 0 if there are fewer.
func command(w []byte) uint16 {
	if len(w) < 2 {
		return 0
	}
	return uint16(w[0])<<8 | uint16(w[1])
}

// words puts each word into r with its checksum behind it, as many as fit.
func words(r []byte, ws ...uint16) {
	var all []byte
	for _, w := range ws {
		all = append(all, byte(w>>8), byte(w))
		all = append(all, crc8(all[len(all)-2:]))
	}
	for i := copy(r, all); i < len(r); i++ {
		r[i] = 0xff // nobody drives the line
	}
}

// crc8 is Sensirion's checksum: polynomial 0x31, begun with 0xff; that of 0xBEEF is 0x92 (SGP30 datasheet, section 6.6).
func crc8(data []byte) byte {
	crc := byte(0xff)
	for _, b := range data {
		crc ^= b
		for range 8 {
			if crc&0x80 != 0 {
				crc = crc<<1 ^ 0x31
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// code rounds v/step to the nearest integer from least to most; no number is least.
func code(v, step float64, least, most int) int {
	v /= step
	switch {
	case !(v > float64(least)):
		return least
	case v > float64(most):
		return most
	case v < 0:
		return int(v - 0.5)
	}
	return int(v + 0.5)
}
