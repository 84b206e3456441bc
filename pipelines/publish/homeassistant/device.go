package homeassistant

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"edged/pipelines"
	"edged/pipelines/publish/topic"
	"edged/sensors"
)

// Options say what a device has. ID and Topics must be set.
type Options struct {
	ID     string // letters, digits, _ and -
	Prefix string // of discovery topics; empty is "homeassistant"
	Topics topic.Tree

	Version, Board, Arch string // empty if unknown

	Sensors   []Sensor
	Pipelines []Pipeline
	Labels    []string // those that get entities; empty is all labels of models that have at most 32
	LeftOut   []string // sensors and pipelines that the config has and that do not run: their entities stay
}

// Sensor is one sensor whose samples go out as they are, or whose health does.
type Sensor struct {
	Name     string
	Gives    []Quantity // what its readings hold
	Learn    bool       // its readings may hold more than that, which they show
	Pictures bool       // it sends snapshots
}

// Quantity is one value of readings.
type Quantity struct {
	Name string
	Unit sensors.Unit
}

// Pipeline is what makes events.
type Pipeline struct {
	Name     string
	Sources  []Source
	Captions bool
	Alerts   []string
}

// Source is one model of a pipeline that makes events of its own.
type Source struct {
	Sensor  string         // as in its events; empty for a fusion model
	Model   string         // as in its events
	Kind    pipelines.Kind // labels or detections
	Labels  []string       // all it may find
	Tracked bool           // its events have counts
}

// Device is what Home Assistant is told of a device. All its methods may be called at any time.
type Device struct {
	o     Options
	topic string

	mu      sync.Mutex
	sensors map[string]*Sensor // by name, with what was learned
	message message
	payload []byte
}

// DefaultPrefix is that of Home Assistant's discovery topics unless its user has changed it.
const DefaultPrefix = "homeassistant"

// New checks o.
func New(o Options) (*Device, error) {
	bad := func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	if o.ID == "" || strings.ContainsFunc(o.ID, bad) {
		return nil, fmt.Errorf("device %q: Home Assistant takes letters, digits, _ and -", o.ID)
	}
	o.Prefix = cmp.Or(o.Prefix, DefaultPrefix)
	d := &Device{o: o, topic: Topic(o.Prefix, o.ID), sensors: map[string]*Sensor{}}
	for _, s := range o.Sensors {
		s.Gives = slices.Clone(s.Gives)
		d.sensors[s.Name] = &s
	}
	return d, d.makeLocked()
}

// Topic returns where Home Assistant looks for a device.
func Topic(prefix, id string) string {
	return cmp.Or(prefix, DefaultPrefix) + "/device/" + id + "/config"
}

// Topic returns where the device's message goes.
func (d *Device) Topic() string { return d.topic }

// Payload returns the message, which is to be retained. It belongs to the Device.
func (d *Device) Payload() []byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.payload
}

// mostLearned is how many values a sensor's readings may get entities for. Series with more are no sensor's.
const mostLearned = 64

// Learn looks at a sensor's reading, and reports whether the message has changed: there is a value that was not known.
func (d *Device) Learn(sensor string, r *sensors.Reading) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.sensors[sensor]
	if s == nil || !s.Learn {
		return false
	}
	known := len(s.Gives)
	for _, v := range r.Values {
		if len(s.Gives) < mostLearned && !slices.ContainsFunc(s.Gives, func(q Quantity) bool { return q.Name == v.Name }) {
			s.Gives = append(s.Gives, Quantity{v.Name, v.Unit})
		}
	}
	if len(s.Gives) == known {
		return false
	}
	if err := d.makeLocked(); err != nil {
		s.Gives = s.Gives[:known]
		return false
	}
	return true
}

func (d *Device) makeLocked() error {
	o := d.o
	o.Sensors = nil
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		o.Sensors = append(o.Sensors, *d.sensors[name])
	}
	m, err := describe(&o)
	if err != nil {
		return fmt.Errorf("home assistant: %w", err)
	}
	d.message = m
	d.payload, err = m.encode()
	return err
}

// mostOld bounds how many entities an older message may name.
const mostOld = 4096

// Removal returns the message that makes Home Assistant forget what old, a message of an earlier run that the broker still
// holds, has and the present one has not; nil if there is no such thing. It is not to be retained. What in old no edged
// has written is left alone.
func (d *Device) Removal(old []byte) []byte {
	var was struct {
		Components map[string]struct {
			Platform string `json:"platform"`
		} `json:"components"`
	}
	if json.Unmarshal(old, &was) != nil || len(was.Components) > mostOld {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.message
	m.Components = maps.Clone(m.Components)
	for id, c := range was.Components {
		if _, still := m.Components[id]; !still && d.dropped(id, c.Platform) {
			m.Components[id] = component{Platform: c.Platform}
		}
	}
	if len(m.Components) == len(d.message.Components) {
		return nil
	}
	payload, err := m.encode()
	if err != nil {
		return nil
	}
	return payload
}

// dropped reports whether an entity that is not there any more was dropped from the config.
func (d *Device) dropped(id, platform string) bool {
	kind, rest, _ := strings.Cut(id, ".")
	if p, ours := platforms()[kind]; !ours || p != platform || strings.ContainsAny(id, " \t\n") {
		return false
	}
	owner, _, _ := strings.Cut(rest, ".")
	if kind == reading && d.sensors[owner] != nil && d.sensors[owner].Learn {
		return false
	}
	return !slices.Contains(d.o.LeftOut, owner)
}
