package i2c

import (
	"fmt"
	"time"
)

// vapours is an SGP30. Sensirion SGP30 datasheet, version 1.0, section 6.3, table 10.
//
// periph's driver starts a goroutine that measures every second, logs what fails and goes on with the old values, takes
// any checksum, and sleeps for 20 s before; hence this one.
type vapours struct {
	*watch
	began time.Time
}

const (
	sgp30Init    = 0x2003
	sgp30Measure = 0x2008
	sgp30Version = 0x202f
	sgp30Warm    = 15 * time.Second // after init: 400 ppm and 0 ppb, whatever there is
)

func startSGP30(w *watch, _ *Options) (driver, error) {
	var version [1]uint16
	if err := w.ask(sgp30Version, 10*time.Millisecond, version[:]); err != nil {
		return nil, err
	}
	if version[0]>>12 != 0 { // the product type, section 6.3, table 9
		return nil, otherChipError{errNotIt("sgp30")}
	}
	err := w.ask(sgp30Init, 10*time.Millisecond, nil)
	return &vapours{watch: w, began: time.Now()}, err
}

// sense puts ppm of CO₂ and ppb of vapours. It is to be called every second, on which the chip's own baseline rests.
func (d *vapours) sense(v []float64) error {
	var words [2]uint16
	warm := time.Since(d.began) > sgp30Warm
	if err := d.ask(sgp30Measure, 12*time.Millisecond, words[:]); err != nil {
		return err
	}
	if !warm {
		return fmt.Errorf("%w: readings begin %v after its start", ErrWarming, sgp30Warm)
	}
	v[0], v[1] = float64(words[0]), float64(words[1])
	return nil
}
