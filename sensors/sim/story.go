package sim

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// Options says which story to tell. The zero value tells one of three minutes.
type Options struct {
	Seed   uint64        // another room, other people, other events
	Length time.Duration // 0 is 3 min
}

const defaultLength = 3 * time.Minute

// Story is what happens in one room, in the order of the acts' starts.
type Story struct {
	Seed     uint64
	Length   time.Duration
	Daylight float64 // outside: 0 is night, 1 noon
	Home     *Home
	Acts     []Act
}

// NewStory decides who comes and what happens when.
func NewStory(o Options) *Story {
	if o.Length <= 0 {
		o.Length = defaultLength
	}
	s := &Story{Seed: o.Seed, Length: o.Length, Home: newHome(chance(o.Seed, "home"))}
	w := &writer{Story: s, r: chance(o.Seed, "story")}
	s.Daylight = []float64{0, 0.05, 0.4, 0.7, 1}[w.r.IntN(5)] * between(w.r, 0.8, 1)
	w.add(Act{Kind: ActLamp, Start: -time.Hour, End: o.Length + time.Hour}, s.Daylight < 0.3 && w.r.IntN(8) > 0 || w.r.IntN(4) == 0)
	for range [...]int{0, 0, 1, 1, 1, 2, 2, 2, 3, 3}[w.r.IntN(10)] * rounds(o.Length) {
		w.person()
	}
	if w.r.IntN(9) < 4 {
		w.pet()
	}
	for range (5 + w.r.IntN(5)) * rounds(o.Length) {
		w.event()
	}
	slices.SortStableFunc(s.Acts, func(a, b Act) int { return cmp.Compare(a.Start, b.Start) })
	return s
}

// rounds is how many times as many things happen as in three minutes.
func rounds(length time.Duration) int { return int((length + defaultLength - 1) / defaultLength) }

// writer is a story being written.
type writer struct {
	*Story
	r *rand.Rand
}

func (w *writer) add(a Act, really bool) {
	if really {
		w.Acts = append(w.Acts, a)
	}
}

// seconds returns a duration from lo to hi seconds.
func (w *writer) seconds(lo, hi float64) time.Duration {
	return time.Duration(between(w.r, lo, hi) * float64(time.Second))
}

// moment returns a time of the story, from a little before its beginning on.
func (w *writer) moment() time.Duration { return w.seconds(-10, w.Length.Seconds()-8) }

// free reports whether nothing of these kinds happens from start to end, nor within five seconds of it.
func (w *writer) free(start, end time.Duration, kinds ...Kind) bool {
	const apart = 5 * time.Second
	return !slices.ContainsFunc(w.Acts, func(a Act) bool {
		return slices.Contains(kinds, a.Kind) && a.Start < end+apart && start < a.End+apart
	})
}

// rarely is how often of a hundred one of several events is picked.
type rarely struct {
	percent int
	write   func(*writer)
}

var events = [...]rarely{
	{12, (*writer).knock}, {9, (*writer).kettle}, {7, (*writer).cooking}, {9, (*writer).fire}, {9, (*writer).alarm},
	{7, func(w *writer) { w.long(ActWasher, 40, 110) }}, {7, func(w *writer) { w.long(ActUnbalanced, 30, 80) }},
	{16, (*writer).glass}, {6, func(w *writer) { w.long(ActWindow, 45, 110) }}, {12, (*writer).television},
	{2, func(w *writer) { w.long(ActMusic, 20, 60) }}, {2, func(w *writer) { w.long(ActRain, 40, 120) }},
	{2, func(w *writer) { w.long(ActStreet, 4, 9) }},
}

// event picks one, by the dice.
func (w *writer) event() {
	dice := w.r.IntN(100)
	for _, e := range events {
		if dice -= e.percent; dice < 0 {
			e.write(w)
			return
		}
	}
}

// long adds something that lasts, unless it is going on already. A washing machine is of one kind at a time.
func (w *writer) long(k Kind, lo, hi float64) {
	start := w.moment()
	end := start + w.seconds(lo, hi)
	others := []Kind{k}
	if k == ActWasher || k == ActUnbalanced {
		others = []Kind{ActWasher, ActUnbalanced}
	}
	w.add(Act{Kind: k, Start: start, End: end}, w.free(start, end, others...))
}

func (w *writer) knock() {
	start := max(w.moment(), 0)
	end := start + w.seconds(3, 7)
	w.add(Act{Kind: ActKnock, Start: start, End: end}, w.free(start, end, ActKnock))
}

func (w *writer) kettle() {
	start := w.moment()
	turn := start + w.seconds(20, 40)
	end := turn + w.seconds(10, 25)
	w.add(Act{Kind: ActKettle, Start: start, Turn: turn, End: end}, w.free(start, end, ActKettle))
}

// cooking smokes; the alarm may take it for a fire.
func (w *writer) cooking() {
	start := w.moment()
	turn := start + w.seconds(15, 30)
	end := turn + w.seconds(20, 40)
	if !w.free(start, end, ActCooking, ActFire) {
		return
	}
	w.add(Act{Kind: ActCooking, Start: start, Turn: turn, End: end}, true)
	w.ring(start+w.seconds(10, 20), end, w.r.IntN(5) == 0)
}

// fire burns, and mostly the alarm notices.
func (w *writer) fire() {
	start := w.moment()
	turn := start + w.seconds(6, 15)
	end := turn + w.seconds(20, 45)
	if !w.free(start, end, ActFire, ActCooking) {
		return
	}
	w.add(Act{Kind: ActFire, Start: start, Turn: turn, End: end, Where: w.r.IntN(3)}, true)
	w.ring(start+w.seconds(8, 20), end, w.r.IntN(5) < 3)
}

func (w *writer) alarm() {
	start := w.moment()
	w.ring(start, start+w.seconds(12, 30), true)
}

func (w *writer) ring(start, end time.Duration, really bool) {
	a := Act{Kind: ActAlarm, Start: start, End: end, Variant: w.r.IntN(4) / 3}
	w.add(a, really && w.free(start, end, ActAlarm))
}

func (w *writer) glass() {
	start := max(w.moment(), 0)
	end := start + w.seconds(1.2, 2)
	w.add(Act{Kind: ActGlass, Start: start, End: end, Where: w.r.IntN(int(places))}, w.free(start, end, ActGlass))
}

func (w *writer) television() {
	start := w.moment()
	end := start + w.seconds(40, 110)
	show := [...]Show{ShowTalk, ShowFire, ShowFire, ShowPeople, ShowPeople, ShowGlass, ShowGlass}[w.r.IntN(7)]
	w.add(Act{Kind: ActTelevision, Start: start, End: end, Variant: int(show)}, w.free(start, end, ActTelevision))
}
