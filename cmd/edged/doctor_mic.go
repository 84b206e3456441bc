package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"edged/sensors/mic"
)

// microphoneDoctor looks for sound cards that record.
type microphoneDoctor struct {
	root    fs.FS                                      // holds proc and sys
	inspect func(card, device int) (mic.Report, error) // opens a device for a moment
}

func newMicrophoneDoctor() microphoneDoctor {
	return microphoneDoctor{os.DirFS("/"), mic.Inspect}
}

// diagnose returns a finding for each device that records.
func (d *microphoneDoctor) diagnose() []findingJSON {
	cards, err := mic.Cards(d.root)
	list := broken("microphones", err)
	for _, c := range cards {
		for _, device := range c.Captures {
			list = append(list, d.examine(&c, device))
		}
	}
	return list
}

// examine says how one device of a card fares.
func (d *microphoneDoctor) examine(c *mic.Card, device int) findingJSON {
	f := findingJSON{Name: fmt.Sprintf("hw:%s,%d", c.ID, device), State: c.Name}
	if c.USB != "" {
		f.State += ", usb:" + c.USB
		if c.Serial != "" {
			f.State += ":" + c.Serial
		}
	}
	r, err := d.inspect(c.Number, device)
	switch holder := mic.Holder(d.root, c.Number, device); {
	case errors.Is(err, fs.ErrPermission):
		f.Wrong, f.State, f.Remedy = true, f.State+": permission denied", "add the user to the group of the files in /dev/snd, as a rule audio"
	case holder != "":
		f.State += ": in use by " + holder
		f.Level, f.Remedy = note, "microphone: pulse shares it, where that is a sound server"
	case errors.Is(err, syscall.EBUSY):
		f.Level, f.State = note, f.State+": in use"
	case errors.Is(err, errNotAsked):
		f.State += ": " + err.Error()
	case err != nil:
		f.Wrong, f.State = true, f.State+": "+err.Error()
	default:
		f.State += ": " + abilities(&r)
	}
	return f
}

// abilities says in words what a device can do.
func abilities(r *mic.Report) string {
	formats := strings.Join(r.Formats, " ")
	if formats == "" {
		formats = "no format that edged reads"
	}
	return fmt.Sprintf("%s, %s Hz, %s channels", formats, span(r.Rates), span(r.Channels))
}

func span(ends [2]int) string {
	if ends[0] == ends[1] {
		return fmt.Sprint(ends[0])
	}
	return fmt.Sprintf("%d to %d", ends[0], ends[1])
}
