package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// judge looks at one board.
type judge struct {
	table *table
	seen  *watcher
	board *link
	pid   int // edged's
}

// Patience with a board that is emulated on a busy machine: for the first of everything, and then for what is there.
const (
	firstPatience = 40 * time.Second
	patience      = 10 * time.Second
)

// startUp asserts that edged comes up and gives what the hardware gives.
func (j *judge) startUp() {
	start := j.table.start
	j.table.row("edged says that it is online", func() (string, error) {
		_, err := j.seen.await("availability", start, firstPatience, func(b []byte) error {
			if string(b) != "online" {
				return fmt.Errorf("it says %q", b)
			}
			return nil
		})
		return j.board.hello, err
	})
	j.pid = j.holds()["pid"]
	for _, s := range []string{"cam", "loop", "mic", "air"} {
		j.table.row("events of "+s, func() (string, error) {
			_, err := j.seen.await("room/labels", start, firstPatience, well(s))
			return "none degraded", err
		})
	}
	j.measure(start)
	j.seePictures(start)
	j.hear(1000, -20)
	j.hear(440, -6)
}

// again asserts, after all faults, that what edged gives is right, not only that it gives something.
func (j *judge) again() {
	now := time.Now()
	j.measure(now)
	j.seePictures(now)
	j.hear(2000, -12)
}

// measure asserts what the chip reads from a time on.
func (j *judge) measure(since time.Time) {
	j.table.row("the BME280 reads Bosch's worked example exactly", func() (string, error) {
		_, err := j.seen.await("air/reading", since, firstPatience, asJSON(worked))
		return "25.08 °C, 100653.25390625 Pa", err
	})
}

// worked asserts the example of Bosch's datasheet BST-BMP280-DS001, section 3.12: 25.08 °C and, by its formula in 64 bits,
// 25767233/256 Pa.
func worked(r *reading) error {
	t, p := r.Values["temperature"], r.Values["pressure"]
	if t.Value != 25.08 || t.Unit != "°C" || p.Value != 25767233.0/256 || p.Unit != "Pa" {
		return fmt.Errorf("it says %v %s and %v %s", t.Value, t.Unit, p.Value, p.Unit)
	}
	return nil
}

// well asks for an event of a sensor's encoder that does not call the sensor degraded.
func well(sensor string) func([]byte) error {
	return asJSON(func(ev *event) error {
		if ev.Sensor != sensor {
			return fmt.Errorf("no event of %s", sensor)
		}
		for _, d := range ev.Degraded {
			if strings.HasPrefix(d, sensor+":") {
				return errors.New(d)
			}
		}
		return nil
	})
}

// ill asks for an event, whose ever, that calls a sensor degraded, and keeps what it says.
func ill(sensor string, says *string) func([]byte) error {
	return asJSON(func(ev *event) error {
		for _, d := range ev.Degraded {
			if text, ok := strings.CutPrefix(d, sensor+": "); ok {
				*says = text
				return nil
			}
		}
		return fmt.Errorf("%s is not called degraded", sensor)
	})
}
