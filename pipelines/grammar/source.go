package grammar

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"edged/pipelines"
)

// Sense says how a sensor's results are put into words.
type Sense uint8

// The senses.
const (
	Found Sense = iota // how things are: of several sensors together, or of readings
	Seen
	Heard
)

// key is something that may be so: a label, or at least n things of a class at a place.
type key struct {
	name  string
	place int
	n     int // 0 of a label
}

// most things of a class at a place are counted.
const most = 99

// signal is how a key fares.
type signal struct {
	found bool          // in the newest result
	was   bool          // in the one before
	is    bool          // as far as is told
	level time.Duration // 0 to the time to settle
	since time.Time     // of what is
	score float32       // of the newest result that had it
	dwell time.Duration // of a track, at most
}

// source is one model on one sensor, or on all.
type source struct {
	sensor, model string
	sense         Sense
	weights       map[string]float32 // of the sensors that have a part in it, in all 1
	counts        bool               // it finds things, not labels
	lost          bool
	last          time.Time // of its newest result
	signals       map[key]*signal
	tally         map[key]int // scratch
	at            []int       // scratch: the places of detections
}

// take takes a result, and returns whether something that is told of has changed.
func (s *source) take(ev *pipelines.Event, p places, settle time.Duration) bool {
	at := ev.Window.End
	passed := min(max(at.Sub(s.last), 0), settle)
	if s.last.IsZero() {
		passed = 0
	}
	changed := s.lost
	s.last, s.lost = at, false
	clear(s.weights)
	maps.Copy(s.weights, ev.Contributions)
	s.find(ev, p)
	for k, sig := range s.signals {
		changed = sig.step(at, passed, settle) || changed
		if !sig.is && sig.level == 0 && !sig.found {
			delete(s.signals, k)
		}
	}
	return changed
}

// find notes what a result has.
func (s *source) find(ev *pipelines.Event, p places) {
	clear(s.tally)
	s.at = s.at[:0]
	was := func(name string) func(int) bool {
		return func(place int) bool {
			sig := s.signals[key{name, place, 1}]
			return sig != nil && sig.found
		}
	}
	for i := range ev.Detections {
		d := &ev.Detections[i]
		s.at = append(s.at, p.of(d.Box, was(d.Name)))
		if ev.Counts == nil || d.Track > 0 { // of what is tracked, only what has a number by now
			s.tally[key{d.Name, s.at[i], 0}]++
		}
	}
	for _, sig := range s.signals {
		sig.was, sig.found, sig.dwell = sig.found, false, 0
	}
	for k, n := range s.tally {
		for k.n = 1; k.n <= min(n, most); k.n++ {
			s.signal(k).found = true
		}
	}
	for name, n := range ev.Counts {
		s.coast(name, n, len(p))
	}
	for i := range ev.Detections {
		d := &ev.Detections[i]
		if sig := s.signals[key{d.Name, s.at[i], 1}]; sig != nil && sig.found {
			sig.score, sig.dwell = max(sig.score, d.Score), max(sig.dwell, d.Dwell)
		}
	}
	for _, l := range ev.Labels {
		sig := s.signal(key{l.Name, nowhere, 0})
		sig.found, sig.score = true, l.Score
	}
}

// coast finds the things of a class that a tracker counts, though they are missed for a moment, where they were before.
func (s *source) coast(name string, n, places int) {
	for k, found := range s.tally {
		if k.name == name {
			n -= found
		}
	}
	for at := nowhere; at < places; at++ {
		for k := (key{name, at, 1}); n > 0 && s.signals[k] != nil; k.n++ {
			if sig := s.signals[k]; sig.was && !sig.found {
				sig.found = true
				n--
			}
		}
	}
}

func (s *source) signal(k key) *signal {
	sig := s.signals[k]
	if sig == nil {
		sig = &signal{}
		s.signals[k] = sig
	}
	return sig
}

// step moves the level, and returns whether the signal is now what it was not.
func (s *signal) step(at time.Time, passed, settle time.Duration) bool {
	if !s.found {
		passed = -passed
	}
	s.level = min(max(s.level+passed, 0), settle)
	was := s.is
	switch {
	case s.found && s.level == settle:
		s.is = true
	case !s.found && s.level == 0:
		s.is = false
	}
	if s.is && !was {
		s.since = at.Add(-settle)
	}
	return s.is != was
}

// moves says whether something is about to settle.
func (s *source) moves() bool {
	for _, sig := range s.signals {
		if sig.found != sig.is && !s.lost {
			return true
		}
	}
	return false
}

// items returns what is, in the order of places and names; what has no place comes last, lest it get another's.
func (s *source) items(now time.Time) []item {
	var all []item
	for k, sig := range s.signals {
		if !sig.is || k.n > 1 {
			continue
		}
		it := item{name: k.name, place: k.place, n: k.n, score: sig.score, lasts: max(now.Sub(sig.since), sig.dwell)}
		for more := (key{k.name, k.place, k.n + 1}); k.n > 0; more.n++ {
			next := s.signals[more]
			if next == nil || !next.is {
				break
			}
			it.n, it.lasts = more.n, now.Sub(next.since)
		}
		all = append(all, it)
	}
	slices.SortFunc(all, func(a, b item) int {
		return cmp.Or(cmp.Compare(uint(a.place), uint(b.place)), cmp.Compare(a.name, b.name))
	})
	return all
}
