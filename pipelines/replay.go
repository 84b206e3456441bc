package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Tape gives back what a Recorder was told, in order, and io.EOF at its end. Of Emitted it need not give the Event.
type Tape interface {
	Next(into *Step) error
}

// Replayed says how a replay went.
type Replayed struct {
	Samples   uint64 // given to sensors that are here
	Missing   uint64 // events of the recording that did not come again
	Uncalled  uint64 // events that the recording does not have, and that were not emitted
	Unmatched uint64 // steps of encoders that are not here, or samples that they could not take
}

// Replay does what a recording says instead of reading sensors: nothing else, in the recording's order and at its times.
// It uses neither the clock nor another goroutine, so that all replays of one recording give the same events to the last
// bit, whether the tape gives its steps as fast as it can or waits for their time.
//
// With follow the encoders take the samples that they took in the recorded run, and their events are made in its order, at
// its times: with its config and its models, the events are its events. Without, each encoder takes each sample at once,
// as if it needed no time, and Taken and Emitted count for nothing: for another config, or a recording of sensors alone.
//
// Replay runs companions as Run does, and like it can be called once. Options.Start must be when the recorded run began.
func (g *Group) Replay(ctx context.Context, tape Tape, follow bool) (Replayed, error) {
	if err := g.begin(); err != nil {
		return Replayed{}, err
	}
	r := &replay{group: g, follow: follow, inputs: map[string]*Input{}, stages: map[place]worker{}, log: newQuiet(g.opts.Log)}
	for _, in := range g.inputs {
		r.inputs[in.name] = in
	}
	for _, p := range g.pipelines {
		for i, w := range p.works {
			w.replaying()
			r.stages[place{p.name, i}] = w
			r.order = append(r.order, w)
		}
		if n := p.narration; n != nil {
			n.follows = follow
			r.stages[place{p.name, n.place}] = n
		}
		for _, w := range p.watchings {
			w.follows = follow
			r.stages[place{p.name, w.place}] = w
		}
	}
	g.moments.replay(g.started)
	err := g.beside(ctx, func(ctx context.Context) {
		if err := r.run(ctx, tape); err != nil && ctx.Err() == nil {
			g.fail(err)
		}
	})
	return r.done, err
}

type place struct {
	pipeline string
	encoder  int
}

// replay is a Replay at work.
type replay struct {
	group  *Group
	follow bool
	inputs map[string]*Input
	stages map[place]worker
	order  []worker // of the pipelines and their encoders
	log    *quiet
	done   Replayed
}

func (r *replay) run(ctx context.Context, tape Tape) error {
	var s Step
	for {
		switch err := tape.Next(&s); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		r.group.moments.replay(s.At)
		if err := r.play(ctx, &s); err != nil {
			return err
		}
		r.watched(ctx)
	}
}

func (r *replay) play(ctx context.Context, s *Step) error {
	in := r.inputs[s.Sensor]
	switch {
	case s.What == Taken || s.What == Emitted || s.What == Embedded || s.What == Joined || s.What == Skipped:
		r.turn(ctx, s)
	case in == nil: // nobody wants it
	case s.What == Failed:
		in.fail(s.Err)
		r.log.warn(fmt.Sprintf("sensor %q: %v", in.name, s.Err))
	case s.What == Ended:
		in.end()
	default:
		r.done.Samples++
		n, err := in.feed.replay(ctx, in, s.Sample, r.log)
		if err != nil {
			return err
		}
		if !r.follow {
			r.atOnce(ctx, in, n)
		}
	}
	return nil
}

// watched puts what those say who watch, unless the recording says when.
func (r *replay) watched(ctx context.Context) {
	for _, p := range r.group.pipelines {
		p.emitting.Lock()
		p.tellDue(ctx)
		p.emitting.Unlock()
	}
}

// atOnce lets all encoders of in take its nth sample.
func (r *replay) atOnce(ctx context.Context, in *Input, n uint64) {
	for _, w := range r.order {
		if all := w.of().inputs; slices.Contains(all, in) {
			err := w.take(number(n*uint64(len(all)) + uint64(slices.Index(all, in))))
			for made := true; made && err == nil; {
				made, err = w.event(ctx)
			}
			w.of().wrong(ctx, err, r.log)
		}
	}
	for _, p := range r.group.pipelines {
		if f := p.fusion; f != nil {
			_, err := f.result(ctx)
			f.wrong(ctx, errors.Join(err, f.say(ctx)), r.log)
		}
	}
}

// turn lets an encoder do what it did.
func (r *replay) turn(ctx context.Context, s *Step) {
	if !r.follow {
		return
	}
	w := r.stages[place{s.Pipeline, s.Encoder}]
	if w == nil {
		r.done.Unmatched++
		return
	}
	switch s.What {
	case Embedded:
		w.of().wrong(ctx, w.advance(ctx), r.log)
		return
	case Skipped:
		w.of().wrong(ctx, w.pass(), r.log)
		return
	case Joined:
		r.finish(ctx, w)
		w.of().wrong(ctx, w.advance(ctx), r.log)
		return
	case Emitted:
		made, err := w.event(ctx)
		w.of().wrong(ctx, err, r.log)
		if !made {
			r.done.Missing++
		}
		return
	}
	r.finish(ctx, w)
	if err := w.take(number(s.Number)); err != nil {
		r.done.Unmatched++
		w.of().wrong(ctx, err, r.log)
	}
}

// finish ends a turn of w. What it would still say was not said in the recorded run.
func (r *replay) finish(ctx context.Context, w worker) {
	st := w.of()
	st.muted = true
	defer func() { st.muted = false }()
	for {
		made, err := w.event(ctx)
		st.wrong(ctx, err, r.log)
		if !made {
			return
		}
		r.done.Uncalled++
	}
}

// replay gives a sample of the recording, and returns which of in's it is.
func (f *feed[T]) replay(ctx context.Context, in *Input, sample any, log *quiet) (uint64, error) {
	s, ok := sample.(*T)
	if !ok {
		return 0, fmt.Errorf("sensor %q gives %T, not what was recorded, %T", in.name, *new(T), sample)
	}
	return f.give(ctx, in, s, log), nil
}
