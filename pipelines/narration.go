package pipelines

import (
	"context"
	"fmt"
	"slices"
	"time"

	"edged/sensors"
)

// narration is a Narrator at work. It is a worker without a goroutine or a session: it makes its events right behind those
// that gave it something to say. In a replay that follows a recording, it waits until the recording says that it did.
//
// All that it hears, it hears under the lock of the Group's moments, in the order of a recording.
type narration struct {
	idle
	to      Narrator
	follows bool

	say Event // from here on guarded by the pipeline's emitting: what is to be said
	due bool  // it has not been said yet
}

// AddNarrator lets n put what p finds into sentences. The encoders, and what joins them, have been added. n is told the
// readings of some sensors beside p's events; they become sensors of p, if they are none. It is an error if one gives no
// readings.
func AddNarrator(p *Pipeline, n Narrator, readings ...*Input) error {
	if p.narration != nil || n == nil || len(p.watchings) > 0 {
		return fmt.Errorf("pipeline %q: no narrator, or one too many, or too late", p.name)
	}
	for _, in := range readings {
		f, ok := in.feed.(*feed[sensors.Reading])
		if !ok {
			return fmt.Errorf("pipeline %q: sensor %q gives no readings that could be told", p.name, in.name)
		}
		f.listeners = append(f.listeners, n)
		p.addInput(in)
	}
	p.narration = &narration{idle: newIdle(p, n.Name(), len(p.works)), to: n}
	return nil
}

// hear takes an event that has just been made. The moments' lock must be held.
func (n *narration) hear(ev *Event, now time.Time) {
	lost := func(in *Input) bool { age, any := in.health.age(now); return any && age > in.health.limit }
	for _, in := range n.pipeline.inputs {
		if lost(in) {
			n.to.Lose(in.name)
		}
	}
	for _, w := range n.pipeline.works {
		if st := w.of(); len(st.inputs) > 1 && !slices.ContainsFunc(st.inputs, func(in *Input) bool { return !lost(in) }) {
			n.to.Lose(st.sensor)
		}
	}
	n.say = Event{Kind: KindCaption}
	if n.to.Hear(ev, &n.say) {
		n.due, n.window = true, ev.Window
	}
}

// tell makes an event of what is to be said, and returns whether there is something. emitting must be held.
func (n *narration) tell(ctx context.Context) bool {
	if !n.due {
		return false
	}
	n.due = false
	p := n.pipeline
	ev, say := p.event(n.stage), &n.say
	ev.Kind, ev.Labels, ev.Counts, ev.Caption, ev.Captions = say.Kind, say.Labels, say.Counts, say.Caption, say.Captions
	ev.Contributions = say.Contributions
	p.events.Add(1)
	p.stamp(ev, n.stage)
	p.put(ctx, ev, n.stage)
	return true
}

// event makes the event that a recording says was made now.
func (n *narration) event(ctx context.Context) (bool, error) {
	n.pipeline.emitting.Lock()
	defer n.pipeline.emitting.Unlock()
	return n.tell(ctx), nil
}
