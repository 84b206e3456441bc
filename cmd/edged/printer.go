package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"edged/cmd/edged/internal/view"
	"edged/pipelines"
	"edged/pipelines/publish"
)

// printer prints events, one a line. It is a pipelines.Sink, for one goroutine.
type printer struct {
	w    io.Writer
	json bool
	last []byte // the JSON of the newest event
}

// print writes an event as MQTT would have it, or for people: time, topic and what it says.
func (p *printer) print(ev *pipelines.Event) error {
	text, err := publish.Encode(ev)
	if err != nil {
		return err
	}
	p.last = text
	if p.json {
		_, err = fmt.Fprintf(p.w, "%s\n", text)
		return err
	}
	_, err = fmt.Fprintf(p.w, "%s  %-14s %s\n", ev.Time.Format("15:04:05.000"), ev.Pipeline+"/"+string(ev.Kind), wordsOf(ev))
	return err
}

// wordsOf says in a few words what an event says.
func wordsOf(ev *pipelines.Event) string {
	var words []string
	if ev.Sensor != "" {
		words = append(words, ev.Sensor+":")
	}
	if a := ev.Alert; a != nil {
		words = append(words, fmt.Sprintf("%s %s (%s): %s", a.Name, a.State, a.Severity, a.Reason))
	}
	if ev.Caption != "" {
		return view.Printable(strings.Join(append(append(words, ev.Caption), ev.Degraded...), "  "))
	}
	for _, l := range ev.Labels {
		words = append(words, fmt.Sprintf("%s %.2f", l.Name, l.Score))
	}
	for _, d := range ev.Detections {
		if d.Track != 0 {
			words = append(words, fmt.Sprintf("%s %d %.2f", d.Name, d.Track, d.Score))
			continue
		}
		words = append(words, fmt.Sprintf("%s %.2f", d.Name, d.Score))
	}
	return view.Printable(strings.Join(append(words, ev.Degraded...), "  "))
}

// Put prints ev.
func (p *printer) Put(_ context.Context, ev *pipelines.Event) error { return p.print(ev) }
