package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"edged/boards"
	"edged/cmd/edged/internal/config"
)

// folder is where edged keeps what must last.
type folder struct {
	path  string
	needs int64 // bytes that it may come to hold
	asked bool  // the config or systemd names it
}

// stateOf is the folder of the outbox, or that which systemd gives the service, or would.
func stateOf(c *config.Config, env func(string) string) folder {
	f := folder{path: "/var/lib/edged"}
	if states := filepath.SplitList(env("STATE_DIRECTORY")); len(states) > 0 {
		f.path, f.asked = states[0], true
	}
	if c == nil {
		return f
	}
	if path := outboxPath(c.MQTT.Outbox.Path, env); path != "" {
		f.path, f.needs, f.asked = path, int64(c.MQTT.Outbox.Limit), true
	}
	return f
}

// clock says whether the time is right: by systemd-timesyncd's file, or by the kernel, whom every program that sets the
// clock tells.
func (d *boardDoctor) clock() findingJSON {
	c := boards.ClockOf(d.root)
	f := findingJSON{Name: "clock", State: "set by a server"}
	if d.here && !c.Synchronized {
		c.Synchronized = kernelSynchronized()
	}
	if !c.Synchronized {
		f.Level, f.State = warning, "not set by a server"
		f.Cause = "events may say wrong times, and certificates look expired or not valid yet"
		f.Remedy = "systemctl enable --now systemd-timesyncd, or chrony"
	}
	if !c.Battery {
		f.State += "; no clock that runs without power"
	}
	return f
}

// scarce is too little room for the oldest file of an outbox to be rewritten.
const scarce = 16 << 20

// disk says what the folder lies on, how much room is there and how worn it is.
func (d *boardDoctor) disk(at folder) findingJSON {
	f := findingJSON{Name: "disk"}
	s, err := boards.StorageOf(d.root, at.path)
	if err != nil {
		f.Level, f.State = note, err.Error()
		return f
	}
	f.State = fmt.Sprintf("%s is on %s", at.path, s.Type)
	if s.Medium != "" {
		f.State += fmt.Sprintf(" of the %s %s", s.Medium, s.Disk)
	}
	if s.Wear.Known && s.Wear.Used > 0 {
		f.State += fmt.Sprintf(", at most %d %% worn", s.Wear.Used)
	}
	free := int64(-1)
	if d.here {
		if free = freeBytes(existing(at.path)); free >= 0 {
			f.State += fmt.Sprintf(", %s free", mebibytes(free))
		}
	}
	d.judge(&f, at, &s, free)
	return f
}

func (d *boardDoctor) judge(f *findingJSON, at folder, s *boards.Storage, free int64) {
	bad := warning
	if at.asked {
		bad = ailing
	}
	switch {
	case s.Wear.Used > 100 || s.Wear.PreEOL == 3:
		f.Level, f.Cause, f.Remedy = ailing, "it is worn out, and may become read-only at any time", "save what is on it, and replace it"
	case s.ReadOnly:
		f.Level, f.Cause, f.Remedy = bad, "it is read-only", "mount it writable, or name another folder in mqtt.outbox.path"
	case free >= 0 && free < scarce:
		f.Level, f.Cause, f.Remedy = bad, "it is full", "make room; journalctl --vacuum-size=100M is a beginning"
	case s.Volatile:
		f.Level, f.Cause, f.Remedy = warning, "it is in memory: events that wait for the broker are lost with the power", "name a folder on a disk in mqtt.outbox.path"
	case s.Wear.Used >= 90 || s.Wear.PreEOL == 2:
		f.Level, f.Cause, f.Remedy = warning, "it is nearly worn out", "replace it soon"
	case free >= 0 && free < at.needs:
		f.Level, f.Cause, f.Remedy = warning, "mqtt.outbox.limit is "+mebibytes(at.needs), "make room, or lower the limit"
	}
}

// existing is the path, or the nearest folder above it that is there.
func existing(path string) string {
	for path != "/" && path != "." {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		path = filepath.Dir(path)
	}
	return path
}
