package chips

import "time"

// SCD4x is Sensirion's SCD40 or SCD41, which measures CO₂, temperature and humidity: SCD4x datasheet, version 1.3. It is
// safe for concurrent use.
type SCD4x struct {
	sensirion
	raw       [3]uint16 // ppm, temperature, humidity as the chip sees them: section 3.5.2
	data      [3]uint16
	ready     bool
	measuring bool
	convert   sampler
}

// scd4xPeriod is the time between two measurements, section 3.5.1.
const scd4xPeriod = 5 * time.Second

// NewSCD4x returns a chip just powered on in the air of the datasheet's example: 500 ppm, 25 °C, 37 %.
func NewSCD4x() *SCD4x {
	c := &SCD4x{raw: [3]uint16{0x01f4, 0x6667, 0x5eb9}}
	c.tx, c.reset = c.transfer, c.powerOn
	return c
}

// Set sets the air.
func (c *SCD4x) Set(ppm, celsius, percentRH float64) {
	c.set(func() {
		c.raw = [3]uint16{uint16(code(ppm, 1, 0, 65535)), uint16(code(celsius+45, 175./65535, 0, 65535)),
			uint16(code(percentRH, 100./65535, 0, 65535))}
	})
}

func (c *SCD4x) powerOn() {
	c.busy, c.answer, c.ready, c.measuring, c.convert = time.Time{}, nil, false, false, sampler{}
}

func (c *SCD4x) transfer(now time.Time, w, r []byte) error {
	if c.fault != Busy && c.convert.next(now) {
		c.data, c.ready = c.raw, true
	}
	return c.exchange(now, w, r, func(cmd uint16) (time.Duration, []uint16, error) { return c.command(cmd, now) })
}

// command does what table 9 says; what is not for a chip that measures is not acknowledged by one.
func (c *SCD4x) command(cmd uint16, now time.Time) (time.Duration, []uint16, error) {
	const short = time.Millisecond
	switch cmd {
	case 0xe4b8: // the lower 11 bits are 0 while there is nothing, section 3.8.2
		word := uint16(0x8000)
		if c.ready {
			word = 0x8006
		}
		return short, []uint16{word}, nil
	case 0xec05: // a buffer that reading empties, section 3.5.2
		if !c.ready {
			return short, nil, nil
		}
		c.ready = false
		return short, append([]uint16(nil), c.data[:]...), nil
	case 0x3f86: // whether an idle chip acknowledges it is not said: here it does not
		if !c.measuring {
			return 0, nil, errNACK
		}
		c.measuring, c.ready, c.convert = false, false, sampler{}
		return 500 * time.Millisecond, nil, nil
	case 0x36f6: // wake_up is never acknowledged, section 3.10.4
		return 0, nil, errNACK
	}
	if c.measuring {
		return 0, nil, errNACK
	}
	switch cmd {
	case 0x21b1:
		c.measuring = true
		c.convert.run(now, scd4xPeriod, scd4xPeriod)
		return 0, nil, nil
	case 0x3682:
		return short, []uint16{0xf896, 0x9f07, 0x3bbe}, nil // the example of section 3.9.2
	}
	return short, nil, nil
}
