package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"edged/pipelines"
	"edged/pipelines/digest"
	"edged/pipelines/fuse"
	"edged/pipelines/prep"
	"edged/sensors"
	"edged/sensors/sim"
)

// midnight is when the day is that a story of one lies in.
var midnight = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// after is how much longer than the day its story is, so that the digest of its end comes.
const after = 5 * time.Second

// What wakes the models that see and hear, as a config's gates have it: motion, as a part of full brightness, and sound, in dBFS.
// Most of a day there is neither. Thin smoke changes less than a hundredth of the picture's brightness.
const (
	stirs = 0.008
	rings = -55
)

// day is what was said of one. It is a pipelines.Sink.
type day struct {
	story   *sim.Story
	begins  time.Time
	digests []*pipelines.Event
	results int
}

// Put takes what the pipeline says.
func (d *day) Put(_ context.Context, ev *pipelines.Event) error {
	switch {
	case ev.Kind == pipelines.KindDigest:
		d.digests = append(d.digests, ev.Clone())
	case ev.Model == "room-fusion":
		d.results++
	}
	return nil
}

// tellDay runs the models and a digest through a day, prints what is said of it, and how much of that is so.
func (t *teller) tellDay(out io.Writer) error {
	s, err := openSenses(t.models, nil)
	if err != nil {
		return err
	}
	d := &day{story: newDay(t.o.first, t.o.from, t.o.day), begins: midnight.Add(time.Duration(t.o.from) * time.Hour)}
	began := time.Now()
	if err := errors.Join(s.live(d, t.o.step), s.close()); err != nil {
		return err
	}
	fmt.Fprintf(out, "%v of a room, seed %d: %d results, one each %v of its time, in %v.\n\n", t.o.day, t.o.first, d.results, t.o.step,
		time.Since(began).Round(time.Second))
	return d.report(out)
}

// live runs a day through a pipeline as the daemon's, with a digest that looks on.
func (s *senses) live(d *day, step time.Duration) error {
	p := pipelines.New("room", d)
	s.eye.gate.Motion, s.ear.gate.Level = stirs, rings
	_, err1 := add(p, cam, s.eye, 1, prep.ForFrame)
	ear, err2 := add(p, mic, s.ear, 2, prep.ForClip)
	box, err3 := add(p, air, s.air, 3, prep.ForReading)
	f, err4 := s.joinDay(step)
	sum, err5 := digest.New(digest.Options{Hourly: true, Daily: true, Languages: []string{"en", "de"},
		Overheard: map[string]bool{s.eye.Name: true, s.ear.Name: true, s.air.Name: true}})
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	if err := errors.Join(pipelines.AddFusion(p, f), pipelines.AddWatcher(p, sum, ear, box)); err != nil {
		return err
	}
	g := pipelines.NewGroup(pipelines.Options{Boot: "evaluate", Start: d.begins.Add(lead)})
	g.AddPipeline(p)
	t := newTape(d.story, nil)
	t.began, t.every = d.begins, step
	a := rewind(t)
	_, err := g.Replay(background, a, false)
	a.stop()
	return err
}

// joinDay describes the fusion: what is found, and no captions.
func (s *senses) joinDay(step time.Duration) (pipelines.Fusion, error) {
	var sizes []int
	for _, p := range s.fusion.Answer.Parts {
		sizes = append(sizes, p.Size)
	}
	window, err1 := fuse.NewWindow(sizes, s.fusion.session.Signature().Inputs[0].Shape.Elems(), fuse.Options{
		Recent: time.Duration(s.fusion.Answer.Recent)})
	head, err2 := s.fusion.head()
	weights, err3 := s.fusion.output(s.fusion.Answer.Outputs.Contributions, "contributions")
	lacking, err4 := s.fusion.lacking()
	return pipelines.Fusion{
		Model: s.fusion.Name, Session: s.fusion.session, Fuser: window, Head: head, Lacking: lacking,
		Parts: len(sizes), Contributions: weights, Every: step,
	}, errors.Join(err1, err2, err3, err4)
}

// ahead is a tape whose samples are made while the models work on those before.
type ahead struct {
	steps chan pipelines.Step
	over  chan struct{}
	done  sync.WaitGroup
	err   error // of the tape, once steps is closed
}

// rewind begins to make a tape's samples.
func rewind(t *tape) *ahead {
	a := &ahead{steps: make(chan pipelines.Step, 32), over: make(chan struct{})}
	a.done.Go(func() {
		defer close(a.steps)
		for {
			var s pipelines.Step
			if a.err = t.Next(&s); a.err != nil {
				return
			}
			s.Sample = copied(s.Sample)
			select {
			case a.steps <- s:
			case <-a.over:
				return
			}
		}
	})
	return a
}

// Next gives the next sample.
func (a *ahead) Next(into *pipelines.Step) error {
	s, more := <-a.steps
	if !more {
		return a.err
	}
	*into = s
	return nil
}

// stop ends it.
func (a *ahead) stop() {
	close(a.over)
	a.done.Wait()
}

// copied returns a sample that the tape will not write to.
func copied(sample any) any {
	switch s := sample.(type) {
	case *sensors.Frame:
		c := *s
		c.Pix = append([]byte(nil), s.Pix...)
		return &c
	case *sensors.Clip:
		c := *s
		c.Samples = append([]float32(nil), s.Samples...)
		return &c
	case *sensors.Reading:
		c := *s
		c.Values = append([]sensors.Value(nil), s.Values...)
		return &c
	}
	panic(fmt.Sprintf("evaluate: a sample is a %T", sample))
}
