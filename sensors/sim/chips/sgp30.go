package chips

import "time"

// SGP30 is Sensirion's sensor of organic vapours, which also guesses the CO₂: SGP30 datasheet, version 1.0. It is safe
// for concurrent use.
type SGP30 struct {
	sensirion
	raw   [2]uint16 // ppm of CO₂ and ppb of vapours
	began time.Time // of iaq_init; zero before it
}

// sgp30Warm is how long after iaq_init fixed values are given, section 6.3.
const sgp30Warm = 15 * time.Second

// NewSGP30 returns a chip just powered on, in air of 450 ppm and 25 ppb.
func NewSGP30() *SGP30 {
	c := &SGP30{raw: [2]uint16{450, 25}}
	c.tx, c.reset = c.transfer, c.powerOn
	return c
}

// Set sets the air, within what the chip can say: 400 to 60000 ppm, 0 to 60000 ppb (section 1.2).
func (c *SGP30) Set(ppm, ppb float64) {
	c.set(func() { c.raw = [2]uint16{uint16(code(ppm, 1, 400, 60000)), uint16(code(ppb, 1, 0, 60000))} })
}

func (c *SGP30) powerOn() { c.busy, c.answer, c.began = time.Time{}, nil, time.Time{} }

func (c *SGP30) transfer(now time.Time, w, r []byte) error {
	return c.exchange(now, w, r, func(cmd uint16) (time.Duration, []uint16, error) { return c.command(cmd, now) })
}

// command does what table 10 says. What measure_iaq does before iaq_init the datasheet leaves open: here it is not
// acknowledged.
func (c *SGP30) command(cmd uint16, now time.Time) (time.Duration, []uint16, error) {
	switch cmd {
	case 0x2003:
		c.began = now
		return 10 * time.Millisecond, nil, nil
	case 0x2008:
		switch {
		case c.began.IsZero():
			return 0, nil, errNACK
		case c.fault == Busy:
			return 24 * time.Hour, nil, nil
		case now.Sub(c.began) < sgp30Warm:
			return 12 * time.Millisecond, []uint16{400, 0}, nil
		}
		return 12 * time.Millisecond, append([]uint16(nil), c.raw[:]...), nil
	case 0x202f:
		return 10 * time.Millisecond, []uint16{0x0022}, nil
	}
	return 0, nil, errNACK
}
