package main

import (
	"fmt"
	"math"
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

// overrun asserts that sound which came while edged stood still is counted as lost. The stop is longer than edged's buffer
// of a second at most, and shorter than the 3 s after which it takes a device for dead.
func (j *judge) overrun() {
	j.table.row("edged stands still for 2 s: an overrun", func() (string, error) {
		began := time.Now()
		if _, err := j.board.ask("freeze 2000"); err != nil {
			return "", err
		}
		var lost uint64
		_, err := j.seen.await("health", began, 2*patience, asJSON(func(h *health) error {
			if lost = h.Sensors["mic"].Lost; lost < 1000 {
				return fmt.Errorf("health tells of %d lost frames of sound", lost)
			}
			return nil
		}))
		return fmt.Sprintf("%d frames of sound counted as lost", lost), err
	})
	j.table.row("… and no more", func() (string, error) {
		_, err := j.seen.await("room/labels", time.Now(), recovery, well("mic"))
		return "mic is back", err
	})
	j.table.row("health has counted the faults", func() (says string, err error) {
		_, err = j.seen.await("health", j.table.start, 2*patience, asJSON(func(h *health) error {
			cam, loop, mic, air := h.Sensors["cam"], h.Sensors["loop"], h.Sensors["mic"], h.Sensors["air"]
			says = fmt.Sprintf("reopened: cam %d, loop %d, mic %d; errors: cam %d, loop %d, mic %d, air %d",
				cam.Reopens, loop.Reopens, mic.Reopens, cam.Errors, loop.Errors, mic.Errors, air.Errors)
			if min(cam.Reopens, loop.Reopens, mic.Reopens, cam.Errors, loop.Errors, mic.Errors, air.Errors) == 0 {
				return fmt.Errorf("%s", says)
			}
			return nil
		}))
		return says, err
	})
}
