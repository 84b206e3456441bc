package main

import (
	"fmt"
	"time"
)

// fault is something that is done to the hardware and undone.
type fault struct {
	name, sensor string
	do, undo     string        // what the guest is asked
	during       time.Duration // how long it lasts once edged has noticed
}

// recovery is how soon edged must be back.
const recovery = 5 * time.Second

func faultsOf() []fault {
	return []fault{
		{name: "the camera is unplugged", sensor: "cam", do: "unbind vivid", undo: "bind vivid", during: time.Second},
		{name: "the camera's pictures never come", sensor: "cam", do: "drop 100", undo: "drop 0", during: 2 * time.Second},
		{name: "the sound card is unplugged", sensor: "mic", do: "unbind snd_aloop", undo: "bind snd_aloop", during: time.Second},
		{name: "the I²C bus is unplugged", sensor: "air", do: "bus unplug", undo: "bus plug", during: time.Second},
		{name: "the I²C bus is stuck", sensor: "air", do: "bus stick", undo: "bus free"},
		{name: "the chip does not answer", sensor: "air", do: "chip dead", undo: "chip healthy"},
		{name: "the second camera is mute", sensor: "loop", do: "feed pause", undo: "feed go", during: 2 * time.Second},
		{name: "JPEGs are cut short", sensor: "loop", do: "feed cut 1000", undo: "feed cut 0", during: time.Second},
	}
}

// faults puts each fault in once.
func (j *judge) faults() {
	for _, f := range faultsOf() {
		var undone time.Time
		j.table.row(f.name, func() (says string, err error) {
			says, undone, err = j.inflict(f)
			return fmt.Sprintf("degraded %q", f.sensor+": "+says), err
		})
		j.table.row("… and no more", func() (string, error) {
			took, err := j.recovered(f, undone)
			return fmt.Sprintf("%s is back after %.2f s", f.sensor, took.Seconds()), err
		})
	}
}

// inflict lets a fault happen and end. It returns what edged says of it, and when the hardware was whole again.
func (j *judge) inflict(f fault) (says string, undone time.Time, err error) {
	began := time.Now()
	if _, err := j.board.ask("%s", f.do); err != nil {
		return "", began, fmt.Errorf("%s: %w", f.do, err)
	}
	_, err = j.seen.await("room/labels", began, patience, ill(f.sensor, &says))
	time.Sleep(f.during)
	if _, bad := j.board.ask("%s", f.undo); bad != nil && err == nil {
		err = fmt.Errorf("%s: %w", f.undo, bad)
	}
	return says, time.Now(), err
}

// recovered waits until edged calls the sensor well again.
func (j *judge) recovered(f fault, undone time.Time) (time.Duration, error) {
	m, err := j.seen.await("room/labels", undone, recovery, well(f.sensor))
	return m.at.Sub(undone), err
}

// end asserts that it was one and the same edged all the time, and that it leaves nothing behind.
func (j *judge) end() {
	j.table.row("no restart", func() (string, error) {
		pid := j.holds()["pid"]
		j.seen.mu.Lock()
		defer j.seen.mu.Unlock()
		if pid != j.pid || len(j.seen.boots) != 1 || j.seen.gaps != 0 {
			return "", fmt.Errorf("pid %d was %d, %d boot ids, %d gaps in the events", pid, j.pid, len(j.seen.boots), j.seen.gaps)
		}
		return fmt.Sprintf("pid %d, one boot id, %d events without a gap", pid, j.seen.seqs["room"]), nil
	})
	j.table.row("SIGTERM ends it, with no goroutine or descriptor left", func() (string, error) {
		began := time.Now()
		if _, err := j.board.ask("end"); err != nil {
			return "", err
		}
		_, err := j.seen.await("availability", began, patience, func(b []byte) error {
			if string(b) != "stopped" {
				return fmt.Errorf("it says %q", b)
			}
			return nil
		})
		return "exit status 0", err
	})
	_, _ = j.board.ask("quit") // and the board hangs up
}
