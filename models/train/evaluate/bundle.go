package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// model is a model with its card, open.
type model struct {
	models.Card
	session runtime.Session
	gate    pipelines.Gate // lets it rest
}

// open opens a model of a bundle.
func open(b *models.Bundle, name string) (*model, error) {
	card, data, err := b.Model(name)
	if err != nil {
		return nil, err
	}
	file, err := tflite.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s, err := runtime.New(file, runtime.Options{Source: data})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &model{Card: card, session: s}, nil
}

// output returns which output has the name that the card gives, or else that it has by habit.
func (m *model) output(said, habit string) (int, error) {
	name := cmp.Or(said, habit)
	for i, o := range m.session.Signature().Outputs {
		if o.Name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%s: no output %q", m.Name, name)
}

// head returns what reads the scores of m, all situations with their thresholds.
func (m *model) head() (*decode.Labels, error) { return m.headAt(m.Answer.Thresholds) }

// lacking returns the heads for when parts are missing.
func (m *model) lacking() (all []pipelines.Lacking, err error) {
	for _, l := range m.Answer.Missing {
		head, err := m.headAt(l.Thresholds)
		if err != nil {
			return nil, err
		}
		all = append(all, pipelines.Lacking{Parts: m.Answer.Places(l.Parts), Head: head})
	}
	return all, nil
}

func (m *model) headAt(thresholds []float64) (*decode.Labels, error) {
	at, err := m.output(m.Answer.Outputs.Scores, "scores")
	if err != nil {
		return nil, err
	}
	o := decode.Options{Top: len(m.Labels), Output: at}
	return decode.NewLabels(m.session.Signature().Outputs[at], m.Labels, o.At(thresholds))
}

// senses are the models of a room.
type senses struct {
	eye, ear, air, fusion, caption *model
	others                         []*model // that join the same embeddings, for comparison
}

// openSenses opens the models of a bundle, and those of another that are compared with its fusion, if there is one.
func openSenses(b, others *models.Bundle) (*senses, error) {
	var s senses
	var errs []error
	for _, m := range []struct {
		to   **model
		name string
	}{{&s.eye, "room-eye"}, {&s.ear, "room-ear"}, {&s.air, "room-air"}, {&s.fusion, "room-fusion"}, {&s.caption, "room-caption"}} {
		var err error
		*m.to, err = open(b, m.name)
		errs = append(errs, err)
	}
	if others != nil {
		for _, c := range others.Cards() {
			m, err := open(others, c.Name)
			s.others, errs = append(s.others, m), append(errs, err)
		}
	}
	return &s, errors.Join(errs...)
}

// openBundle opens the folder of models and cards, or the built-in models if it is "".
func openBundle(dir string) (*models.Bundle, error) {
	if dir == "" {
		return models.Bundled()
	}
	return models.Open(os.DirFS(dir))
}

// scores returns what m answers to an input of the fusion's layout.
func (m *model) scores(input []float32, into []float32) ([]float32, error) {
	if err := tensor.SetReals(m.session.Input(0), input); err != nil {
		return nil, err
	}
	if err := m.session.Invoke(background); err != nil {
		return nil, err
	}
	at, err := m.output(m.Answer.Outputs.Scores, "scores")
	if err != nil {
		return nil, err
	}
	return tensor.AppendReals(into[:0], m.session.Output(at))
}

// said returns the situations whose scores reach the card's thresholds.
func (m *model) said(scores []float32) (names []string) {
	for i, v := range scores {
		if float64(v) >= m.Answer.Thresholds[i] {
			names = append(names, m.Labels[i])
		}
	}
	return slices.Clip(names)
}

func (s *senses) close() error {
	var errs []error
	for _, m := range append([]*model{s.eye, s.ear, s.air, s.fusion, s.caption}, s.others...) {
		errs = append(errs, m.session.Close())
	}
	return errors.Join(errs...)
}
