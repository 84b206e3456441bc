package record

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Header is what a recording says of itself. It stands at the file's start, so that a file that was cut off has it.
type Header struct {
	Start    time.Time // when it began; all its times count from here
	Version  string    // of edged
	Boot     string    // the run's name, as events have it
	Device   string
	Config   string            // the effective config, without secrets
	Models   map[string]string // SHA-256 by name
	Encoders map[string]string // which encoders ran, by their places: see Place
	Alerts   map[string]string // how the alerts of each pipeline stood before the start, as JSON; nil if nothing is known of any
	Sensors  []Sensor
}

// Place names an encoder by its pipeline and its place there.
func Place(pipeline string, encoder int) string { return fmt.Sprint(pipeline, "/", encoder) }

// Sensor is one sensor of a recording.
type Sensor struct {
	Name   string
	Kind   string // the config's key: camera, microphone, …
	Gives  Gives
	Period time.Duration // between samples, as far as known
}

// Gives says which samples a sensor gives.
type Gives string

// The types of samples.
const (
	Frames   Gives = "frames"
	Clips    Gives = "clips"
	Readings Gives = "readings"
)

// format is the version of what stands in a recording. It changes when older programs would misread it.
const format = "1"

// Names of the MCAP metadata records.
const (
	metaRun    = "edged"
	metaConfig = "edged.config"
	metaModels = "edged.models"
	metaRuns   = "edged.encoders"
	metaAlerts = "edged.alerts"
	metaSensor = "edged.sensor"
	metaReady  = "edged.ready" // the last of them
)

type metadata struct {
	name string
	pair map[string]string
}

// records returns h as metadata records, in their order.
func (h *Header) records() []metadata {
	all := []metadata{
		{metaRun, map[string]string{
			"format": format, "start": strconv.FormatInt(h.Start.UnixNano(), 10), "version": h.Version, "boot": h.Boot, "device": h.Device,
		}},
		{metaConfig, map[string]string{"yaml": h.Config}},
		{metaModels, h.Models},
		{metaRuns, h.Encoders},
	}
	if len(h.Alerts) > 0 {
		all = append(all, metadata{metaAlerts, h.Alerts})
	}
	for _, s := range h.Sensors {
		all = append(all, metadata{metaSensor, map[string]string{
			"name": s.Name, "kind": s.Kind, "gives": string(s.Gives), "period": s.Period.String(),
		}})
	}
	return append(all, metadata{metaReady, nil})
}

// take reads one metadata record.
func (h *Header) take(m metadata) error {
	switch m.name {
	case metaRun:
		if m.pair["format"] != format {
			return fmt.Errorf("is a recording of format %q; this edged reads format %s", m.pair["format"], format)
		}
		ns, err := strconv.ParseInt(m.pair["start"], 10, 64)
		if err != nil {
			return fmt.Errorf("its start: %w", err)
		}
		h.Start, h.Version, h.Boot, h.Device = time.Unix(0, ns), m.pair["version"], m.pair["boot"], m.pair["device"]
	case metaConfig:
		h.Config = m.pair["yaml"]
	case metaModels:
		h.Models = m.pair
	case metaRuns:
		h.Encoders = m.pair
	case metaAlerts:
		h.Alerts = m.pair
	case metaSensor:
		return h.takeSensor(m.pair)
	}
	return nil
}

func (h *Header) takeSensor(pair map[string]string) error {
	period, err := time.ParseDuration(pair["period"])
	if err != nil {
		return fmt.Errorf("sensor %q: %w", pair["name"], err)
	}
	s := Sensor{pair["name"], pair["kind"], Gives(pair["gives"]), period}
	switch {
	case s.Gives != Frames && s.Gives != Clips && s.Gives != Readings:
		return fmt.Errorf("sensor %q gives %q", s.Name, s.Gives)
	case s.Period < 0:
		return fmt.Errorf("sensor %q gives a sample every %v", s.Name, s.Period)
	case h.sensor(s.Name) != nil:
		return fmt.Errorf("two sensors are named %q", s.Name)
	case len(h.Sensors) == maxSensors:
		return errors.New("too many sensors")
	}
	h.Sensors = append(h.Sensors, s)
	return nil
}

const maxSensors = 1000

// sensor returns the sensor of that name, or nil.
func (h *Header) sensor(name string) *Sensor {
	for i := range h.Sensors {
		if h.Sensors[i].Name == name {
			return &h.Sensors[i]
		}
	}
	return nil
}
