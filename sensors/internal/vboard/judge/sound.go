package main

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// hear asserts the level of a tone that the guest plays into the sound card.
func (j *judge) hear(hz, dBFS float64) {
	j.table.row(fmt.Sprintf("a tone of %v Hz at %v dBFS", hz, dBFS), func() (string, error) {
		if _, err := j.board.ask("tone %v %v", hz, dBFS); err != nil {
			return "", err
		}
		var says string
		_, err := j.seen.await("mic/reading", time.Now(), firstPatience, asJSON(func(r *reading) error {
			level := r.Values["level"]
			says = fmt.Sprintf("measured at %.2f %s", level.Value, level.Unit)
			if math.Abs(level.Value-dBFS) > 0.1 || level.Unit != "dBFS" {
				return fmt.Errorf("%s", says)
			}
			return nil
		}))
		return says, err
	})
}

// overrun asserts that events tell of sound that came while edged stood still. The stop is longer than edged's buffer of a
// second at most, and shorter than the 3 s after which it takes a device for dead.
func (j *judge) overrun() {
	var began time.Time
	j.table.row("edged stands still for 2 s: an overrun", func() (says string, err error) {
		if _, err := j.board.ask("freeze 2000"); err != nil {
			return "", err
		}
		began = time.Now()
		_, err = j.seen.await("room/labels", began, patience, func(b []byte) error {
			if err := ill("mic", &says)(b); err != nil {
				return err
			}
			if !strings.Contains(says, "frames of sound lost") {
				return errors.New(says)
			}
			return nil
		})
		return fmt.Sprintf("degraded %q", "mic: "+says), err
	})
	j.table.row("… and no more", func() (string, error) {
		m, err := j.seen.await("room/labels", began, recovery, well("mic"))
		return fmt.Sprintf("mic is whole after %.2f s", m.at.Sub(began).Seconds()), err
	})
}

// counted asserts what health says after all faults.
func (j *judge) counted() {
	j.table.row("health has counted the faults", func() (says string, err error) {
		_, err = j.seen.await("health", j.table.start, 3*patience, asJSON(func(h *health) error {
			cam, loop, mic, air := h.Sensors["cam"], h.Sensors["loop"], h.Sensors["mic"], h.Sensors["air"]
			says = fmt.Sprintf("reopened: cam %d, loop %d, mic %d; errors: cam %d, loop %d, mic %d, air %d; frames of sound lost: %d",
				cam.Reopens, loop.Reopens, mic.Reopens, cam.Errors, loop.Errors, mic.Errors, air.Errors, mic.Lost)
			if min(cam.Reopens, loop.Reopens, mic.Reopens, cam.Errors, loop.Errors, mic.Errors, air.Errors, mic.Lost) == 0 {
				return fmt.Errorf("%s", says)
			}
			return nil
		}))
		return says, err
	})
}
