package main

import (
	"slices"
	"time"

	"edged/sensors/sim"
)

// step is what a model said of a moment beside the truth.
type step struct {
	truth sim.Truth
	said  sim.Set
}

// count is how often a situation was said and was so.
type count struct{ hit, missed, false_ int }

func (c count) precision() float64 { return part(c.hit, c.hit+c.false_) }
func (c count) recall() float64    { return part(c.hit, c.hit+c.missed) }

// f1 is the harmonic mean of precision and recall.
func (c count) f1() float64 { return part(2*c.hit, 2*c.hit+c.missed+c.false_) }

// part is n of all, and 0 of nothing.
func part(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}

// tally counts by situation.
type tally [situations]count

const situations = 16

func (t *tally) add(s step) {
	for i := range t {
		one := sim.Situation(i)
		switch is, said := s.truth.Situations.Has(one), s.said.Has(one); {
		case is && said:
			t[i].hit++
		case is:
			t[i].missed++
		case said:
			t[i].false_++
		}
	}
}

// macro is the mean F1 of all situations.
func (t *tally) macro() float64 {
	sum := 0.0
	for _, c := range t {
		sum += c.f1()
	}
	return sum / situations
}

// alarms counts the moments in which something only looked or sounded like one, and those of them in which it was said
// to be so.
type alarms [situations]struct{ alike, false_ int }

func (a *alarms) add(s step) {
	for i := range a {
		if one := sim.Situation(i); s.truth.Lookalikes.Has(one) {
			a[i].alike++
			if s.said.Has(one) {
				a[i].false_++
			}
		}
	}
}

// happening is one time in which a situation was the case without a break.
type happening struct {
	start time.Duration
	delay time.Duration // until it was first said; below 0 if it never was
}

// happenings follows one situation through the steps of one story, in time order. It is found if it is said while it is
// the case.
func happenings(steps []step, one sim.Situation) []happening {
	var all []happening
	was := false
	for _, s := range steps {
		is := s.truth.Situations.Has(one)
		if is && !was {
			all = append(all, happening{start: s.truth.At, delay: -1})
		}
		if h := len(all) - 1; is && s.said.Has(one) && all[h].delay < 0 {
			all[h].delay = s.truth.At - all[h].start
		}
		was = is
	}
	return all
}

// found returns the part of happenings that was said, and the median of their delays.
func found(all []happening) (recall float64, median time.Duration) {
	var delays []time.Duration
	for _, h := range all {
		if h.delay >= 0 {
			delays = append(delays, h.delay)
		}
	}
	if len(delays) == 0 {
		return 0, 0
	}
	slices.Sort(delays)
	return part(len(delays), len(all)), delays[len(delays)/2]
}
