package main

import (
	"fmt"
	"strings"
	"time"

	"edged/cmd/edged/internal/spans"
	"edged/cmd/edged/internal/view"
	"edged/pipelines"
)

// changeLine is a change for people: sign, time, topic and words, as an event is printed.
func changeLine(c *spans.Change) string {
	k := c.Of()
	words := k.Name + "  "
	if k.Sensor != "" {
		words = k.Sensor + ": " + words
	}
	sign := "~"
	switch c.What {
	case spans.New:
		sign, words = "+", words+spanWords(c.Is)
	case spans.Gone:
		sign, words = "-", words+spanWords(c.Was)
	default:
		words += moveWords(c)
	}
	return fmt.Sprintf("%s %s  %-14s %s", sign, c.From().Format("15:04:05.000"), k.Pipeline+"/"+string(k.Kind), view.Printable(words))
}

// spanWords says how long a span is, and what there is to know of it.
func spanWords(s *spans.Span) string {
	length := "for " + lengthText(s.To.Sub(s.From))
	if s.Kind != pipelines.KindAlert {
		if s.To.Equal(s.From) {
			length = "once"
		}
		return fmt.Sprintf("%s, %.2f at most", length, s.Score)
	}
	if s.Open {
		length += ", still open at the end"
	}
	return fmt.Sprintf("%s, open %s: %s", s.Severity, length, s.Reason)
}

// moveWords says what of a span is otherwise.
func moveWords(c *spans.Change) string {
	var words []string
	begins, ends := "begins", "ends"
	if c.Was.Kind == pipelines.KindAlert {
		begins, ends = "opens", "closes"
	}
	for _, edge := range []struct {
		verb    string
		was, is time.Time
	}{{begins, c.Was.From, c.Is.From}, {ends, c.Was.To, c.Is.To}} {
		switch by := edge.is.Sub(edge.was); {
		case by > 0:
			words = append(words, fmt.Sprintf("%s %s later", edge.verb, lengthText(by)))
		case by < 0:
			words = append(words, fmt.Sprintf("%s %s earlier", edge.verb, lengthText(-by)))
		}
	}
	if c.Is.Open {
		words = append(words, "still open at the end")
	}
	if c.Was.Severity != c.Is.Severity {
		words = append(words, fmt.Sprintf("%s, not %s", c.Is.Severity, c.Was.Severity))
	}
	return strings.Join(words, ", ")
}

// lengthText is a length of time for people.
func lengthText(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// diffDocument is a difference as JSON.
type diffDocument struct {
	Recording string       `json:"recording"`
	Was       string       `json:"was"` // the config's file
	Is        string       `json:"is"`
	Start     time.Time    `json:"start"`
	Seconds   float64      `json:"seconds"`
	Alerts    tally        `json:"alerts"`
	Labels    tally        `json:"labels"`
	Changes   []diffChange `json:"changes"`
}

type diffChange struct {
	Change   spans.Verdict  `json:"change"`
	Kind     pipelines.Kind `json:"kind"`
	Pipeline string         `json:"pipeline"`
	Sensor   string         `json:"sensor,omitempty"`
	Name     string         `json:"name"`
	Was      *diffSpan      `json:"was,omitempty"`
	Is       *diffSpan      `json:"is,omitempty"`
}

type diffSpan struct {
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Open     bool      `json:"open,omitempty"`
	Score    float32   `json:"score,omitempty"`
	Severity string    `json:"severity,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

// document is d for scripts. What is the same is only counted.
func (d *difference) document() *diffDocument {
	doc := &diffDocument{Recording: d.recording, Was: d.was.name, Is: d.is.name, Start: d.is.start.UTC(), Seconds: d.is.end.Sub(d.is.start).Seconds(), Changes: []diffChange{}}
	doc.Alerts, doc.Labels = d.tallies()
	for i := range d.changes {
		c := &d.changes[i]
		if k := c.Of(); c.What != spans.Same {
			doc.Changes = append(doc.Changes, diffChange{c.What, k.Kind, k.Pipeline, k.Sensor, k.Name, spanDocument(c.Was), spanDocument(c.Is)})
		}
	}
	return doc
}

func spanDocument(s *spans.Span) *diffSpan {
	if s == nil {
		return nil
	}
	return &diffSpan{s.From.UTC(), s.To.UTC(), s.Open, s.Score, s.Severity, s.Reason}
}
