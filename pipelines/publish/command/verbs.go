package command

import "time"

// Verb is what is asked for; it stands in the topics request/<verb> and response/<verb>.
type Verb string

// The verbs.
const (
	Ping      Verb = "ping"
	List      Verb = "list"
	Describe  Verb = "describe"
	Snapshot  Verb = "snapshot"
	Threshold Verb = "threshold"
	Mute      Verb = "mute"
	Reload    Verb = "reload"
)

// Verbs returns all verbs.
func Verbs() []Verb { return []Verb{Ping, List, Describe, Snapshot, Threshold, Mute, Reload} }

// Plain is a request that says nothing more: of ping, list and reload. The comments on fields here and below are what the
// schema says of them.
type Plain struct {
	Transaction string `json:"transaction,omitempty"` // Comes back in the response; up to 128 bytes.
}

// Name asks to describe something.
type Name struct {
	Transaction string `json:"transaction,omitempty"` // Comes back in the response; up to 128 bytes.
	Name        string `json:"name"`                  // Of a sensor, a pipeline or a model.
}

// Picture asks for a snapshot.
type Picture struct {
	Transaction string `json:"transaction,omitempty"` // Comes back in the response; up to 128 bytes.
	Sensor      string `json:"sensor"`                // A camera.
}

// Level asks for another threshold.
type Level struct {
	Transaction string  `json:"transaction,omitempty"` // Comes back in the response; up to 128 bytes.
	Pipeline    string  `json:"pipeline"`              // Whose labels or detections are meant.
	Label       string  `json:"label,omitempty"`       // Which of them; without it, all.
	Value       float64 `json:"value"`                 // What scores lower is left out, 0 to 1; 0 lets all through.
}

// Silence asks to mute an alert.
type Silence struct {
	Transaction string `json:"transaction,omitempty"` // Comes back in the response; up to 128 bytes.
	Pipeline    string `json:"pipeline"`              // Whose alert it is.
	Alert       string `json:"alert"`                 // Its name.
	For         string `json:"for,omitempty"`         // For how long, such as 30m; without it, until the next start.
}

// Pong answers a ping.
type Pong struct {
	Time    Stamp  `json:"time"`     // The device's, UTC.
	Version string `json:"version"`  // Of edged.
	Boot    string `json:"boot"`     // Names the run of the daemon.
	UptimeS int64  `json:"uptime_s"` // Seconds since the run began.
}

// Listing is what there is.
type Listing struct {
	Sensors   []SensorState   `json:"sensors"`   // By name.
	Pipelines []PipelineState `json:"pipelines"` // By name.
	Commands  []Verb          `json:"commands"`  // Those that are allowed.
}

// SensorState says how a sensor fares.
type SensorState struct {
	Name   string `json:"name"`             // As in topics.
	Kind   string `json:"kind"`             // camera, microphone, i2c, iio or replay.
	State  string `json:"state"`            // As in health: waiting, ok, stale, failing or finished.
	Reason string `json:"reason,omitempty"` // Why it is not ok.
}

// PipelineState says what a pipeline finds.
type PipelineState struct {
	Name   string       `json:"name"`   // As in topics.
	Labels []LabelState `json:"labels"` // What its events may name, in the order of the models.
	Alerts []AlertState `json:"alerts"` // What it tells people of.
}

// AlertState says how an alert stands.
type AlertState struct {
	Name     string `json:"name"`            // As in topics.
	State    string `json:"state"`           // open or closed.
	Severity string `json:"severity"`        // info, warning or critical.
	When     string `json:"when"`            // Its condition.
	Since    *Stamp `json:"since,omitempty"` // Since when what it is about has been so, UTC; of one that is open.
	Opened   uint64 `json:"opened"`          // How often it has opened since the start.
	Muted    bool   `json:"muted"`           // Whether it is kept from opening.
	Until    *Stamp `json:"until,omitempty"` // When that ends, UTC; without it, with the next start.
}

// LabelState is a label and the score that it needs.
type LabelState struct {
	Name      string  `json:"name"`      // As in events.
	Model     string  `json:"model"`     // Whose label it is.
	Threshold float32 `json:"threshold"` // What scores lower is left out.
}

// Thing describes something. One of the fields is there.
type Thing struct {
	Sensor   *SensorThing   `json:"sensor,omitempty"`   // If the name is a sensor's.
	Pipeline *PipelineThing `json:"pipeline,omitempty"` // If it is a pipeline's.
	Model    *ModelThing    `json:"model,omitempty"`    // If it is a model's.
}

// SensorThing describes a sensor.
type SensorThing struct {
	SensorState
	Samples   uint64   `json:"samples"`              // Given so far.
	Errors    uint64   `json:"errors"`               // Reads that failed.
	LastError string   `json:"last_error,omitempty"` // Of the last read that failed.
	PeriodMS  float64  `json:"period_ms"`            // Between two samples, as far as is known, in milliseconds.
	Pipelines []string `json:"pipelines"`            // Those that read it.
	Snapshot  bool     `json:"snapshot"`             // Whether it takes a request for a picture.
}

// PipelineThing describes a pipeline.
type PipelineThing struct {
	PipelineState
	Sensors      []string `json:"sensors"`        // Those that its encoders read.
	Models       []string `json:"models"`         // Those that it runs.
	EveryMS      float64  `json:"every_ms"`       // The least time between two results of an encoder, in milliseconds.
	StaleAfterMS float64  `json:"stale_after_ms"` // A sensor silent for longer makes events degraded, in milliseconds.
	Events       uint64   `json:"events"`         // Made so far.
	Refused      uint64   `json:"refused"`        // Of those, not accepted for the broker.
}

// ModelThing describes a model.
type ModelThing struct {
	Name      string   `json:"name"`      // As in events.
	SHA256    string   `json:"sha256"`    // Of its file, in hexadecimal.
	Task      string   `json:"task"`      // What its outputs are.
	Pipelines []string `json:"pipelines"` // Those that run it.
}

// Taken is a picture that was published.
type Taken struct {
	Sensor string `json:"sensor"` // The camera.
	Topic  string `json:"topic"`  // Where the JPEG goes.
	Time   Stamp  `json:"time"`   // When it was taken, UTC.
	Width  int    `json:"width"`  // Of the picture, in pixels.
	Height int    `json:"height"` // Of the picture, in pixels.
}

// Changed says what thresholds are now. The next start takes those of the config again.
type Changed struct {
	Pipeline string       `json:"pipeline"` // Whose they are.
	Labels   []LabelState `json:"labels"`   // Those that were meant.
}

// Muted says what alert is silent now.
type Muted struct {
	Pipeline string `json:"pipeline"`        // Whose alert it is.
	Alert    string `json:"alert"`           // Its name.
	Until    *Stamp `json:"until,omitempty"` // When it speaks again, UTC; without it, at the next start.
}

// Fresh is the config that the daemon starts with now.
type Fresh struct {
	Device    string   `json:"device"`    // As in topics.
	Sensors   []string `json:"sensors"`   // Their names.
	Pipelines []string `json:"pipelines"` // Their names.
}

// Stamp is a time as all payloads write it: UTC, to the millisecond.
type Stamp time.Time

// MarshalJSON writes it.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return time.Time(s).UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

// Shape is what a verb's request is read into, and what its answer holds as data.
type Shape struct {
	Verb          Verb
	Request, Data any
}

// Shapes returns those of all verbs: what there is to say of them in a schema.
func Shapes() []Shape {
	return []Shape{
		{Ping, Plain{}, Pong{}}, {List, Plain{}, Listing{}}, {Describe, Name{}, Thing{}}, {Snapshot, Picture{}, Taken{}},
		{Threshold, Level{}, Changed{}}, {Mute, Silence{}, Muted{}}, {Reload, Plain{}, Fresh{}},
	}
}
