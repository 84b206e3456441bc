package publish

import (
	"runtime/metrics"
	"time"

	"edged/pipelines"
)

// Info is what the retained info message says of the device.
type Info struct {
	Version   string         `json:"version"`   // Of edged.
	Board     string         `json:"board"`     // What the device tree or the firmware calls the machine; may be empty.
	Sensors   []SensorInfo   `json:"sensors"`   // Those that could be opened.
	Pipelines []PipelineInfo `json:"pipelines"` // Those that run.
	Models    []ModelInfo    `json:"models"`    // Those that they run.
	Engines   []string       `json:"engines"`   // What can run models here.
}

// encode returns the JSON of i, with [] for what is empty.
func (i Info) encode() ([]byte, error) {
	i.Sensors = append([]SensorInfo{}, i.Sensors...)
	i.Pipelines = append([]PipelineInfo{}, i.Pipelines...)
	i.Models = append([]ModelInfo{}, i.Models...)
	i.Engines = append([]string{}, i.Engines...)
	return compact(i)
}

// SensorInfo names a sensor and what it is: "camera", "microphone", "i2c".
type SensorInfo struct {
	Name string `json:"name"` // As in topics.
	Kind string `json:"kind"` // camera, microphone, i2c, iio or replay.
}

// PipelineInfo names a pipeline and its sensors.
type PipelineInfo struct {
	Name    string   `json:"name"`    // As in topics.
	Sensors []string `json:"sensors"` // Those that its encoders read.
}

// ModelInfo names a model and its file.
type ModelInfo struct {
	Name   string `json:"name"`   // As in events.
	SHA256 string `json:"sha256"` // Of its file, in hexadecimal.
}

type healthJSON struct {
	Time      stamp                     `json:"time"`         // When it was measured, UTC.
	Boot      string                    `json:"boot"`         // Names the run of the daemon.
	UptimeS   int64                     `json:"uptime_s"`     // Seconds since the run began.
	Sensors   map[string]sensorHealth   `json:"sensors"`      // How the sensors fare, by name.
	Pipelines map[string]pipelineHealth `json:"pipelines"`    // How the pipelines fare, by name.
	Queue     queueHealth               `json:"queue"`        // What waits for the broker.
	Memory    uint64                    `json:"memory_bytes"` // Mapped by the Go runtime.

	Media    *mediaHealth    `json:"media,omitempty"`    // What is kept of alerts; missing if nothing is.
	Governor *governorHealth `json:"governor,omitempty"` // What is left out to stay within the limits; missing without any.
}

type governorHealth struct {
	Level  int    `json:"level"`            // How much is left out, from 0, nothing.
	Of     int    `json:"of"`               // The last level.
	What   string `json:"what,omitempty"`   // Is left out, in words; missing at level 0.
	Reason string `json:"reason,omitempty"` // What raised the level last, with numbers; missing at level 0.
}

func newGovernorHealth(t *pipelines.Thrift) *governorHealth {
	if t == nil {
		return nil
	}
	return &governorHealth{t.Level, t.Of, t.What, t.Why}
}

type sensorHealth struct {
	State   pipelines.State `json:"state"`                // waiting: no sample yet; ok; stale: none for too long; failing: the newest read failed; finished: a recording that is over.
	Reason  string          `json:"reason,omitempty"`     // Why it is not ok.
	Samples uint64          `json:"samples"`              // Given so far.
	RateHz  float64         `json:"rate_hz"`              // Samples a second since the last health message.
	Errors  uint64          `json:"errors"`               // Reads that failed.
	Lost    uint64          `json:"lost"`                 // By the driver: pictures, or frames of sound.
	Reopens *uint64         `json:"reopens,omitempty"`    // Of a device that may come and go.
	LastErr string          `json:"last_error,omitempty"` // Of the last read that failed.
	Last    *stamp          `json:"last,omitempty"`       // When the newest sample came.
}

type pipelineHealth struct {
	Events   uint64          `json:"events"`           // Made so far.
	Refused  uint64          `json:"refused"`          // Of those, not accepted for the broker or another taker.
	Encoders []encoderHealth `json:"encoders"`         // How its models fare.
	Alerts   *alertsHealth   `json:"alerts,omitempty"` // How its alerts stand; missing if none has told anything or was muted.
}

type alertsHealth struct {
	Open   int    `json:"open"`   // Those that are open now.
	Muted  int    `json:"muted"`  // Those that are muted now.
	Opened uint64 `json:"opened"` // How often one has opened since the run began.
}

type encoderHealth struct {
	Sensor   string `json:"sensor,omitempty"`   // None of what joins encoders, or puts them into words.
	Model    string `json:"model"`              // As in events.
	Invokes  uint64 `json:"invokes"`            // Runs that succeeded.
	Replaced uint64 `json:"replaced,omitempty"` // Captions that contradicted the labels.
	Errors   uint64 `json:"errors"`             // In preparing, running and decoding.
	Dropped  uint64 `json:"dropped"`            // Samples for which it was too slow.
	Skipped  uint64 `json:"skipped,omitempty"`  // Windows that there was no time for, or that limits forbid.
	Gated    uint64 `json:"gated,omitempty"`    // Windows for which the last result stood.
	Mean     millis `json:"mean_ms"`            // Of a run, in milliseconds.
	P99      millis `json:"p99_ms"`             // Of a hundred runs, 99 take no longer, in milliseconds.
	Max      millis `json:"max_ms"`             // The longest run, in milliseconds.

	Accelerator *acceleratorHealth `json:"accelerator,omitempty"` // How TensorFlow Lite and its delegate fare, where they run it.
}

// acceleratorHealth is how TensorFlow Lite and its delegate fare.
type acceleratorHealth struct {
	Library  string            `json:"library,omitempty"`  // Its version.
	Delegate string            `json:"delegate,omitempty"` // Its name.
	Degraded string            `json:"degraded,omitempty"` // Why it does not run the model, as in events.
	Taken    int               `json:"taken"`              // Operators of the model that the delegate runs.
	Of       int               `json:"of"`                 // All operators of the model.
	Shares   map[string]string `json:"operators"`          // By kind of operator: "12/13".
	Restarts int64             `json:"restarts"`           // Of the worker process.
	Swaps    int64             `json:"swaps"`              // Invokes after another model's.
	SwapCost millis            `json:"swap_ms"`            // That each takes longer, in milliseconds.
	Checks   int64             `json:"parity_checks"`      // Comparisons with the builtin engine.
	Drifts   int64             `json:"drifts"`             // Of those, with too large a difference.
	Largest  float64           `json:"largest_drift"`      // Difference, as a part of the output's range.
}

func newAcceleratorHealth(a *pipelines.AcceleratorStats) *acceleratorHealth {
	if a == nil {
		return nil
	}
	return &acceleratorHealth{
		Library: a.Library, Delegate: a.Delegate, Degraded: a.Degraded, Taken: a.Taken, Of: a.Of, Shares: a.Shares, Restarts: a.Restarts,
		Swaps: a.Swaps, SwapCost: millis(a.SwapCost), Checks: a.Checks, Drifts: a.Drifts, Largest: a.Largest,
	}
}

type queueHealth struct {
	Depth   int    `json:"depth"`   // Messages that wait.
	Bytes   int64  `json:"bytes"`   // That they take, on disk with what is around them.
	Dropped uint64 `json:"dropped"` // Given up for want of room.

	P50 millis `json:"latency_p50_ms"` // From an event's making to the broker's acknowledgement, of those that found a connection.
	P99 millis `json:"latency_p99_ms"` // The same, of the slowest hundredth.

	Outbox *outboxHealth `json:"outbox,omitempty"` // Absent if events wait in memory only.
}

// outboxHealth is how the queue on disk fares.
type outboxHealth struct {
	Written uint64 `json:"written_bytes"`     // Given to the device since the start: what wears it.
	Commits uint64 `json:"commits"`           // How often something was made durable.
	SyncMax millis `json:"sync_max_ms"`       // The longest that the device took to make something durable.
	Damaged uint64 `json:"damaged,omitempty"` // Stretches of files that could not be read.
	Error   string `json:"error,omitempty"`   // Why nothing is durable now.
}

func newQueueHealth(s *Stats) queueHealth {
	q := queueHealth{
		Depth: s.Queue.Depth, Bytes: s.Queue.Bytes, Dropped: s.Queue.Dropped,
		P50: millis(s.Latency.Quantile(0.5)), P99: millis(s.Latency.Quantile(0.99)),
	}
	if o := s.Outbox; o != nil {
		q.Outbox = &outboxHealth{Written: o.Written, Commits: o.Commits, SyncMax: millis(o.SyncMax), Damaged: o.Damaged}
		if o.Err != nil {
			q.Outbox.Error = briefly(o.Err)
		}
	}
	return q
}

// encodeHealth returns the JSON of now; rates are what came between before and now.
func encodeHealth(before, now pipelines.Stats, q Stats) ([]byte, error) {
	out := healthJSON{
		Time:      stamp(now.Time),
		Boot:      now.Boot,
		Sensors:   make(map[string]sensorHealth, len(now.Sensors)),
		Pipelines: make(map[string]pipelineHealth, len(now.Pipelines)),
		Queue:     newQueueHealth(&q),
		Memory:    memory(),
		Media:     newMediaHealth(q.Media),
		Governor:  newGovernorHealth(now.Saving),
	}
	if !now.Started.IsZero() {
		out.UptimeS = int64(now.Time.Sub(now.Started) / time.Second)
	}
	old := make(map[string]uint64, len(before.Sensors))
	since := before.Time
	for _, s := range before.Sensors {
		old[s.Name] = s.Samples
	}
	if before.Time.IsZero() {
		since = now.Started
	}
	for _, s := range now.Sensors {
		h := sensorHealth{State: s.State, Reason: s.Reason, Samples: s.Samples, Errors: s.Errors, Lost: s.Lost, LastErr: s.LastErr}
		if s.Opens > 0 {
			reopens := s.Opens - 1
			h.Reopens = &reopens
		}
		if d := now.Time.Sub(since).Seconds(); d > 0 {
			h.RateHz = float64(int64(100*float64(s.Samples-old[s.Name])/d+0.5)) / 100
		}
		if !s.Last.IsZero() {
			last := stamp(s.Last)
			h.Last = &last
		}
		out.Sensors[s.Name] = h
	}
	for _, p := range now.Pipelines {
		h := pipelineHealth{Events: p.Events, Refused: p.SinkErrors, Encoders: []encoderHealth{}}
		for _, e := range p.Encoders {
			h.Encoders = append(h.Encoders, encoderHealth{
				Sensor: e.Sensor, Model: e.Model, Invokes: e.Invokes, Replaced: e.Replaced, Errors: e.Errors, Dropped: e.Dropped,
				Skipped: e.Skipped, Gated: e.Gated, Mean: millis(e.Mean), P99: millis(e.Stages.Invoke.Quantile(0.99)), Max: millis(e.Max), Accelerator: newAcceleratorHealth(e.Accelerator),
			})
		}
		if a, ok := q.alarms[p.Name]; ok {
			h.Alerts = &alertsHealth{a.open, a.muted, a.opened}
		}
		out.Pipelines[p.Name] = h
	}
	return compact(out)
}

// memory returns the bytes that the Go runtime holds of the machine's memory.
func memory() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}
