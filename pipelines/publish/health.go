package publish

import (
	"runtime/metrics"
	"time"

	"edged/pipelines"
)

// Info is what the retained info message says of the device.
type Info struct {
	Version   string         `json:"version"`
	Board     string         `json:"board"`
	Sensors   []SensorInfo   `json:"sensors"`
	Pipelines []PipelineInfo `json:"pipelines"`
	Models    []ModelInfo    `json:"models"`
	Engines   []string       `json:"engines"`
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
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// PipelineInfo names a pipeline and its sensors.
type PipelineInfo struct {
	Name    string   `json:"name"`
	Sensors []string `json:"sensors"`
}

// ModelInfo names a model and its file.
type ModelInfo struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

type healthJSON struct {
	Time      stamp                     `json:"time"`
	Boot      string                    `json:"boot"`
	UptimeS   int64                     `json:"uptime_s"`
	Sensors   map[string]sensorHealth   `json:"sensors"`
	Pipelines map[string]pipelineHealth `json:"pipelines"`
	Queue     queueHealth               `json:"queue"`
	Memory    uint64                    `json:"memory_bytes"` // mapped by the Go runtime
}

type sensorHealth struct {
	State   pipelines.State `json:"state"`
	Reason  string          `json:"reason,omitempty"`
	Samples uint64          `json:"samples"`
	RateHz  float64         `json:"rate_hz"` // since the last health message
	Errors  uint64          `json:"errors"`
	Lost    uint64          `json:"lost"`              // by the driver: pictures, or frames of sound
	Reopens *uint64         `json:"reopens,omitempty"` // of a device that may come and go
	LastErr string          `json:"last_error,omitempty"`
	Last    *stamp          `json:"last,omitempty"`
}

type pipelineHealth struct {
	Events   uint64          `json:"events"`
	Refused  uint64          `json:"refused"`
	Encoders []encoderHealth `json:"encoders"`
}

type encoderHealth struct {
	Sensor   string `json:"sensor,omitempty"` // none of what joins encoders, or puts them into words
	Model    string `json:"model"`
	Invokes  uint64 `json:"invokes"`
	Replaced uint64 `json:"replaced,omitempty"` // captions that contradicted the labels
	Errors   uint64 `json:"errors"`
	Dropped  uint64 `json:"dropped"`
	Skipped  uint64 `json:"skipped,omitempty"` // windows that there was no time for
	Gated    uint64 `json:"gated,omitempty"`   // windows for which the last result stood
	Mean     millis `json:"mean_ms"`
	P99      millis `json:"p99_ms"`
	Max      millis `json:"max_ms"`

	Accelerator *acceleratorHealth `json:"accelerator,omitempty"`
}

// acceleratorHealth is how TensorFlow Lite and its delegate fare.
type acceleratorHealth struct {
	Library  string            `json:"library,omitempty"` // its version
	Delegate string            `json:"delegate,omitempty"`
	Degraded string            `json:"degraded,omitempty"` // the reason, as in events
	Taken    int               `json:"taken"`              // operators of the model
	Of       int               `json:"of"`
	Shares   map[string]string `json:"operators"` // by kind: "12/13"
	Restarts int64             `json:"restarts"`
	Swaps    int64             `json:"swaps"`   // Invokes after another model's
	SwapCost millis            `json:"swap_ms"` // that each takes longer
	Checks   int64             `json:"parity_checks"`
	Drifts   int64             `json:"drifts"`
	Largest  float64           `json:"largest_drift"` // as a part of the output's range
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
	Depth   int    `json:"depth"`
	Bytes   int    `json:"bytes"`
	Dropped uint64 `json:"dropped"`
}

// encodeHealth returns the JSON of now; rates are what came between before and now.
func encodeHealth(before, now pipelines.Stats, q QueueStats) ([]byte, error) {
	out := healthJSON{
		Time:      stamp(now.Time),
		Boot:      now.Boot,
		Sensors:   make(map[string]sensorHealth, len(now.Sensors)),
		Pipelines: make(map[string]pipelineHealth, len(now.Pipelines)),
		Queue:     queueHealth(q),
		Memory:    memory(),
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
