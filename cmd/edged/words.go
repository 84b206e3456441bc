package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/runtime/tensor"
)

// words is what a model says in one run. Its JSON is that of the same event over MQTT.
type words struct {
	Labels     json.RawMessage `json:"labels,omitempty"`
	Detections json.RawMessage `json:"detections,omitempty"`

	event *pipelines.Event
}

// say decodes outputs.
func say(head pipelines.Head, outs []*tensor.Tensor) (*words, error) {
	var ev pipelines.Event
	if err := head.Decode(outs, &ev); err != nil {
		return nil, err
	}
	text, err := publish.Encode(&ev)
	if err != nil {
		return nil, err
	}
	w := &words{event: &ev}
	return w, json.Unmarshal(text, w)
}

// print writes the words for people, one a line.
func (w *words) print(to io.Writer) error {
	var b strings.Builder
	for _, l := range w.event.Labels {
		fmt.Fprintf(&b, "%.4f  %s\n", l.Score, l.Name)
	}
	for _, d := range w.event.Detections {
		fmt.Fprintf(&b, "%.4f  %s  y %.3f–%.3f  x %.3f–%.3f\n", d.Score, d.Name, d.Box.YMin, d.Box.YMax, d.Box.XMin, d.Box.XMax)
	}
	_, err := io.WriteString(to, b.String())
	return err
}
