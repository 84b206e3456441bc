package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/grammar"
)

// narrator puts what a pipeline finds into sentences.
type narrator struct {
	*grammar.Grammar
	languages []string
	readings  []*sensor
}

// String names it for recordings.
func (n *narrator) String() string { return n.Name() + " " + strings.Join(n.languages, " ") }

// inputs returns those of the sensors whose readings are told.
func (n *narrator) inputs(of map[string]*pipelines.Input) (all []*pipelines.Input) {
	for _, s := range n.readings {
		all = append(all, of[s.name])
	}
	return all
}

// openNarrators makes the grammar of each pipeline that has captions without a model, and of whose encoders one is left.
func (p *parts) openNarrators() {
	for _, name := range slices.Sorted(maps.Keys(p.encoders)) {
		c := p.config.Pipelines[name].Heads.Caption
		if c == nil || c.Model != "" {
			continue
		}
		n := &narrator{languages: c.Languages, readings: p.told(name, c)}
		o := grammarOf(c)
		o.Senses = sensesOf(p.encoders[name])
		var err error
		if n.Grammar, err = grammar.New(o); err != nil {
			p.leaveOut("pipelines."+name+".heads.caption", err)
			continue
		}
		p.narrators[name] = n
	}
}

// told returns the sensors whose readings are told. One that turns out to give something else, as a recording may, is left
// out.
func (p *parts) told(pipeline string, c *config.Caption) (all []*sensor) {
	for _, told := range c.Readings {
		name, _, _ := strings.Cut(told, ".")
		s := p.sensors[name]
		switch {
		case s == nil || slices.Contains(all, s):
		case s.frames != nil || s.clips != nil:
			p.leaveOut("pipelines."+pipeline+".heads.caption.readings", fmt.Errorf("%q gives no readings", name))
		default:
			all = append(all, s)
		}
	}
	return all
}

// grammarOf returns what the config says of a grammar.
func grammarOf(c *config.Caption) grammar.Options {
	o := grammar.Options{Languages: c.Languages, Readings: c.Readings, Settle: time.Duration(c.Settle), Always: c.When == config.Always,
		Words: map[string]map[string][]string{}}
	for code, labels := range c.Words {
		o.Words[code] = map[string][]string{}
		for label, forms := range labels {
			o.Words[code][label] = forms
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Zones)) {
		z := c.Zones[name]
		box := pipelines.Box{XMin: float32(z.Box[0]), YMin: float32(z.Box[1]), XMax: float32(z.Box[2]), YMax: float32(z.Box[3])}
		o.Zones = append(o.Zones, grammar.Zone{Name: name, Box: box, Words: z.Words})
	}
	area := func(z grammar.Zone) float32 { return (z.Box.XMax - z.Box.XMin) * (z.Box.YMax - z.Box.YMin) }
	slices.SortStableFunc(o.Zones, func(a, b grammar.Zone) int { return cmp.Compare(area(a), area(b)) })
	return o
}

// sensesOf says how what encoders find is put into words: what a camera's say is seen, a microphone's heard.
func sensesOf(encoders []encoder) map[string]grammar.Sense {
	all := map[string]grammar.Sense{}
	for _, e := range encoders {
		if e.model.head == nil {
			continue
		}
		switch s := e.sensors[0]; {
		case s.frames != nil:
			all[e.sensorNames()] = grammar.Seen
		case s.clips != nil:
			all[e.sensorNames()] = grammar.Heard
		}
	}
	return all
}
