package main

import (
	"fmt"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/pipelines/track"
	"edged/runtime"
)

// taskOf returns the card's task. A card without one has detections if its model has the four outputs of
// TFLite_Detection_PostProcess, is a YOLO if its output has boxes with scores, and else has labels.
func taskOf(card *models.Card, s runtime.Session) models.Task {
	outs := s.Signature().Outputs
	switch {
	case card.Task != "":
		return card.Task
	case len(outs) == 4:
		return models.Detections
	case len(outs) == 1 && len(outs[0].Shape) == 3 && outs[0].Shape[0] == 1 && outs[0].Shape[1] > 1:
		return models.Yolo
	}
	return models.Labels
}

// findsObjects says whether a task's events are detections.
func findsObjects(t models.Task) bool { return t == models.Detections || t == models.Yolo }

// yolo returns a head for the one output of a YOLO; one with anchors is of version 2.
func (m *model) yolo(o decode.Options) (pipelines.Head, error) {
	if sizes := m.card.Answer.Anchors; len(sizes) > 0 {
		anchors := make([][2]float32, len(sizes))
		for i, s := range sizes {
			anchors[i] = [2]float32{float32(s[0]), float32(s[1])}
		}
		return decode.NewGrid(m.session.Signature().Outputs, m.card.Labels, anchors, o)
	}
	if m.card.Answer.Boxes == models.Pixels {
		in := m.session.Signature().Inputs[0]
		if len(in.Shape) != 4 {
			return nil, fmt.Errorf("boxes are in pixels, and the input %q of shape %v is no picture", in.Name, in.Shape)
		}
		o.Height, o.Width = in.Shape[1], in.Shape[2]
	}
	return decode.NewYolo(m.session.Signature().Outputs, m.card.Labels, o)
}

// track lets m's head say which detection is which object, if the config wants it.
func (m *model) track(d *config.Detections) {
	if d.Track {
		m.head = track.NewHead(m.head, track.Options{Confirm: d.Confirm, Coast: time.Duration(d.Coast)})
	}
}
