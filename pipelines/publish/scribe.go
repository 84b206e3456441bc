package publish

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// scribe writes events and readings as JSON into memory that it uses again, for encoding/json allocates dozens of times for each.
// What it writes is what that makes of eventJSON and readingJSON. What comes once in a while, alerts and digests, is left to
// encoding/json. The zero value is ready.
type scribe struct {
	jsonText
	keys   []string        // of a map, sorted
	values []sensors.Value // of a reading, sorted by name
}

// event writes ev. The line is the scribe's, until it writes the next.
func (s *scribe) event(ev *pipelines.Event) ([]byte, error) {
	switch ev.Kind {
	case pipelines.KindAlert:
		return encodeAlert(ev)
	case pipelines.KindDigest:
		return encodeDigest(ev)
	case pipelines.KindLabels, pipelines.KindCaption, pipelines.KindDetections:
	default:
		return nil, fmt.Errorf("event %s: unknown kind %q", ev.ID(), ev.Kind)
	}
	s.begin()
	s.head(ev)
	s.payload(ev)
	s.tail(ev)
	if s.wrong != nil {
		return nil, fmt.Errorf("event %s: %w", ev.ID(), s.wrong)
	}
	return s.b, nil
}

// head writes who says it, and of what.
func (s *scribe) head(ev *pipelines.Event) {
	s.open(`"schema":`)
	s.integer(Schema)
	s.key("id")
	s.id(ev)
	s.key("seq")
	s.whole(ev.Seq)
	s.key("boot")
	s.string(ev.Boot)
	s.key("time")
	s.stamp(ev.Time)
	s.key("window")
	s.window(ev.Window)
	s.key("pipeline")
	s.string(ev.Pipeline)
	s.named("sensor", ev.Sensor)
	s.named("model", ev.Model)
}

// id writes the event's ID, which is made of two names.
func (s *scribe) id(ev *pipelines.Event) {
	s.scratch = ev.ID().Append(s.scratch[:0])
	s.bytes(s.scratch)
}

func (s *scribe) window(w pipelines.Window) {
	s.open(`"start":`)
	s.stamp(w.Start)
	s.key("end")
	s.stamp(w.End)
	s.close('}')
}

// payload writes what was found.
func (s *scribe) payload(ev *pipelines.Event) {
	switch ev.Kind {
	case pipelines.KindLabels:
		s.labels(ev.Labels)
	case pipelines.KindDetections:
		s.detections(ev.Detections)
		s.counts(ev.Counts)
	case pipelines.KindCaption:
		s.labels(ev.Labels)
		s.counts(ev.Counts)
		s.named("caption", ev.Caption)
		s.captions(ev.Captions)
	}
	if len(ev.Contributions) > 0 {
		s.key("contributions")
		writeMap(s, ev.Contributions, func(v float32) { s.number(float64(v), 32) })
	}
}

// tail writes how it was then.
func (s *scribe) tail(ev *pipelines.Event) {
	s.key("ages_ms")
	writeMap(s, ev.Ages, s.millis)
	s.key("latency_ms")
	s.millis(ev.Latency)
	s.key("degraded")
	s.list()
	for _, why := range ev.Degraded {
		s.next()
		s.string(why)
	}
	s.close(']')
	s.close('}')
}

func (s *scribe) labels(all []pipelines.Label) {
	s.key("labels")
	s.list()
	for i := range all {
		s.next()
		s.label(&all[i])
		s.close('}')
	}
	s.close(']')
}

// label begins an object with a label.
func (s *scribe) label(l *pipelines.Label) {
	s.open(`"name":`)
	s.string(l.Name)
	s.key("score")
	s.number(float64(l.Score), 32)
}

func (s *scribe) detections(all []pipelines.Detection) {
	s.key("detections")
	s.list()
	for i := range all {
		s.next()
		s.detection(&all[i])
	}
	s.close(']')
}

func (s *scribe) detection(d *pipelines.Detection) {
	s.label(&d.Label)
	s.key("box")
	s.open(`"ymin":`)
	s.number(float64(d.Box.YMin), 32)
	s.key("xmin")
	s.number(float64(d.Box.XMin), 32)
	s.key("ymax")
	s.number(float64(d.Box.YMax), 32)
	s.key("xmax")
	s.number(float64(d.Box.XMax), 32)
	s.close('}')
	if d.Track != 0 {
		s.key("track")
		s.integer(int64(d.Track))
		s.key("dwell_ms")
		s.millis(d.Dwell)
	}
	s.close('}')
}

// counts writes how many there are, if somebody counts.
func (s *scribe) counts(all map[string]int) {
	if all != nil {
		s.key("counts")
		writeMap(s, all, func(n int) { s.integer(int64(n)) })
	}
}

func (s *scribe) captions(all map[string]string) {
	if len(all) > 0 {
		s.key("captions")
		writeMap(s, all, s.string)
	}
}

// named writes a field, unless it is empty.
func (s *scribe) named(key, text string) {
	if text != "" {
		s.key(key)
		s.string(text)
	}
}

// millis writes a duration in milliseconds, to the microsecond.
func (s *scribe) millis(d time.Duration) { s.number(float64(d.Round(time.Microsecond))/1e6, 64) }

// writeMap writes an object, by its keys in order.
func writeMap[V any](s *scribe, of map[string]V, value func(V)) {
	s.keys = s.keys[:0]
	for key := range of {
		s.keys = append(s.keys, key)
	}
	slices.Sort(s.keys)
	s.object()
	for _, key := range s.keys {
		s.member(key)
		value(of[key])
	}
	s.close('}')
}

// reading writes r, as event does.
func (s *scribe) reading(r *sensors.Reading) ([]byte, error) {
	s.begin()
	s.values = append(s.values[:0], r.Values...)
	slices.SortStableFunc(s.values, func(a, b sensors.Value) int { return cmp.Compare(a.Name, b.Name) })
	s.open(`"time":`)
	s.stamp(r.Time)
	s.key("values")
	s.object()
	for i := range s.values {
		v := &s.values[i]
		if i > 0 && v.Name == s.values[i-1].Name {
			return nil, fmt.Errorf("reading: two values are named %q", v.Name)
		}
		s.member(v.Name)
		s.open(`"value":`)
		s.number(v.Value, 64)
		s.key("unit")
		s.string(string(v.Unit))
		s.close('}')
	}
	s.close('}')
	s.close('}')
	if s.wrong != nil {
		return nil, fmt.Errorf("reading: %w", s.wrong)
	}
	return s.b, nil
}
