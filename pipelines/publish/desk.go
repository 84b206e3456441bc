package publish

import (
	"sync"

	"edged/pipelines"
	"edged/pipelines/publish/topic"
)

// desk is where what is put is written, one after the other, without allocating: an event from its making to its place in the
// queue costs the garbage collector nothing.
type desk struct {
	mu sync.Mutex
	scribe
	topics map[named]string // that have been asked for
}

// named is what a topic is made of: a pipeline's kind of events, or a sensor of readings. An alert's topic is not kept.
type named struct {
	pipeline string
	kind     pipelines.Kind
	alert    *pipelines.Alert
	sensor   string
}

// topic returns the one of n. mu must be held.
func (d *desk) topic(of topic.Tree, n named) (string, error) {
	if n.alert != nil {
		return of.Alert(n.pipeline, n.alert.Name)
	}
	if t, known := d.topics[n]; known {
		return t, nil
	}
	t, err := of.Reading(n.sensor)
	if n.sensor == "" {
		t, err = of.Event(n.pipeline, string(n.kind))
	}
	if err != nil {
		return "", err
	}
	if d.topics == nil {
		d.topics = map[named]string{}
	}
	d.topics[n] = t
	return t, nil
}
