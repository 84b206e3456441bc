package chips

import (
	"encoding/binary"
	"time"
)

// INA219 is Texas Instruments' power monitor, SBOS448. It is safe for concurrent use.
type INA219 struct {
	core
	config, calibration uint16
	regs                [6]uint16 // what the last conversion left: shunt, bus, power and current at 1 to 4
	ptr                 byte
	shunt, bus          float64 // volts that the converter sees
	ohm                 float64
	convert             sampler
}

const (
	ina219Default = 0x399F // section 8.6.2.1
	ina219Ready   = 1 << 1 // CNVR, and OVF, of the bus voltage register: section 8.6.3.2
	ina219Over    = 1 << 0
)

// NewINA219 returns a chip just powered on, at 12 V and no current, with a shunt of that many ohms.
func NewINA219(ohm float64) *INA219 {
	c := &INA219{bus: 12, ohm: ohm}
	c.tx, c.reset = c.transfer, c.powerOn
	c.powerOn()
	return c
}

// Set sets the voltage of the load and the current through the shunt.
func (c *INA219) Set(volt, ampere float64) { c.set(func() { c.bus, c.shunt = volt, ampere*c.ohm }) }

func (c *INA219) powerOn() {
	c.config, c.calibration, c.regs, c.ptr = ina219Default, 0, [6]uint16{}, 0
	c.start(time.Now())
}

// start begins conversions of both voltages, each as long as table 5 says and a tenth longer, as at the worst.
func (c *INA219) start(now time.Time) {
	takes := (adcTime(c.config>>7) + adcTime(c.config>>3)) * 11 / 10
	c.convert.run(now, takes, takes)
	c.convert.on = c.config&7 == 7
	c.regs[2] &^= ina219Ready
}

// adcTime is how long one conversion takes by the 4 bits of BADC or SADC, table 5.
func adcTime(bits uint16) time.Duration {
	if bits&8 == 0 {
		return [4]time.Duration{84, 148, 276, 532}[bits&3] * time.Microsecond
	}
	return 532 * time.Microsecond << (bits & 7)
}

// transfer is one transfer: the pointer, then a register's two bytes.
func (c *INA219) transfer(now time.Time, w, r []byte) error {
	if c.convert.next(now) && c.fault != Busy {
		c.measure()
	}
	if len(w) > 0 {
		c.ptr = w[0]
	}
	if len(w) >= 3 {
		c.write(binary.BigEndian.Uint16(w[1:]), now)
	}
	switch c.ptr {
	case 0:
		return pair(r, c.config)
	case 5:
		return pair(r, c.calibration)
	case 1, 2, 3, 4:
		_ = pair(r, c.regs[c.ptr])
		if c.ptr == 3 && len(r) > 0 {
			c.regs[2] &^= ina219Ready
		}
	}
	return nil
}

func (c *INA219) write(v uint16, now time.Time) {
	switch {
	case c.ptr == 0 && v>>15 != 0:
		c.powerOn()
	case c.ptr == 0:
		c.config = v
		c.start(now)
	case c.ptr == 5:
		c.calibration = v &^ 1 // FS0 cannot be written, section 8.6.4.1
	}
}

// measure fills the registers: current is shunt·calibration/4096, power is current·bus/5000 (section 8.5).
func (c *INA219) measure() {
	span := 4000 << (c.config >> 11 & 3) // the gain's full scale in steps of 10 µV
	shunt := code(c.shunt, 10e-6, -span, span)
	bus := code(c.bus, 4e-3, 0, 4000<<(c.config>>13&1))
	current := shunt * int(c.calibration) / 4096
	power := max(current, -current) * bus / 5000
	flags := uint16(ina219Ready)
	if current != int(int16(current)) || power != int(uint16(power)) {
		flags |= ina219Over
	}
	c.regs = [6]uint16{1: uint16(shunt), uint16(bus<<3) | flags, uint16(power), uint16(current)}
}
