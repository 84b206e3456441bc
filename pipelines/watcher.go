package pipelines

import (
	"time"

	"edged/sensors"
)

// Watcher looks on at a pipeline and makes events of what it sees there, such as alerts. Its methods are called one at a time,
// in the order of a recording, and must be quick: the whole Group waits for them. Package alerts has one.
type Watcher interface {
	Name() string // as its events have it in place of a model's

	// See takes an event that the pipeline has just made, unless this Watcher did. It keeps no reference to ev.
	See(ev *Event)
	// Read takes a sensor's reading, or the level of a microphone's sound. It keeps no reference to r.
	Read(sensor string, r *sensors.Reading)
	// Look is called after each See, and twice a second without one. It returns the events that are due, oldest first: their
	// Kind, their Window if they have one, and what belongs to the Kind. They are the pipeline's from then on. senses are the pipeline's sensors at now; they are
	// valid until Look returns.
	Look(now time.Time, senses []Sense) []*Event
	// Tell completes an event that Look has returned, and that now has its Seq and times. It is called in Look's order.
	Tell(ev *Event)
}

// Sense is how a sensor fares at a moment.
type Sense struct {
	Sensor string
	State  State
	Why    string        // it is not OK, in words; or what is odd although it is
	Age    time.Duration // of its newest sample; below 0 if it has given none
}
