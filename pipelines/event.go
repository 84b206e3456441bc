package pipelines

import "time"

// Event is what one pipeline says of one window of time. Sinks encode it; DESIGN.md section 6 has its JSON form.
type Event struct {
	ID       string // unique for ever: boot, pipeline and seq
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
