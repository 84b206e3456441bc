package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/pipelines/fuse"
	"edged/pipelines/prep"
	"edged/runtime/tensor"
	"edged/sensors"
	"edged/sensors/sim"
)

var background = context.Background()

// watch is what was said in one story by each model: a step for every event.
type watch struct {
	story    *sim.Story
	fused    []step
	alone    map[string][]step // by sensor
	others   map[string][]step // by model
	captions []caption
	replaced uint64 // of all captions, the lead's too
	pace     pace   // of a daemon
}

type caption struct {
	said  string
	facts sim.Facts
}

// run tells a story to the models, in a pipeline as the daemon's, at the story's own time.
func (s *senses) run(story *sim.Story, flaws map[string]flaw) (*watch, error) {
	w := &watch{story: story, alone: map[string][]step{}, others: map[string][]step{}}
	p := pipelines.New("room", w)
	_, err1 := add(p, cam, s.eye, 1, prep.ForFrame)
	_, err2 := add(p, mic, s.ear, 2, prep.ForClip)
	_, err3 := add(p, air, s.air, 3, prep.ForReading)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	f, err := s.join(w)
	if err != nil {
		return nil, err
	}
	if err := pipelines.AddFusion(p, f); err != nil {
		return nil, err
	}
	g := pipelines.NewGroup(pipelines.Options{Boot: "evaluate", Start: began.Add(lead)})
	g.AddPipeline(p)
	_, err = g.Replay(background, newTape(story, flaws), false)
	for _, e := range g.Stats().Pipelines[0].Encoders {
		w.replaced += e.Replaced
	}
	return w, err
}

// add adds the encoder of one sense, with a head of its own, and returns the sense's input.
func add[T sensors.Sample](p *pipelines.Pipeline, sensor string, m *model, part int,
	prepare func(tensor.Info, models.Input, prep.Options) (pipelines.Preparer[T], error)) (*pipelines.Input, error) {
	pr, err := prepare(m.session.Signature().Inputs[0], m.Input, prep.Options{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Name, err)
	}
	head, err := m.head()
	if err != nil {
		return nil, err
	}
	at, err := m.output(m.Answer.Outputs.Embedding, "embedding")
	if err != nil {
		return nil, err
	}
	in := pipelines.NewInput[T](sensor, silent[T]{}, pipelines.InputOptions{Period: time.Second})
	return in, pipelines.AddEncoder(p, in, pr, pipelines.Encoder{
		Model: m.Name, Session: m.session, Heads: []pipelines.Head{head}, Share: pipelines.Share{Part: part, Output: at}, Gate: m.gate,
	})
}

// silent is a sensor that nobody reads: a tape gives its samples.
type silent[T sensors.Sample] struct{}

func (silent[T]) Read(ctx context.Context, _ *T) error { <-ctx.Done(); return ctx.Err() }
func (silent[T]) Close() error                         { return nil }

// join describes the fusion, its captions and the models that are compared with it.
func (s *senses) join(w *watch) (pipelines.Fusion, error) {
	var sizes []int
	for _, p := range s.fusion.Answer.Parts {
		sizes = append(sizes, p.Size)
	}
	window, err := fuse.NewWindow(sizes, s.fusion.session.Signature().Inputs[0].Shape.Elems(), fuse.Options{
		Recent: time.Duration(s.fusion.Answer.Recent)})
	if err != nil {
		return pipelines.Fusion{}, err
	}
	head, err1 := s.fusion.head()
	weights, err2 := s.fusion.output(s.fusion.Answer.Outputs.Contributions, "contributions")
	fused, err3 := s.fusion.output(s.fusion.Answer.Outputs.Fused, "fused")
	lacking, err5 := s.fusion.lacking()
	check, err6 := s.clauses()
	teller, err4 := decode.NewCaptions(s.caption.session, s.caption.Answer.Tokens, decode.CaptionOptions{Sure: s.caption.Answer.Sure})
	return pipelines.Fusion{
		Model: s.fusion.Name, Session: s.fusion.session, Fuser: &overhearing{Window: window, others: s.others, watch: w}, Head: head, Lacking: lacking,
		Parts: len(sizes), Contributions: weights, Every: hop,
		Words: pipelines.Words{Fused: fused, Teller: teller, Model: s.caption.Name, Always: true, Check: check},
	}, errors.Join(err1, err2, err3, err4, err5, err6)
}

// clauses returns what compares captions with labels; nil if the card has no clauses.
func (s *senses) clauses() (func(string, []pipelines.Label) (string, bool), error) {
	var all []decode.Clause
	for _, c := range s.caption.Answer.Clauses {
		all = append(all, decode.Clause(c))
	}
	if len(all) == 0 {
		return nil, nil
	}
	c, err := decode.NewClauses(all, s.fusion.Labels)
	if err != nil {
		return nil, err
	}
	return c.Check, nil
}

// Put takes what the pipeline says.
func (w *watch) Put(_ context.Context, ev *pipelines.Event) error {
	at := ev.Time.Sub(began)
	if at < 0 {
		return nil
	}
	truth := w.story.Truth(at)
	switch {
	case ev.Kind == pipelines.KindCaption:
		w.captions = append(w.captions, caption{ev.Caption, truth.Facts})
	case ev.Sensor == "" || ev.Model == "room-fusion":
		w.fused = append(w.fused, step{truth, setOf(ev.Labels)})
	default:
		w.alone[ev.Sensor] = append(w.alone[ev.Sensor], step{truth, setOf(ev.Labels)})
	}
	return nil
}

func setOf(labels []pipelines.Label) (s sim.Set) {
	for _, l := range labels {
		s |= named(l.Name)
	}
	return s
}

// named is the set of the situation of that name.
func named(name string) sim.Set {
	for i, n := range sim.Situations() {
		if n == name {
			return sim.Of(sim.Situation(i))
		}
	}
	panic("evaluate: no situation is called " + name)
}

// overhearing lets other fusion models answer to what a Window joins.
type overhearing struct {
	*fuse.Window
	others []*model
	watch  *watch
	input  []float32
	scores []float32
}

// Fuse joins, and asks the others too.
func (o *overhearing) Fuse(dst *tensor.Tensor, moment time.Time) ([]pipelines.Part, error) {
	seen, err := o.Window.Fuse(dst, moment)
	at := moment.Sub(began)
	if err != nil || at < 0 || len(o.others) == 0 {
		return seen, err
	}
	if o.input, err = tensor.AppendReals(o.input[:0], dst); err != nil {
		return nil, err
	}
	truth := o.watch.story.Truth(at)
	for _, m := range o.others {
		if o.scores, err = m.scores(o.input, o.scores); err != nil {
			return nil, err
		}
		var said sim.Set
		for _, name := range m.said(o.scores) {
			said |= named(name)
		}
		o.watch.others[m.Name] = append(o.watch.others[m.Name], step{truth, said})
	}
	return seen, nil
}
