package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"edged/sensors"
)

// watchEvery is the time between two looks of a Watcher while nothing happens.
const watchEvery = 500 * time.Millisecond

// watching is a Watcher at work. Like a narration it is a worker without a goroutine of its own: events come right behind what
// it saw, or from the pipeline's lookOn. In a replay that follows a recording, they wait until the recording says so.
//
// All that it sees, it sees under the lock of the Group's moments, in the order of a recording.
type watching struct {
	idle
	to      Watcher
	follows bool

	due    []*Event // from here on guarded by the moments' lock: that have not been put yet, oldest first
	senses []Sense
}

// AddWatcher lets w look on at p. The encoders, what joins them, and who narrates have been added. w is told the readings of
// some sensors beside p's events, of a microphone the level of its sound; they become sensors of p, if they are none. It is an
// error if one gives pictures.
func AddWatcher(p *Pipeline, w Watcher, readings ...*Input) error {
	for _, in := range readings {
		if !in.feed.listen(w, cmp.Or(in.opts.LevelEvery, time.Second)) {
			return fmt.Errorf("pipeline %q: sensor %q gives no readings that could be watched", p.name, in.name)
		}
		p.addInput(in)
	}
	place := len(p.works) + len(p.watchings)
	if p.narration != nil {
		place++
	}
	p.watchings = append(p.watchings, &watching{idle: newIdle(p, w.Name(), place), to: w})
	return nil
}

// look lets the Watcher look at its pipeline at a time. The moments' lock must be held.
func (w *watching) look(now time.Time) {
	w.senses = w.pipeline.sensesAt(w.senses[:0], now)
	w.due = append(w.due, w.to.Look(now, w.senses)...)
	if len(w.due) > 0 {
		signal(w.pipeline.looked)
	}
}

// see shows the Watcher an event that has just been made. The moments' lock must be held.
func (w *watching) see(ev *Event, now time.Time) {
	w.to.See(ev)
	w.look(now)
}

// next takes the oldest event that is due; nil if there is none.
func (w *watching) next() *Event {
	m := w.pipeline.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(w.due) == 0 {
		return nil
	}
	ev := w.due[0]
	w.due = slices.Delete(w.due, 0, 1)
	return ev
}

// tell puts the oldest event that is due, and returns whether there is one. emitting must be held.
func (w *watching) tell(ctx context.Context) bool {
	say := w.next()
	if say == nil {
		return false
	}
	p := w.pipeline
	ev := p.event(w.stage)
	say.Seq, say.Boot, say.Pipeline, say.Model, say.Ages = ev.Seq, ev.Boot, ev.Pipeline, ev.Model, ev.Ages
	p.events.Add(1)
	p.stamp(say, w.stage)
	p.put(ctx, say, w.stage)
	return true
}

// event makes the event that a recording says was made now.
func (w *watching) event(ctx context.Context) (bool, error) {
	w.pipeline.emitting.Lock()
	defer w.pipeline.emitting.Unlock()
	return w.tell(ctx), nil
}

// sensesAt appends how p's sensors are at a time.
func (p *Pipeline) sensesAt(all []Sense, now time.Time) []Sense {
	for _, in := range p.inputs {
		s := Sense{Sensor: in.name, Age: -1}
		s.State, s.Why = in.health.state(now)
		if age, any := in.health.age(now); any {
			s.Age = age
		}
		all = append(all, s)
	}
	return all
}

// show shows an event that st has made to all who watch, but for who made it, and returns who that is; nil if nobody who
// watches. The moments' lock must be held.
func (p *Pipeline) show(ev *Event, st *stage, now time.Time) (by *watching) {
	for _, w := range p.watchings {
		if w.stage == st {
			by = w
			w.to.Tell(ev)
		}
	}
	for _, w := range p.watchings {
		if w != by {
			w.see(ev, now)
		}
	}
	return by
}

// tellDue puts the events that are due of all who watch. emitting must be held.
func (p *Pipeline) tellDue(ctx context.Context) {
	for again := true; again; {
		again = false
		for _, w := range p.watchings {
			again = !w.follows && w.tell(ctx) || again // of one's event another may have something to say
		}
	}
}

// lookOn gives the time to who watches, and puts their events, until ctx ends.
func (p *Pipeline) lookOn(ctx context.Context) {
	timer := time.NewTicker(p.moments.clock.Real(watchEvery))
	defer timer.Stop()
	late := context.WithoutCancel(ctx)
	for ctx.Err() == nil {
		select {
		case <-p.looked:
		case <-timer.C:
		case <-ctx.Done():
		}
		p.moments.look()
		p.emitting.Lock()
		p.tellDue(late)
		p.emitting.Unlock()
	}
}

// listener is told readings, under the moments' lock.
type listener interface {
	Read(sensor string, r *sensors.Reading)
}

// listen lets l hear a sensor's readings, or the level of so much sound each. It reports whether there is such a thing.
func (f *feed[T]) listen(l listener, every time.Duration) bool {
	switch any(f).(type) {
	case *feed[sensors.Clip]:
		f.meter.every = every
	case *feed[sensors.Reading]:
	default:
		return false
	}
	f.listeners = append(f.listeners, l)
	return true
}
