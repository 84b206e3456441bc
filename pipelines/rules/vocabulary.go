package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Vocabulary is what the conditions of a pipeline can speak of. It must not change while its rules are in use.
type Vocabulary struct {
	Sources  []Source
	Readings []Reading
	Sensors  []Sensor
}

// Source is a model whose results a pipeline's events tell.
type Source struct {
	Sensor     string // as events have it; empty for a fused event
	Model      string // as events have it
	Kind       pipelines.Kind
	Labels     []string      // the model's classes, in its order; an empty one cannot be spoken of
	Of         []string      // the sensors behind it, if Sensor is not the only one
	Every      time.Duration // between its results, as far as known; 0 is unknown
	StaleAfter time.Duration // what it has found counts for so long; 0 is as NewMemory is told, and twice Every
	Tracked    bool          // its detections have tracks
}

// Reading is one value that a sensor gives, such as its temperature, or the level of its sound.
type Reading struct {
	Sensor, Name string
	Unit         sensors.Unit
}

// Sensor is a sensor of a pipeline.
type Sensor struct {
	Name       string
	Period     time.Duration // between its samples, as far as known; 0 is unknown
	StaleAfter time.Duration // without a sample for longer it is missing, and what it read does not count; 0 is as NewMemory is told, and Period
	Open       bool          // it may give values beside its Readings, such as a recorded series: their names and units are seen when they come
}

// name returns how a condition names the source.
func (s *Source) name() string {
	if s.Sensor == "" {
		return s.Model
	}
	return s.Sensor
}

// sensors returns the sensors behind the source.
func (s *Source) sensors() []string {
	if len(s.Of) > 0 || s.Sensor == "" {
		return s.Of
	}
	return []string{s.Sensor}
}

// limit returns how long what the source has found counts.
func (s *Source) limit(stale time.Duration) time.Duration {
	return cmp.Or(s.StaleAfter, stale+2*s.Every)
}

// limit returns how long what the sensor has given counts.
func (s *Sensor) limit(stale time.Duration) time.Duration {
	return cmp.Or(s.StaleAfter, stale+s.Period)
}

// is says whether a condition may call the source so.
func (s *Source) is(which string) bool { return which == "" || s.Sensor == which || s.Model == which }

func (s *Source) has(label string) bool { return label != "" && slices.Contains(s.Labels, label) }

// sensor returns the sensor of that name; nil if there is none.
func (v *Vocabulary) sensor(name string) *Sensor {
	for i := range v.Sensors {
		if v.Sensors[i].Name == name {
			return &v.Sensors[i]
		}
	}
	return nil
}

// reading returns the reading that is called so, "air.temperature". Of an open sensor it may be one that is unknown yet: it
// has no unit then, and open is true.
func (v *Vocabulary) reading(called string) (r Reading, open, ok bool) {
	for _, r := range v.Readings {
		if r.called(called) {
			return r, false, true
		}
	}
	for i := range v.Sensors {
		s := &v.Sensors[i]
		if value, found := strings.CutPrefix(called, s.Name+"."); found && s.Open && value != "" {
			return Reading{Sensor: s.Name, Name: value}, true, true
		}
	}
	return Reading{}, false, false
}

func (r *Reading) called(name string) bool {
	value, found := strings.CutPrefix(name, r.Sensor+".")
	return found && value == r.Name
}

// readings returns what all readings are called.
func (v *Vocabulary) readings() []string {
	var all []string
	for _, r := range v.Readings {
		all = append(all, r.Sensor+"."+r.Name)
	}
	return all
}

// labels returns the classes of the sources that are called so and of that kind, each once; an empty kind is any.
func (v *Vocabulary) labels(which string, kind pipelines.Kind) []string {
	var all []string
	seen := map[string]bool{"": true}
	for i := range v.Sources {
		s := &v.Sources[i]
		if !s.is(which) || kind != "" && s.Kind != kind {
			continue
		}
		for _, l := range s.Labels {
			if !seen[l] {
				seen[l] = true
				all = append(all, l)
			}
		}
	}
	return all
}

// source returns the one source that has the label and is called so; which may be empty.
func (v *Vocabulary) source(label, which string, kind pipelines.Kind) (*Source, *Error) {
	var found []*Source
	known := false
	for i := range v.Sources {
		s := &v.Sources[i]
		known = known || s.is(which)
		if s.is(which) && s.has(label) && (kind == "" || s.Kind == kind) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, ambiguous(label, which, found)
	case !known && which != "":
		return nil, v.noSource(which)
	}
	return nil, v.noLabel(label, which, kind)
}

func (v *Vocabulary) noSource(which string) *Error {
	if v.sensor(which) != nil {
		return &Error{What: fmt.Sprintf("sensor %q has no labels: no model tells what it finds", which), Hint: v.sourcesKnown(which)}
	}
	return &Error{What: fmt.Sprintf("unknown sensor %s", quoted(which)), Hint: v.sourcesKnown(which)}
}

// sourcesKnown says what sources are called.
func (v *Vocabulary) sourcesKnown(which string) string {
	var names []string
	for i := range v.Sources {
		names = append(names, v.Sources[i].name())
	}
	return suggest(which, names, "no model of this pipeline has labels")
}

func (v *Vocabulary) noLabel(label, which string, kind pipelines.Kind) *Error {
	if kind != "" {
		if s, err := v.source(label, which, ""); err == nil {
			return &Error{
				What: fmt.Sprintf("%q of %s is a label of what the whole window shows: it cannot be counted or followed", label, s.name()),
				Hint: fmt.Sprintf("ask for its score: label(%q) > 0.5", label)}
		}
	}
	e := &Error{What: "unknown label " + quoted(label)}
	if which != "" {
		e.What += " of " + which
	}
	e.Hint = suggest(label, v.labels(which, kind), "no model of this pipeline has such labels")
	return e
}

// ambiguous says how to tell sources apart: by their sensors, or by their models if one sensor has several.
func ambiguous(label, which string, found []*Source) *Error {
	names := make([]string, len(found))
	for i, s := range found {
		names[i] = s.name()
		if slices.ContainsFunc(found, func(o *Source) bool { return o != s && o.name() == s.name() }) {
			names[i] = s.Model
		}
	}
	of := ""
	if which != "" {
		of = " of " + which
	}
	e := &Error{What: fmt.Sprintf("%d models have the label %q%s: %s", len(found), label, of, strings.Join(names, ", "))}
	e.Hint = fmt.Sprintf("say which: label(%q, %q)", label, names[0])
	return e
}
