package view

import (
	"encoding/json"
	"math"
	"strings"
	"sync"
	"time"
)

// Device is what the messages of a device have said of it. Take may be called from any goroutine.
type Device struct {
	prefix string // of its topics: edged/<id>/

	mu sync.Mutex
	news
}

// news is the newest of each kind.
type news struct {
	picture  []byte // JPEG
	levels   []float64
	event    event
	caption  string
	seen     map[string]time.Time // by label
	alerts   map[string]alert     // that are open, by topic
	readings map[string]map[string]value
}

// event is what the view reads of a pipeline's.
type event struct {
	Labels        []label
	Caption       string
	Contributions map[string]float64
	Ages          map[string]float64 `json:"ages_ms"`
	Latency       float64            `json:"latency_ms"`
	Degraded      []string
}

// alert is what the view reads of one.
type alert struct{ Alert, State, Severity, Reason string }

type label struct {
	Name  string
	Score float64
}

type value struct {
	Value float64
	Unit  string
	at    time.Time // when it came
}

// What is kept at most, whoever publishes.
const (
	mostLevels  = 400
	mostLabels  = 64
	mostAlerts  = 16
	mostSensors = 16
	mostValues  = 32
)

// NewDevice returns a device that has said nothing yet.
func NewDevice(id string) *Device {
	return &Device{prefix: "edged/" + id + "/", news: news{seen: map[string]time.Time{}, alerts: map[string]alert{}, readings: map[string]map[string]value{}}}
}

// Take takes a message that came at a time. What is none of the device's, or cannot be read, is left alone.
func (d *Device) Take(topic string, payload []byte, at time.Time) {
	path, ok := strings.CutPrefix(topic, d.prefix)
	owner, what, two := strings.Cut(path, "/")
	if !ok || !two {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if strings.HasPrefix(what, "alert/") {
		d.mind(topic, payload)
		return
	}
	switch what {
	case "snapshot":
		d.picture = append([]byte(nil), payload...)
	case "reading":
		d.read(owner, payload, at)
	case "labels", "caption":
		d.hear(payload, at)
	}
}

// read takes a reading; of chips that are read together it need not have all values.
func (d *Device) read(sensor string, payload []byte, at time.Time) {
	var r struct{ Values map[string]value }
	values := d.readings[sensor]
	if json.Unmarshal(payload, &r) != nil || len(d.readings) >= mostSensors && values == nil {
		return
	}
	if level, ok := r.Values["level"]; ok && level.Unit == "dBFS" {
		d.levels = append(d.levels[max(0, len(d.levels)+1-mostLevels):], level.Value)
	}
	if values == nil {
		values = map[string]value{}
		d.readings[sensor] = values
	}
	for name, v := range r.Values {
		if _, known := values[name]; known || len(values) < mostValues {
			v.at = at
			values[name] = v
		}
	}
}

func (d *Device) hear(payload []byte, at time.Time) {
	var ev event
	if json.Unmarshal(payload, &ev) != nil {
		return
	}
	ev.Labels = ev.Labels[:min(len(ev.Labels), mostLabels)]
	if ev.Caption != "" {
		d.caption = ev.Caption
	}
	d.event = ev
	for _, l := range ev.Labels {
		if _, known := d.seen[l.Name]; known || len(d.seen) < mostLabels {
			d.seen[l.Name] = at
		}
	}
}

// mind keeps an alert while it is open.
func (d *Device) mind(topic string, payload []byte) {
	var a alert
	if json.Unmarshal(payload, &a) != nil {
		return
	}
	if _, known := d.alerts[topic]; a.State == "open" && (known || len(d.alerts) < mostAlerts) {
		d.alerts[topic] = a
	} else if a.State == "closed" {
		delete(d.alerts, topic)
	}
}

// loud is a level in dBFS as a part of what is drawn, −60 to 0.
func loud(level float64) float64 {
	if math.IsNaN(level) {
		return 0
	}
	return 1 + level/60
}
