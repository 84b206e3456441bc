package pipelines

import (
	"slices"
	"time"

	"edged/sensors"
)

// Digest is what an event of KindDigest says: what became of a pipeline in an hour or a day, which is the event's Window. The
// event's Caption and Captions say it in words.
type Digest struct {
	Period Period
	Zone   string // how far the clock of whose hours and days it is one was ahead of UTC when the Window began: +01:00

	Since, Until time.Time     // the first and the last moment of the Window in which anybody watched
	Covered      time.Duration // for how long of the Window somebody watched

	Happened []Happening // in the order in which they first happened
	Alerts   []Raised    // by name
	Readings []Range     // by sensor and name
	Silent   []Silence   // by sensor
	LeftOut  int         // what happened besides, for the shortest times
}

// Period is how long a Digest's Window is.
type Period string

// The periods.
const (
	Hour Period = "hour"
	Day  Period = "day"
)

// Spells are the times in which something was so, as far as they lie in a Window.
type Spells struct {
	Times          int // 0 if that depends on how short a gap, or how brief one of them, counts; never of alerts and sensors
	Total, Longest time.Duration
	Rough          bool      // a quarter of Total or more is gaps, too short to end any of the times; never of alerts and sensors
	First, Last    time.Time // when the first began, or the Window; and when the last ended
	Before         bool      // the first began before the Window
	On             bool      // the last goes on behind it
}

// Happening is a label, or a class of objects, that was found.
type Happening struct {
	What   string
	Kind   Kind // KindLabels or KindDetections
	Sensor string
	Model  string
	Spells

	Most   int // objects at once
	Tracks int // that began; 0 also if nobody follows them
}

// Raised is an alert that was open.
type Raised struct {
	Alert    string
	Severity string
	Spells
}

// Silence is a sensor that gave nothing, or could not be read.
type Silence struct {
	Sensor string
	Why    string // in words, as of the last of the times
	Spells
}

// Range is what became of one of a sensor's values.
type Range struct {
	Sensor, Name   string
	Unit           sensors.Unit
	N              uint64 // readings
	Min, Mean, Max float64
}

// clone returns a copy of d that shares nothing with it; nil of nil.
func (d *Digest) clone() *Digest {
	if d == nil {
		return nil
	}
	c := *d
	c.Happened, c.Alerts = slices.Clone(d.Happened), slices.Clone(d.Alerts)
	c.Readings, c.Silent = slices.Clone(d.Readings), slices.Clone(d.Silent)
	return &c
}
