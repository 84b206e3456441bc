package grammar

import (
	"strings"

	"edged/sensors"
)

// Past is a language for what is over: the words of digests.
type Past struct {
	*language
	common *common
}

// NewPast returns a language by its code, with a user's words as Options have them.
func NewPast(code string, words map[string][]string) (*Past, error) {
	l, err := newLanguage(code, words)
	if err != nil {
		return nil, err
	}
	c, err := newCommon()
	return &Past{l, c}, err
}

// Quiet says whether a label is never said.
func (p *Past) Quiet(label string) bool { return p.common.quiet[strings.ToLower(label)] }

// Was says that what a label names was so: a fire burned, a dog was in view, speech could be heard.
func (p *Past) Was(label string, sense Sense) string {
	w, known := p.words[strings.ToLower(label)]
	switch {
	case w.past != "" && (sense == Found || w.one == ""):
		return w.past
	case w.clause != "" && w.one == "": // a user's, in the present
		return p.phrase("was named", 0, "thing", w.clause)
	}
	thing, more := p.things(label, 1, sense == Seen)
	form := 0
	if more {
		form = 1
	}
	if !known && sense == Found {
		return p.phrase("was named", 0, "thing", thing)
	}
	return p.phrase("was "+names[sense], form, "thing", thing)
}

// Phrase returns the ith form of one of a digest's phrases, or the last, with its gaps filled: name, value, name, value, ….
func (p *Past) Phrase(name string, i int, fill ...string) string { return p.phrase(name, i, fill...) }

// Number says a number in words, as far as there is one.
func (p *Past) Number(n int) string { return p.number(n) }

// Reading names a value of a sensor.
func (p *Past) Reading(name string) string {
	if w := p.words["#"+name]; w.one != "" {
		return w.one
	}
	return p.phrase("reading", 0, "name", plain(name))
}

// Measure says a value with its unit, as precise as its unit is told.
func (p *Past) Measure(v float64, u sensors.Unit) string { return p.measure(v, p.common.unit(u, v)) }

// Of says whose a sentence is.
func (p *Past) Of(sensor, sentence string) string {
	return p.phrase("of", 0, "sensor", sensor, "sentence", sentence)
}

// Sentences makes one text of several sentences.
func Sentences(all []string) string {
	said := make([]string, len(all))
	for i, one := range all {
		said[i] = capital(one) + "."
	}
	return strings.Join(said, " ")
}
