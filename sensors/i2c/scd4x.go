package i2c

import (
	"time"

	"periph.io/x/devices/v3/scd4x"
)

// Commands of the SCD4x that the watch knows. Sensirion SCD4x datasheet, version 1.3, table 9.
const (
	scd4xStop    = 0x3f86
	scd4xReady   = 0xe4b8
	scd4xWakeUp  = 0x36f6
	scd4xAnswers = time.Millisecond // until a command's answer may be read
	scd4xPoll    = 100 * time.Millisecond
)

// co2 is an SCD40 or SCD41, and the bus that its driver sees. The driver waits by sleeping, for seconds if the chip is
// not ready; so it is asked only when nothing is left to wait for.
type co2 struct {
	*watch
	dev *scd4x.Dev
}

func startSCD4x(w *watch, _ *Options) (driver, error) {
	// One that measures already takes nothing but a stop, which lasts 500 ms (section 3.5.3); an idle one may refuse it.
	if err := w.put(scd4xStop>>8, scd4xStop&0xff); isNoBus(err) {
		return nil, err
	}
	if err := w.wait(500 * time.Millisecond); err != nil {
		return nil, err
	}
	d := &co2{watch: w}
	dev, err := scd4x.NewI2C(d, w.addr)
	d.dev = dev
	return d, err
}

// sense waits for the next measurement, one in 5 s, and puts ppm, °C and %.
func (d *co2) sense(v []float64) error {
	for ready := (uint16)(0); ready&0x7ff == 0; { // section 3.8.2
		var word [1]uint16
		if err := d.ask(scd4xReady, scd4xAnswers, word[:]); err != nil {
			return err
		}
		if ready = word[0]; ready&0x7ff == 0 {
			if err := d.wait(scd4xPoll); err != nil {
				return err
			}
		}
	}
	var env scd4x.Env
	if err := d.dev.Sense(&env); err != nil {
		return err
	}
	v[0], v[1], v[2] = float64(env.CO2), celsius(env.Temperature), percent(env.Humidity)
	return nil
}

// Tx supplies what the driver leaves out: the time between a command and its answer. It also says for the chip what is
// known already, lest the driver sleep: that it is ready, and that it never acknowledges a wake_up (section 3.10.4).
func (d *co2) Tx(addr uint16, out, in []byte) error {
	var cmd uint16
	if len(out) >= 2 {
		cmd = uint16(out[0])<<8 | uint16(out[1])
	}
	switch {
	case cmd == scd4xWakeUp:
		_ = d.watch.Tx(addr, out, in)
		d.err = d.ctx.Err()
		return d.err
	case cmd == scd4xReady:
		copy(in, []byte{0x80, 0x06, crc8([]byte{0x80, 0x06})})
		return nil
	case len(in) == 0:
		return d.watch.Tx(addr, out, nil)
	}
	if err := d.watch.Tx(addr, out, nil); err != nil {
		return err
	}
	if err := d.wait(scd4xAnswers); err != nil {
		return err
	}
	return d.watch.Tx(addr, nil, in)
}
