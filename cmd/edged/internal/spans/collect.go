package spans

import (
	"cmp"
	"context"
	"slices"
	"time"

	"edged/pipelines"
)

// Key is what a span is of.
type Key struct {
	Kind     pipelines.Kind // KindAlert, KindLabels or KindDetections
	Pipeline string
	Sensor   string // whose encoder told it; empty of a fused result, and of an alert
	Name     string // of the alert, label or class
}

// compare puts alerts before labels.
func (k Key) compare(o Key) int {
	return cmp.Or(cmp.Compare(k.Kind, o.Kind), cmp.Compare(k.Pipeline, o.Pipeline), cmp.Compare(k.Sensor, o.Sensor), cmp.Compare(k.Name, o.Name))
}

// Span is a time in which something was so.
type Span struct {
	Key
	From, To time.Time // of a label or class the first and the last result that told it; an alert opens and closes

	Score float32 // of a label or class: the highest

	Severity string // of an alert
	Reason   string // why it opened
	Open     bool   // still at the end, To
}

// mostGap is how many results in a row may lack a label, without its span ending.
const mostGap = 2

// Collector makes spans of events. It is a pipelines.Sink, for one goroutine.
type Collector struct {
	stale   map[string]time.Duration
	streams map[stream]*results
	alerts  map[string]*Span // that are open, by the ID of the event that opened them
	all     []*Span
}

// NewCollector returns a Collector. A label's span ends if its model says nothing for longer than its pipeline has in stale.
func NewCollector(stale map[string]time.Duration) *Collector {
	return &Collector{stale: stale, streams: map[stream]*results{}, alerts: map[string]*Span{}}
}

// stream is where results of one model come from.
type stream struct {
	kind                    pipelines.Kind
	pipeline, sensor, model string
}

// results are those of a stream so far.
type results struct {
	count int
	last  time.Time
	told  map[string]*told // by name
}

// told is a label whose span goes on.
type told struct {
	span *Span
	last int // the number of the result that told it last
}

// Put takes an event.
func (c *Collector) Put(_ context.Context, ev *pipelines.Event) error {
	switch ev.Kind {
	case pipelines.KindAlert:
		c.alert(ev)
	case pipelines.KindLabels:
		c.result(ev, ev.Labels)
	case pipelines.KindDetections:
		labels := make([]pipelines.Label, len(ev.Detections))
		for i := range labels {
			labels[i] = ev.Detections[i].Label
		}
		c.result(ev, labels)
	}
	return nil
}

func (c *Collector) alert(ev *pipelines.Event) {
	a := ev.Alert
	switch a.State {
	case pipelines.Open:
		c.alerts[ev.ID().String()] = c.begin(&Span{
			Key: Key{Kind: ev.Kind, Pipeline: ev.Pipeline, Name: a.Name}, From: ev.Time, To: ev.Time, Severity: a.Severity, Reason: a.Reason, Open: true,
		})
	case pipelines.Closed:
		if s := c.alerts[a.Opening]; s != nil {
			s.To, s.Open = ev.Time, false
			delete(c.alerts, a.Opening)
		}
	}
}

func (c *Collector) begin(s *Span) *Span {
	c.all = append(c.all, s)
	return s
}

// result takes what one result of a model tells.
func (c *Collector) result(ev *pipelines.Event, labels []pipelines.Label) {
	from := stream{ev.Kind, ev.Pipeline, ev.Sensor, ev.Model}
	r := c.streams[from]
	if r == nil {
		r = &results{told: map[string]*told{}}
		c.streams[from] = r
	}
	if ev.Time.Sub(r.last) > c.stale[ev.Pipeline] {
		clear(r.told)
	}
	r.count++
	r.last = ev.Time
	for _, l := range labels {
		t := r.told[l.Name]
		if t == nil || r.count-t.last > mostGap+1 {
			t = &told{span: c.begin(&Span{Key: Key{ev.Kind, ev.Pipeline, ev.Sensor, l.Name}, From: ev.Time})}
			r.told[l.Name] = t
		}
		t.last = r.count
		t.span.To = ev.Time
		t.span.Score = max(t.span.Score, l.Score)
	}
}

// Spans returns all spans, those of one Key one after another. What is open ends at end.
func (c *Collector) Spans(end time.Time) []Span {
	slices.SortStableFunc(c.all, func(a, b *Span) int { return cmp.Or(a.Key.compare(b.Key), a.From.Compare(b.From)) })
	var all []Span
	for _, s := range c.all {
		if s.Open {
			s.To = end
		}
		if last := len(all) - 1; last >= 0 && all[last].Key == s.Key && !s.From.After(all[last].To) { // two models of one sensor
			all[last].To = later(all[last].To, s.To)
			all[last].Score = max(all[last].Score, s.Score)
			continue
		}
		all = append(all, *s)
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
