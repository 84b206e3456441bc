package main

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/pipelines/fuse"
	"edged/pipelines/grammar"
	"edged/runtime"
)

// fusion is a pipeline's model that joins its encoders' embeddings, open, and the one that puts the result into words.
type fusion struct {
	model   *model
	caption *model // nil if there is none
	how     pipelines.Fusion
}

// String names the models.
func (f *fusion) String() string {
	if f.caption == nil {
		return "fusion " + f.model.name
	}
	return "fusion " + f.model.name + " " + f.caption.name
}

// Close closes the models.
func (f *fusion) Close() error {
	err := f.model.Close()
	if f.caption != nil {
		err = errors.Join(err, f.caption.Close())
	}
	return err
}

// openFusions opens the fusion of each pipeline that has one and of whose encoders one is left.
func (p *parts) openFusions() {
	for _, name := range slices.Sorted(maps.Keys(p.config.Pipelines)) {
		line := p.config.Pipelines[name]
		if line.Fusion == nil || len(p.encoders[name]) == 0 {
			continue
		}
		f, err := p.openFusion(name, line)
		if err != nil {
			p.leaveOut("pipelines."+name+".fusion.model", err)
			p.dropMute(name)
			continue
		}
		p.fusions[name] = f
		if c := line.Heads.Caption; c != nil && c.Model != "" {
			if err := f.openCaption(c); err != nil {
				p.leaveOut("pipelines."+name+".heads.caption.model", err)
			}
		}
	}
}

// dropMute leaves out the encoders that only a fusion would have heard.
func (p *parts) dropMute(name string) {
	var left []encoder
	for _, e := range p.encoders[name] {
		if e.model.head != nil {
			left = append(left, e)
			continue
		}
		_ = e.model.Close() // was only read
	}
	if p.encoders[name] = left; len(left) == 0 {
		delete(p.encoders, name)
	}
}

func (p *parts) openFusion(name string, line *config.Pipeline) (*fusion, error) {
	m, err := openModel(line.Fusion.Model, runtime.Options{Threads: line.Fusion.Threads, Pool: p.threads, TFLite: delegated(p.tflite, nil)})
	if err != nil {
		return nil, err
	}
	f := &fusion{model: m}
	if err := f.describe(p.encoders[name], line); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", m.name, err), m.Close())
	}
	return f, nil
}

// describe finds out how the model is fed and read.
func (f *fusion) describe(encoders []encoder, line *config.Pipeline) error {
	sizes, err := f.share(encoders)
	if err != nil {
		return err
	}
	sig := f.model.session.Signature()
	if len(sig.Inputs) != 1 {
		return fmt.Errorf("the model has %d inputs, want 1", len(sig.Inputs))
	}
	window, err := fuse.NewWindow(sizes, sig.Inputs[0].Shape.Elems(), fuse.Options{
		StaleAfter: time.Duration(line.Fusion.StaleAfter), Recent: time.Duration(f.model.card.Answer.Recent)})
	if err != nil {
		return err
	}
	limits := f.model.within(line.Heads.Labels)
	limits.Top = math.MaxInt // what is said beside them is compared with all
	if err := f.model.decodeAs(models.Fusion, limits); err != nil {
		return err
	}
	lacking, err := f.lacking(limits)
	if err != nil {
		return err
	}
	out := &f.model.card.Answer.Outputs
	f.how = pipelines.Fusion{
		Model: f.model.name, Session: f.model.session, Fuser: window, Head: f.model.head, Lacking: lacking, Parts: len(sizes),
		Every: time.Duration(line.Every), Cores: line.Fusion.Threads,
		Contributions: f.model.output(out.Contributions, "contributions"), Top: line.Heads.Labels.Top,
		Words: pipelines.Words{Fused: f.model.output(out.Fused, "fused")},
	}
	return nil
}

// lacking returns a head for each set of missing parts that the card has thresholds for, unless the config's one threshold
// counts.
func (f *fusion) lacking(o decode.Options) (all []pipelines.Lacking, err error) {
	if len(o.Thresholds) == 0 {
		return nil, nil
	}
	answer := &f.model.card.Answer
	for _, m := range answer.Missing {
		head, err := f.model.labelsAt(o.At(m.Thresholds))
		if err != nil {
			return nil, err
		}
		f.model.barsOf(head)
		all = append(all, pipelines.Lacking{Parts: answer.Places(m.Parts), Head: head})
	}
	return all, nil
}

// share gives each encoder its part, and returns the sizes of all parts. Of a card's parts the pipeline may lack some.
func (f *fusion) share(encoders []encoder) (sizes []int, err error) {
	parts := f.model.card.Answer.Parts
	if len(parts) == 0 {
		for _, e := range encoders {
			if at, err := e.model.embedding(); err == nil {
				parts = append(parts, models.Part{Model: e.model.name, Size: e.model.session.Signature().Outputs[at].Shape.Elems()})
			}
		}
	}
	taken := make([]bool, len(parts))
	for i := range encoders {
		if err := shareOf(&encoders[i], parts, taken); err != nil {
			return nil, err
		}
	}
	for _, p := range parts {
		sizes = append(sizes, p.Size)
	}
	return sizes, nil
}

// shareOf gives an encoder the first part of its name that is not taken. One that speaks for itself need have none.
func shareOf(e *encoder, parts []models.Part, taken []bool) error {
	at, err := e.model.embedding()
	part := -1
	for i, p := range parts {
		if p.Model == e.model.name && !taken[i] && part < 0 {
			part = i
		}
	}
	switch {
	case (err != nil || part < 0) && e.model.head != nil:
		return nil
	case err != nil:
		return err
	case part < 0:
		return fmt.Errorf("the model joins %s; %s is none of them, or there are too many", named(parts), e.model.name)
	}
	if n := e.model.session.Signature().Outputs[at].Shape.Elems(); n != parts[part].Size {
		return fmt.Errorf("the model takes %d elements of %s, whose embedding has %d", parts[part].Size, e.model.name, n)
	}
	taken[part] = true
	e.share = pipelines.Share{Part: part + 1, Output: at}
	return nil
}

func named(parts []models.Part) string {
	var all []string
	for _, p := range parts {
		all = append(all, p.Model)
	}
	return strings.Join(all, ", ")
}

// openCaption opens the model that says what was found.
func (f *fusion) openCaption(c *config.Caption) error {
	if f.how.Words.Fused < 0 {
		return fmt.Errorf("%s: the model has no output %q that could be put into words", f.model.name, "fused")
	}
	m, err := openModel(c.Model, runtime.Options{})
	if err != nil {
		return err
	}
	teller, err := decode.NewCaptions(m.session, m.card.Answer.Tokens, decode.CaptionOptions{Longest: c.Longest, Beam: c.Beam, Sure: m.card.Answer.Sure})
	check, wrong := f.check(m)
	if err = errors.Join(err, wrong); err == nil {
		fused := f.model.session.Signature().Outputs[f.how.Words.Fused].Shape
		if n := teller.Fused().Shape.Elems(); n != fused.Elems() {
			err = fmt.Errorf("it puts %d elements into words, and %s gives %d", n, f.model.name, fused.Elems())
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", m.name, err), m.Close())
	}
	f.caption = m
	w := &f.how.Words
	w.Teller, w.Model, w.Always, w.Check = teller, m.name, c.When == config.Always, check
	if len(c.Languages) < 2 {
		return nil
	}
	g, err := grammar.New(grammarOf(c))
	if err != nil {
		return err
	}
	w.Translate = g.Say
	return nil
}

// check returns what compares a model's captions with the labels; nil if its card does not say what they have to do with
// each other.
func (f *fusion) check(m *model) (func(string, []pipelines.Label) (string, bool), error) {
	var all []decode.Clause
	for _, c := range m.card.Answer.Clauses {
		all = append(all, decode.Clause(c))
	}
	if len(all) == 0 {
		return nil, nil
	}
	c, err := decode.NewClauses(all, f.model.card.Labels)
	if err != nil {
		return nil, err
	}
	return c.Check, nil
}

// models returns the models of a pipeline.
func (p *parts) models(pipeline string) (all []*model) {
	for _, e := range p.encoders[pipeline] {
		all = append(all, e.model)
	}
	if f := p.fusions[pipeline]; f != nil {
		all = append(all, f.model)
		if f.caption != nil {
			all = append(all, f.caption)
		}
	}
	return all
}
