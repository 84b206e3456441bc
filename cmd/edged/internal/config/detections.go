package config

import (
	"slices"

	"edged/models"
)

// Detections says which of the objects found are told, and how they are followed.
type Detections struct {
	// Leaves out what has a lower score, 0 to 1. Default: 0.5.
	Threshold *float64 `yaml:"threshold,omitempty"`
	// The most objects of one event, highest score first. Default: 20.
	Top int `yaml:"top,omitempty"`
	// Models of task yolo: of two boxes of a class that overlap more, 0 to 1, only the better one is told. Default: 0.45.
	Overlap float64 `yaml:"overlap,omitempty"`
	// Follows objects from picture to picture: events say which is which, for how long it has been there, and how many of
	// each class there are.
	Track bool `yaml:"track,omitempty"`
	// Pictures in a row that must have an object before it is told as a track. Default: 3.
	Confirm int `yaml:"confirm,omitempty"`
	// A track that is not found for longer is gone. Default: 2s.
	Coast Duration `yaml:"coast,omitempty"`
}

// Limits returns what keeps an event short.
func (d *Detections) Limits() Limits { return Limits{Threshold: d.Threshold, Top: d.Top} }

// The defaults of a track.
const (
	defaultConfirm = 3
	defaultCoast   = defaultStale
	mostConfirm    = 1000
)

func (d *Detections) fillIn() {
	if !d.Track {
		return
	}
	if d.Confirm == 0 {
		d.Confirm = defaultConfirm
	}
	if d.Coast == 0 {
		d.Coast = defaultCoast
	}
}

func (v *validator) detections(path string, d *Detections) {
	v.limits(path, d.Limits())
	v.fraction(path+".overlap", d.Overlap)
	if d.Confirm < 0 || d.Confirm > mostConfirm {
		v.errorAt(path+".confirm", "", "%d pictures; want 1 to %d", d.Confirm, mostConfirm)
	}
	for _, key := range []string{"confirm", "coast"} {
		if _, given := v.c.places[path+"."+key]; given && !d.Track {
			v.errorAt(path+"."+key, "add track: true", "without tracks there is nothing to %s", key)
		}
	}
}

// isTask checks what an encoder says of its outputs.
func (v *validator) isTask(path string, e *Encoder, fused bool) {
	if tasks := encoderTasks(fused); e.Task != "" && !slices.Contains(tasks, e.Task) {
		v.errorAt(path+".task", "embedding needs a fusion model beside it", "%q is not labels, detections or yolo", e.Task)
	}
	if b := e.Boxes; b != "" && b != models.Fractions && b != models.Pixels {
		v.errorAt(path+".boxes", "known: fractions, pixels", "unknown unit of boxes %q", b)
	}
}
