package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/pipelines/media"
	"edged/pipelines/prep"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// model is a model file or a built-in model, open, with what is known of it.
type model struct {
	name    string
	path    string // as it was named
	sha256  string
	card    models.Card
	file    *tflite.File // nil for a built-in model
	session runtime.Session
	head    pipelines.Head // nil until it is known how to decode
	bars    []*decode.Bars // of the heads that decode it, the first that of all cases; empty as head
	eye     *media.Eye     // nil unless it finds things in pictures
	smaller *model         // takes its place; nil: none
}

// openModel opens the model file at path, or the built-in model of that name.
func openModel(path string, o runtime.Options) (*model, error) {
	m := &model{path: path}
	err := error(nil)
	if isFile(path) {
		err = m.openFile(o)
	} else {
		err = m.openBuiltIn(o)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (m *model) openFile(o runtime.Options) (err error) {
	if m.file, err = tflite.Open(m.path); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.file.Close())
		}
	}()
	m.sha256 = m.file.SHA256()
	if m.card, err = models.CardFor(m.path, m.sha256); err != nil {
		return err
	}
	m.name = m.card.Name
	describeItself(&m.card, m.file)
	o.Source = m.file.Bytes
	if m.session, err = runtime.New(m.file.Model, o); err != nil {
		return fmt.Errorf("%s: %w", m.path, err)
	}
	return nil
}

// isFile tells a file from the name of a built-in model.
func isFile(path string) bool {
	_, err := os.Stat(path)
	return err == nil || config.IsFile(path)
}

func (m *model) openBuiltIn(o runtime.Options) error {
	var data []byte
	bundle, err := models.Bundled()
	if err == nil {
		m.card, data, err = bundle.Model(m.path)
	}
	if err != nil {
		return hinted{err, "a model file is named by a path, or ends in .tflite"}
	}
	m.name, m.sha256 = m.card.Name, m.card.SHA256
	parsed, err := tflite.Parse(data)
	if err != nil {
		return fmt.Errorf("%s: %w", m.name, err)
	}
	o.Source = data
	m.session, err = runtime.New(parsed, o)
	return err
}

// Close closes the session and its file. That of a smaller model is part of its session.
func (m *model) Close() error {
	err := m.session.Close()
	for ; m != nil; m = m.smaller {
		if m.file != nil {
			err = errors.Join(err, m.file.Close())
		}
	}
	return err
}

// openSmaller opens a model that may take m's place.
func (m *model) openSmaller(path string, o runtime.Options) error {
	small, err := openModel(path, o)
	if err != nil {
		return err
	}
	both, err := runtime.NewVariants(m.session, small.session, small.name)
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", small.name, err), small.Close())
	}
	m.session, m.smaller = both, small
	return nil
}

// overlay puts what the config says of an encoder into the card's place.
func overlay(card *models.Card, c *config.Encoder) error {
	card.Task = cmp.Or(c.Task, card.Task)
	card.Answer.Boxes = cmp.Or(c.Boxes, card.Answer.Boxes)
	if c.Labels != "" {
		labels, err := models.LoadLabels(c.Labels)
		if err != nil {
			return err
		}
		card.Labels = labels
	}
	in := c.Input
	if in == nil {
		return nil
	}
	to := &card.Input
	to.Kind = cmp.Or(in.Kind, to.Kind)
	to.Crop = cmp.Or(in.Crop, to.Crop)
	to.RateHz = cmp.Or(in.Rate, to.RateHz)
	to.Frontend = cmp.Or(in.Frontend, to.Frontend)
	to.Missing = cmp.Or(in.Missing, to.Missing)
	to.Period = cmp.Or(models.Duration(in.Period), to.Period)
	if len(in.Mean) > 0 {
		to.Mean = in.Mean
	}
	if len(in.Std) > 0 {
		to.Std = in.Std
	}
	if len(in.Fields) > 0 {
		to.Fields = in.Fields
	}
	return nil
}

// decodeWith gives m the head that its task asks for, within the limits that the config sets.
func (m *model) decodeWith(c *config.Encoder, heads *config.Heads) error {
	task := taskOf(&m.card, m.session)
	if task == models.Embedding {
		_, err := m.embedding()
		return err
	}
	limits := heads.Labels
	if findsObjects(task) {
		limits = heads.Detections.Limits()
	}
	limits.Top = cmp.Or(c.Top, limits.Top)
	if c.Threshold != nil {
		limits.Threshold = c.Threshold
	}
	o := m.within(limits)
	o.Overlap = float32(heads.Detections.Overlap)
	if err := m.decodeAs(task, o); err != nil {
		return err
	}
	if findsObjects(task) {
		m.track(&heads.Detections)
	}
	return nil
}

// within returns what limits and m's card make of the outputs: what the config says counts over the card.
func (m *model) within(limits config.Limits) decode.Options {
	o := decode.Options{Top: limits.Top, Threshold: config.DefaultThreshold}
	if limits.Threshold != nil {
		o.Threshold = float32(*limits.Threshold)
		return o
	}
	return o.At(m.card.Answer.Thresholds)
}

// output returns the place of the output that a card calls by a name, or that is usually called so; -1 if there is none.
func (m *model) output(called, usual string) int {
	name := cmp.Or(called, usual)
	return slices.IndexFunc(m.session.Signature().Outputs, func(o tensor.Info) bool { return o.Name == name })
}

// embedding returns the place of the output that a fusion model takes.
func (m *model) embedding() (int, error) {
	called := m.card.Answer.Outputs.Embedding
	if at := m.output(called, "embedding"); at >= 0 {
		return at, nil
	}
	outs := m.session.Signature().Outputs
	if len(outs) == 1 && called == "" {
		return 0, nil
	}
	return -1, fmt.Errorf("a fusion model needs an output %q; the model has %s", cmp.Or(called, "embedding"), namesOf(outs))
}

// scores returns the place of the output with the scores of classes.
func (m *model) scores() (int, error) {
	called := m.card.Answer.Outputs.Scores
	if at := m.output(called, "scores"); at >= 0 {
		return at, nil
	}
	outs := m.session.Signature().Outputs
	if len(outs) == 1 && called == "" {
		return 0, nil
	}
	return -1, fmt.Errorf("task labels: the model has %d outputs, %s; want one, or one named %q", len(outs), namesOf(outs), cmp.Or(called, "scores"))
}

func namesOf(infos []tensor.Info) string {
	var all []string
	for _, i := range infos {
		all = append(all, strconv.Quote(i.Name))
	}
	return strings.Join(all, ", ")
}

// decodeAs gives m the head of a task.
func (m *model) decodeAs(task models.Task, o decode.Options) error {
	outs := m.session.Signature().Outputs
	var err error
	switch task {
	case models.Detections:
		m.head, err = decode.NewDetections(outs, m.card.Labels, o)
	case models.Yolo:
		m.head, err = m.yolo(o)
	case models.Labels, models.Fusion:
		m.head, err = m.labelsAt(o)
	default:
		err = fmt.Errorf("task %s: a model alone says labels, detections or yolo", task)
	}
	if err != nil {
		return err
	}
	m.barsOf(m.head)
	return nil
}

// barsOf notes the thresholds of a head.
func (m *model) barsOf(h pipelines.Head) {
	if b, ok := h.(interface{ Bars() *decode.Bars }); ok {
		m.bars = append(m.bars, b.Bars())
	}
}

// labelsAt returns a head for the output with the scores.
func (m *model) labelsAt(o decode.Options) (pipelines.Head, error) {
	at, err := m.scores()
	if err != nil {
		return nil, err
	}
	o.Output = at
	return decode.NewLabels(m.session.Signature().Outputs[at], m.card.Labels, o)
}

// frontEnd opens the front-end model that the card names: a file, a built-in model, or a file beside the model.
func (m *model) frontEnd() (prep.Extractor, error) {
	name := m.card.Input.Frontend
	if name == "" {
		return nil, errors.New("no front-end model; name it in input.frontend")
	}
	if beside := filepath.Join(filepath.Dir(m.path), name); !filepath.IsAbs(name) && isFile(m.path) {
		for _, path := range []string{beside, beside + ".tflite"} {
			if _, err := os.Stat(path); err == nil {
				name = path
				break
			}
		}
	}
	front, err := openModel(name, runtime.Options{})
	if err != nil {
		return nil, fmt.Errorf("front end: %w", err)
	}
	return extractor{front.session, front}, nil
}

// extractor is a front-end model as package prep wants it: closing it closes the model.
type extractor struct {
	runtime.Session
	model *model
}

// Close closes the session and its file.
func (e extractor) Close() error { return e.model.Close() }
