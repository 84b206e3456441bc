package main

import (
	"math"
	"testing"
	"time"

	"edged/sensors/sim"
)

func at(seconds int, is, alike, said sim.Set) step {
	return step{sim.Truth{At: time.Duration(seconds) * time.Second, Situations: is, Lookalikes: alike}, said}
}

func TestTally(t *testing.T) {
	fire := sim.Of(sim.Fire)
	var all tally
	var false_ alarms
	for _, s := range []step{at(0, fire, 0, fire), at(1, fire, 0, 0), at(2, 0, fire, fire), at(3, 0, fire, 0), at(4, fire, 0, fire)} {
		all.add(s)
		false_.add(s)
	}
	if got := all[sim.Fire]; got != (count{2, 1, 1}) || got.f1() != 2.0/3 || got.precision() != 2.0/3 || got.recall() != 2.0/3 {
		t.Errorf("got %+v, F1 %v, want 2 hits, 1 missed, 1 false", got, got.f1())
	}
	if got := all.macro(); math.Abs(got-2.0/3/situations) > 1e-12 {
		t.Errorf("got macro F1 %v, want a sixteenth of 2/3", got)
	}
	if got := false_[sim.Fire]; got.alike != 2 || got.false_ != 1 {
		t.Errorf("got %+v, want 1 false alarm in 2", got)
	}
}

func TestHappenings(t *testing.T) {
	fall := sim.Of(sim.PersonFallen)
	got := happenings([]step{
		at(0, 0, 0, 0), at(1, fall, 0, 0), at(2, fall, 0, fall), at(3, 0, 0, fall), at(4, fall, 0, 0), at(5, 0, 0, fall),
	}, sim.PersonFallen)
	if len(got) != 2 || got[0].delay != time.Second || got[1].delay >= 0 {
		t.Errorf("got %+v, want one found after a second and one not", got)
	}
	if recall, median := found(got); recall != 0.5 || median != time.Second {
		t.Errorf("got recall %v, median %v, want 0.5 and 1s", recall, median)
	}
}

func TestTelling(t *testing.T) {
	var all telling
	all.add("a person is there, the kettle boils.", sim.Facts{People: 1, Going: sim.Of(sim.KettleBoils, sim.Fire)})
	all.add("two people are there, a dog burns.", sim.Facts{People: 3})
	if all.count != (count{hit: 2, missed: 2, false_: 2}) || all.broken != 1 {
		t.Errorf("got %+v, %d broken, want 2 hits, 2 missed, 2 false, 1 broken", all.count, all.broken)
	}
}

// TestBLEU has an example that is easily counted by hand: 4 of 5 words, 3 of 4 pairs, 2 of 3 triples, 1 of 2 fours.
func TestBLEU(t *testing.T) {
	var b bleu
	b.add([]string{"a", "b", "c", "d", "x"}, []string{"a", "b", "c", "d", "e"})
	want := math.Pow(4.0/5*3/4*2/3*1/2, 0.25)
	if got := b.score(); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	var short bleu
	short.add([]string{"a", "b", "c", "d"}, []string{"a", "b", "c", "d", "e"})
	if got, want := short.score(), math.Exp(1-5.0/4); math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v: shorter than the reference", got, want)
	}
}
