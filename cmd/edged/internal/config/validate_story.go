package config

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"edged/sensors/sim"
)

// The most of a story, so that a room with them can be drawn and heard in time.
const (
	mostHappenings = 300
	mostDeeds      = 100
	shortestVisit  = 8 * time.Second // of a person, between door and door
	leaving        = 2 * time.Second // to the door at the end of a visit
)

// story checks what happens.
func (v *validator) story(s *Story) {
	v.storyLength("length", s.Length)
	if s.Daylight != nil {
		v.fraction("daylight", *s.Daylight)
	}
	if n := len(s.Happens); n == 0 || n > mostHappenings {
		v.errorAt("happens", "write happens: [{ what: knock, at: 4s }]", "%d things happen; want 1 to %d", n, mostHappenings)
		return
	}
	for i, h := range s.Happens {
		path := fmt.Sprintf("happens[%d]", i)
		v.happening(path, h, time.Duration(s.Length))
		v.alone(path, s, i)
	}
}

func (v *validator) happening(path string, h *Happening, length time.Duration) {
	w, ok := happenings[h.What]
	switch {
	case h.What == "":
		v.errorAt(path, "say what: knock, say", "it does not say what")
		return
	case !ok:
		word(v, path+".what", h.What, happenings)
		return
	}
	if at := time.Duration(h.At); at >= length {
		v.errorAt(path+".at", "times count from the story's beginning", "%s is not within the story of %s", at, length)
	}
	v.where(path, h, w.kind)
	if being := w.kind == sim.ActPerson || w.kind == sim.ActPet; being {
		v.deeds(path, h, min(h.end(length), length))
	} else if len(h.Does) > 0 {
		v.errorAt(path+".does", "", "a %s does nothing; a person, a cat or a dog does", h.What)
	}
	if w.kind == sim.ActPerson && h.For > 0 {
		v.atLeast(path+".for", h.For, shortestVisit)
	}
}

// where checks the keys of single kinds.
func (v *validator) where(path string, h *Happening, k sim.Kind) {
	switch {
	case h.Where == "":
	case k == sim.ActFire:
		word(v, path+".where", h.Where, fires)
	case k == sim.ActGlass:
		word(v, path+".where", h.Where, spots)
	default:
		v.errorAt(path+".where", "", "does not belong to a %s, but to fire and glass", h.What)
	}
	switch {
	case h.Shows == "":
	case k == sim.ActTelevision:
		word(v, path+".shows", h.Shows, shows)
	default:
		v.errorAt(path+".shows", "", "does not belong to a %s, but to a television", h.What)
	}
}

// word checks that a word is one that table has.
func word[T any](v *validator, path, got string, table map[string]T) {
	if _, ok := table[got]; !ok {
		v.errorAt(path, didYouMean(got, slices.Sorted(maps.Keys(table))), "unknown word %q", got)
	}
}

// deeds checks what somebody does until an end.
func (v *validator) deeds(path string, h *Happening, end time.Duration) {
	if len(h.Does) > mostDeeds {
		v.errorAt(path+".does", "", "%d deeds; want at most %d", len(h.Does), mostDeeds)
		return
	}
	if h.What == "person" {
		end -= leaving
	}
	before := time.Duration(h.At)
	for i, d := range h.Does {
		at := fmt.Sprintf("%s.does[%d]", path, i)
		if t := time.Duration(d.At); t < before || t >= end {
			v.errorAt(at+".at", "deeds stand in the order of their times", "%s is not between %s and %s", t, before, end)
		}
		before = max(before, time.Duration(d.At))
		v.deed(at, h.What, d)
	}
}

func (v *validator) deed(path, who string, d *Deed) {
	if d.To != "" {
		word(v, path+".to", d.To, spots)
	}
	if d.Pose != "" {
		word(v, path+".pose", d.Pose, poses)
	}
	if who != "person" && (d.Pose == "lying" || d.Pose == "fallen") {
		v.errorAt(path+".pose", "standing or sitting", "a %s is not %s", who, d.Pose)
	}
}

// alone checks that there are no two of what a room has one of at a time.
func (v *validator) alone(path string, s *Story, i int) {
	h := s.Happens[i]
	length := time.Duration(s.Length)
	for j, o := range s.Happens[:i] {
		if machine(o.What) != machine(h.What) || machine(h.What) == "" {
			continue
		}
		if o.At < Offset(h.end(length)) && h.At < Offset(o.end(length)) {
			v.errorAt(path, "end one with for:, or begin the other later", "%s and happens[%d], %s, are at the same time", h.What, j, o.What)
			return
		}
	}
}

// machine is what a happening is one of; "" for what there may be several of.
func machine(what string) string {
	switch what {
	case "person", "cat", "dog", "door":
		return ""
	case "washer_unbalanced":
		return "washer"
	case "co_alarm":
		return "alarm"
	}
	return what
}
