package pipelines

import (
	"context"
	"fmt"
	"slices"
	"time"

	"edged/runtime"
	"edged/sensors"
)

// narration is a Narrator at work. It is a worker without a goroutine or a session: it makes its events right behind those
// that gave it something to say. In a replay that follows a recording, it waits until the recording says that it did.
//
// All that it hears, it hears under the lock of the Group's moments, in the order of a recording.
type narration struct {
	*stage
	to      Narrator
	follows bool

	say Event // from here on guarded by the pipeline's emitting: what is to be said
	due bool  // it has not been said yet
}

// AddNarrator lets n put what p finds into sentences. The encoders, and what joins them, have been added. n is told the
// readings of some sensors beside p's events; they become sensors of p, if they are none. It is an error if one gives no
// readings.
func AddNarrator(p *Pipeline, n Narrator, readings ...*Input) error {
	if p.narration != nil || n == nil {
		return fmt.Errorf("pipeline %q: no narrator, or one too many", p.name)
	}
	for _, in := range readings {
		f, ok := in.feed.(*feed[sensors.Reading])
		if !ok {
			return fmt.Errorf("pipeline %q: sensor %q gives no readings that could be told", p.name, in.name)
		}
		f.listeners = append(f.listeners, n)
		if !slices.Contains(p.inputs, in) {
			p.inputs = append(p.inputs, in)
		}
	}
	st := &stage{Encoder: Encoder{Model: n.Name()}, name: fmt.Sprintf("pipeline %q: %s: ", p.name, n.Name()), pipeline: p, place: len(p.works)}
	p.narration = &narration{stage: st, to: n}
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

func (n *narration) run(context.Context, *quiet)   {}
func (n *narration) replaying()                    {}
func (n *narration) advance(context.Context) error { return nil }
func (n *narration) take(number) error             { return fmt.Errorf("a sample is for what tells of them") }
func (n *narration) pass() error                   { return fmt.Errorf("a window is for what tells of them") }

// degraded says why a stage's engine is not what was asked for; empty if it is.
func (s *stage) degraded() string {
	if s.Session == nil {
		return ""
	}
	return runtime.Degraded(s.Session)
}
