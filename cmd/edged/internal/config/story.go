package config

import (
	"os"
	"time"

	"edged/sensors/sim"
)

// Story is a story file: what happens in the simulated room, and when. Times count from its beginning.
//
//	length: 1m
//	daylight: 0.6
//	happens:
//	  - { what: knock, at: 4s }
//	  - { what: person, at: 8s, for: 40s, does: [{ at: 14s, to: table }, { at: 30s, to: middle, pose: fallen }] }
//	  - { what: kettle, at: 10s }
type Story struct {
	// How long the story is, until it begins anew. Default: 3m.
	Length Duration `yaml:"length,omitempty"`
	// How light it is outside: 0 is night, 1 noon. Default: 0.7.
	Daylight *float64 `yaml:"daylight,omitempty"`
	// What happens, in any order.
	Happens []*Happening `yaml:"happens,omitempty"`
}

// Happening is one thing that happens.
type Happening struct {
	// person, cat, dog, door, knock, kettle, cooking, fire, alarm, co_alarm, washer, washer_unbalanced, glass, window,
	// television, music, street, rain or lamp.
	What string `yaml:"what,omitempty"`
	// When it begins. Default: 0s, and somebody who is there from the beginning does not come through the door.
	At Offset `yaml:"at,omitempty"`
	// How long it lasts. Default: what it takes by itself, as a kettle does, or else to the end.
	For Duration `yaml:"for,omitempty"`
	// A fire: television, sofa or stove. Glass: the place where it breaks, as those of to.
	Where string `yaml:"where,omitempty"`
	// A television: talk, fire, people or glass. Default: talk.
	Shows string `yaml:"shows,omitempty"`
	// What a person, a cat or a dog does, in time order.
	Does []*Deed `yaml:"does,omitempty"`
}

// Deed is that somebody has come somewhere, or lies down, at a time.
type Deed struct {
	At Offset `yaml:"at,omitempty"`
	// door, window, sofa, table, stove, television, washer or middle. Default: where one is.
	To string `yaml:"to,omitempty"`
	// standing, sitting, lying or fallen. Default: sitting on the sofa and at the table, else standing.
	Pose string `yaml:"pose,omitempty"`
}

const defaultDaylight = 0.7

// LoadStory reads a story file. What is wrong with its contents comes as Errors.
func LoadStory(path string) (*Story, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseStory(path, data)
}

// ParseStory is LoadStory for a file that is already read; file names it in errors.
func ParseStory(file string, data []byte) (*Story, error) {
	places := map[string]place{}
	s := &Story{Length: defaultStory}
	if err := decode(file, data, places, s); err != nil {
		return nil, err
	}
	v := validator{c: &Config{file: file, places: places}}
	v.story(s)
	if err := v.errs.asError(); err != nil {
		return nil, err
	}
	return s, nil
}

// Tell lets the room tell a story that is in no file.
func (s *Sim) Tell(story *Story) { s.told = story }

// Script is what happens in the room, nil where the seed decides. What is wrong with a story's file comes as Errors.
func (s *Sim) Script() (*Story, error) {
	if s.told != nil || s.Story == "" {
		return s.told, nil
	}
	return LoadStory(s.Story)
}

// Tell makes the story in the room of a seed.
func (s *Story) Tell(seed uint64) *sim.Story {
	daylight := defaultDaylight
	if s.Daylight != nil {
		daylight = *s.Daylight
	}
	var acts []sim.Act
	for _, h := range s.Happens {
		acts = append(acts, h.act(time.Duration(s.Length)))
	}
	return sim.Written(sim.Options{Seed: seed, Length: time.Duration(s.Length)}, daylight, acts)
}

// act is the happening as the room has it, in a story of a length.
func (h *Happening) act(length time.Duration) sim.Act {
	w := happenings[h.What]
	a := sim.Act{Kind: w.kind, Variant: w.variant, Start: time.Duration(h.At), End: h.end(length)}
	switch w.kind {
	case sim.ActFire:
		a.Where = fires[h.Where]
	case sim.ActGlass:
		a.Where = int(spots[h.Where])
	case sim.ActTelevision:
		a.Variant = int(shows[h.Shows])
	}
	if h.At == 0 && w.lasts == 0 {
		a.Start = -time.Minute // has been so before the story
	}
	place := sim.Nowhere
	for _, d := range h.Does {
		if d.To != "" {
			place = spots[d.To]
		}
		a.Stays = append(a.Stays, sim.Stay{From: time.Duration(d.At), Place: place, Pose: d.pose(place)})
	}
	return a
}

// end is when the happening ends, which may be after the story.
func (h *Happening) end(length time.Duration) time.Duration {
	switch lasts := happenings[h.What].lasts; {
	case h.For > 0:
		return time.Duration(h.At) + time.Duration(h.For)
	case lasts > 0:
		return time.Duration(h.At) + lasts
	}
	return length + time.Minute
}

func (d *Deed) pose(place sim.Place) sim.Pose {
	if p, ok := poses[d.Pose]; ok {
		return p
	}
	if place == sim.AtSofa || place == sim.AtTable {
		return sim.Sitting
	}
	return sim.Standing
}
