package main

import (
	"fmt"
	"math"
	"time"
)

// hearTones asserts the level of tones that the guest plays into the sound card.
func (j *judge) hearTones() {
	for _, tone := range []struct{ hz, dBFS float64 }{{1000, -20}, {440, -6}} {
		j.table.row(fmt.Sprintf("a tone of %v Hz at %v dBFS", tone.hz, tone.dBFS), func() (string, error) {
			if _, err := j.board.ask("tone %v %v", tone.hz, tone.dBFS); err != nil {
				return "", err
			}
			var says string
			_, err := j.seen.await("mic/reading", time.Now(), firstPatience, asJSON(func(r *reading) error {
				level := r.Values["level"]
				says = fmt.Sprintf("measured at %.2f %s", level.Value, level.Unit)
				if math.Abs(level.Value-tone.dBFS) > 0.1 || level.Unit != "dBFS" {
					return fmt.Errorf("%s", says)
				}
				return nil
			}))
			return says, err
		})
	}
}

// overrun asserts that sound which came while edged stood still is counted as lost. The stop is longer than any buffer
// that edged may have asked for.
func (j *judge) overrun() {
	j.table.row("edged stands still for 4 s: an overrun", func() (string, error) {
		began := time.Now()
		if _, err := j.board.ask("freeze 4000"); err != nil {
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
}
