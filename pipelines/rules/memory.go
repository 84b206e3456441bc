package rules

import (
	"math"
	"slices"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Memory is what all rules of a pipeline look at: the newest of each label and reading that they speak of, what became of it
// over their windows, and how the sensors fare. Its size is set by the rules that are bound to it, and nothing is allocated
// afterwards. Its methods, and those of rules that look at it, must not be called at once.
type Memory struct {
	base    time.Time // all times count from here: that of the first thing heard
	labels  []*heard
	values  []*measured
	sensors []*sensor
	stale   time.Duration
}

// defaultStale is how long what was found counts if nobody says.
const defaultStale = 2 * time.Second

// newest is when something came last.
type newest struct {
	any   bool
	at    time.Duration // since Memory.base: the end of what the result speaks of
	first time.Duration // the same of the first one
	limit time.Duration // it counts for so long
	n     uint64        // how many have come
}

// known says whether what came last still counts. One that is as far in the future comes of a clock that was set back.
func (n *newest) known(now time.Duration) bool {
	age := now - n.at
	return n.any && age <= n.limit && age >= -n.limit
}

// age is below 0 if nothing has come.
func (n *newest) age(now time.Duration) time.Duration {
	if !n.any {
		return -1
	}
	return max(0, now-n.at)
}

func (n *newest) come(at time.Duration) {
	if !n.any || at < n.first {
		n.first = at
	}
	n.any, n.at = true, at
	n.n++
}

// heard is a label of a source.
type heard struct {
	newest
	source  *Source
	label   string
	classes []int
	score   float64
	count   float64
	dwell   float64       // seconds
	told    bool          // ever
	toldAt  time.Duration // last
	scores  []*history
	counts  []*history
	lacks   string // in words, if it does not count
}

// measured is a reading, in the unit that the rules want it in.
type measured struct {
	newest
	reading  Reading
	want     unit
	unit     sensors.Unit // as it came last
	change   change
	value    float64
	history  []*history
	lacks    string // in words, if it does not count
	mismatch string // in words, if it comes in a unit that is none of want's
}

// sensor is how a sensor fares.
type sensor struct {
	name  string
	limit time.Duration
	seen  bool
	sense pipelines.Sense
	yet   string // in words, while it has given nothing, and may
}

// NewMemory returns the memory of a pipeline, to which rules are bound. stale says how long what was found, or read, counts
// where the vocabulary does not; 0 is 2 s.
func NewMemory(v *Vocabulary, stale time.Duration) *Memory {
	if stale <= 0 {
		stale = defaultStale
	}
	m := &Memory{stale: stale}
	for i := range v.Sensors {
		s := &v.Sensors[i]
		m.sensors = append(m.sensors, &sensor{name: s.Name, limit: s.limit(stale), yet: s.Name + ": has given nothing yet"})
	}
	return m
}

// heardOf returns the slot of a probe's label.
func (m *Memory) heardOf(p *probe) *heard {
	i := slices.IndexFunc(m.labels, func(h *heard) bool { return h.source == p.source && h.label == p.label })
	if i < 0 {
		i = len(m.labels)
		h := &heard{source: p.source, label: p.label, classes: p.classes}
		h.limit = p.source.limit(m.stale)
		h.lacks = p.source.name() + ": " + p.source.Model + " has found nothing for more than " + short(h.limit)
		m.labels = append(m.labels, h)
	}
	return m.labels[i]
}

// measuredOf returns the slot of a probe's reading.
func (m *Memory) measuredOf(p *probe) *measured {
	i := slices.IndexFunc(m.values, func(v *measured) bool { return v.reading == p.reading && v.want == p.unit })
	if i < 0 {
		i = len(m.values)
		v := &measured{reading: p.reading, want: p.unit, value: math.NaN()}
		v.limit = m.stale
		if s := m.sensor(p.reading.Sensor); s != nil {
			v.limit = s.limit
		}
		v.lacks = p.reading.Sensor + ": no " + p.reading.Name + " for more than " + short(v.limit)
		m.values = append(m.values, v)
	}
	return m.values[i]
}

func (m *Memory) sensor(name string) *sensor {
	for _, s := range m.sensors {
		if s.name == name {
			return s
		}
	}
	return nil
}

// since returns t since the memory's beginning.
func (m *Memory) since(t time.Time) time.Duration {
	if m.base.IsZero() {
		m.base = t
	}
	return t.Sub(m.base)
}

// See takes an event of the pipeline. Those of other kinds than labels and detections, and of models that no rule speaks
// of, change nothing.
func (m *Memory) See(ev *pipelines.Event) {
	if ev.Kind != pipelines.KindLabels && ev.Kind != pipelines.KindDetections {
		return
	}
	at := ev.Window.End
	if at.IsZero() {
		at = ev.Time
	}
	now := m.since(at)
	for _, h := range m.labels {
		if s := h.source; s.Sensor == ev.Sensor && s.Model == ev.Model && s.Kind == ev.Kind {
			h.hear(ev, now)
		}
	}
}

// hear takes what an event says of a label.
func (h *heard) hear(ev *pipelines.Event, at time.Duration) {
	h.come(at)
	told := h.find(ev)
	if told {
		h.told, h.toldAt = true, at
	}
	for _, to := range h.scores {
		to.put(at, h.score)
	}
	for _, to := range h.counts {
		to.put(at, h.count)
	}
}

// find sets score, count and dwell, and returns whether the event tells the label.
func (h *heard) find(ev *pipelines.Event) (told bool) {
	h.score, h.count, h.dwell = 0, 0, 0
	for i := range ev.Labels {
		if l := &ev.Labels[i]; l.Name == h.label {
			told = true
			h.score = max(h.score, float64(l.Score))
		}
	}
	for i := range ev.Detections {
		if d := &ev.Detections[i]; d.Name == h.label {
			told = true
			h.count++
			h.score = max(h.score, float64(d.Score))
			if d.Track > 0 {
				h.dwell = max(h.dwell, d.Dwell.Seconds())
			}
		}
	}
	if ev.Counts != nil {
		h.count = float64(ev.Counts[h.label])
	}
	if len(ev.Scores) == len(h.source.Labels) && ev.Kind == pipelines.KindLabels {
		h.score = float64(ev.Scores[h.classes[0]])
		for _, c := range h.classes[1:] {
			h.score = max(h.score, float64(ev.Scores[c]))
		}
	}
	return told
}

// Read takes a sensor's reading.
func (m *Memory) Read(sensor string, r *sensors.Reading) {
	at := m.since(r.Time)
	for _, to := range m.values {
		if to.reading.Sensor != sensor {
			continue
		}
		for i := range r.Values {
			if r.Values[i].Name == to.reading.Name {
				to.take(&r.Values[i], at)
			}
		}
	}
}

// take takes a value that was read. What is no number is not taken: the one before counts until it is too old.
func (v *measured) take(r *sensors.Value, at time.Duration) {
	if !finite(r.Value) {
		return
	}
	if !v.any || r.Unit != v.unit {
		v.units(r.Unit)
	}
	v.come(at)
	if v.mismatch != "" {
		return
	}
	v.value = v.change.of(r.Value)
	for _, h := range v.history {
		h.put(at, v.value)
	}
}

// units prepares for readings in a unit.
func (v *measured) units(u sensors.Unit) {
	v.unit, v.mismatch = u, ""
	from := unitOf(string(u))
	switch {
	case v.want.dim == unknown:
		v.change = from.into(from, 1)
	case from.dim == v.want.dim:
		v.change = from.into(v.want, 1)
	default:
		v.mismatch = v.reading.Sensor + ": " + v.reading.Name + " comes in " + string(u) + ", not in " + v.want.name
		if u == "" {
			v.mismatch = v.reading.Sensor + ": " + v.reading.Name + " comes without a unit, not in " + v.want.name
		}
	}
}

// Senses takes how the pipeline's sensors fare.
func (m *Memory) Senses(all []pipelines.Sense) {
	for i := range all {
		if s := m.sensor(all[i].Sensor); s != nil {
			s.seen, s.sense = true, all[i]
		}
	}
}

// missing says whether a sensor gives nothing: for too long, or at all.
func (s *sensor) missing() pipelines.Truth {
	old := s.sense.Age < 0 || s.sense.Age > s.limit
	switch st := s.sense.State; {
	case !s.seen || st == pipelines.Waiting:
		return pipelines.Unknown
	case st == pipelines.Stale || old && (st == pipelines.Failing || st == pipelines.Finished):
		return pipelines.True
	}
	return pipelines.False
}
