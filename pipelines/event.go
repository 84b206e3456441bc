package pipelines

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// Event is what one pipeline says of one window of time. Sinks encode it; DESIGN.md section 6 has its JSON form.
//
// A pipeline uses the memory of an event again for the next one, and heads that of what they have found. Who is given an event
// has it until he returns, and changes nothing in it; who keeps one keeps a Clone.
type Event struct {
	Seq      uint64 // counts the pipeline's events, from 1, without gap
	Boot     string // names the run of the daemon that made it
	Time     time.Time
	Window   Window
	Pipeline string
	Sensor   string // the sensor whose encoder made it; empty for a fused event
	Model    string // the model that made it

	Kind       Kind
	Labels     []Label
	Detections []Detection
	Counts     map[string]int // of KindDetections, if they are tracked, and of captions that a grammar makes: how many of each class there are; nil if nobody counts
	Caption    string         // of KindCaption, beside the labels that it is to say; and of KindDigest

	Captions map[string]string // the caption in further languages, by their codes: "de"

	Alert  *Alert  // of KindAlert
	Digest *Digest // of KindDigest

	Scores []float32 // of KindLabels, for Watchers alone: of all of the model's classes, in its order, told or not; the head's own

	Contributions map[string]float32       // how much each encoder's sensor weighed, in all 1: of captions that a grammar makes, how much of what is said it found; nil if a fusion model does not say
	Ages          map[string]time.Duration // per sensor of the pipeline, how old its newest sample is at Time; absent if it gave none yet
	Latency       time.Duration            // from the window's end to the event
	Degraded      []string                 // "mic: no samples for 4.2 s"
}

// Kind says which of an Event's payloads is filled, and so which topic it goes to.
type Kind string

// The kinds of events.
const (
	KindLabels     Kind = "labels"
	KindDetections Kind = "detections"
	KindCaption    Kind = "caption"
	KindAlert      Kind = "alert"
	KindDigest     Kind = "digest"
)

// Window is the span of sensor time that a result speaks of. A picture's Start and End are the same.
type Window struct{ Start, End time.Time }

// Label is a class with its score, 0 to 1.
type Label struct {
	Name  string
	Score float32
}

// Detection is an object found in a picture. Box edges are fractions of the picture's height and width, clipped to
// 0…1.
type Detection struct {
	Label
	Box Box

	Track int           // the same for one object in all events of an encoder, from 1; 0 if it has no track (yet)
	Dwell time.Duration // of a track: since the object was first seen
}

// EventID names an event for ever.
type EventID struct {
	Boot, Pipeline string
	Seq            uint64
}

// ID returns the event's.
func (ev *Event) ID() EventID { return EventID{ev.Boot, ev.Pipeline, ev.Seq} }

// String returns boot, pipeline and seq: b1-room-3. That of the zero EventID, which names none, is empty.
func (id EventID) String() string { return string(id.Append(nil)) }

// Append appends what String returns.
func (id EventID) Append(b []byte) []byte {
	if id == (EventID{}) {
		return b
	}
	b = append(append(b, id.Boot...), '-')
	b = append(append(b, id.Pipeline...), '-')
	return strconv.AppendUint(b, id.Seq, 10)
}

// Clone returns a copy of ev that shares nothing with it, and may be kept.
func (ev *Event) Clone() *Event {
	c := *ev
	c.Labels = append([]Label(nil), ev.Labels...)
	c.Detections = append([]Detection(nil), ev.Detections...)
	c.Scores = append([]float32(nil), ev.Scores...)
	c.Degraded = append([]string(nil), ev.Degraded...)
	c.Captions, c.Counts = maps.Clone(ev.Captions), maps.Clone(ev.Counts)
	c.Contributions, c.Ages = maps.Clone(ev.Contributions), maps.Clone(ev.Ages)
	c.Alert, c.Digest = ev.Alert.clone(), ev.Digest.clone()
	return &c
}

// DegradedBy returns ev with one more thing that was missing. It shares all else with ev.
func (ev *Event) DegradedBy(why string) *Event {
	c := *ev
	c.Degraded = append(slices.Clip(ev.Degraded), why)
	return &c
}
