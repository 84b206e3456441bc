package main

import (
	"fmt"
	"time"

	"edged/pipelines"
)

// near says whether a number of times is as good as the true one: to a fifth, rounded, so that once and twice are that.
func near(told, so int) bool {
	return abs(told-so) <= (so+2)/5
}

// long says whether a duration is as good as the true one: to a fifth, or to 2 s for each of the times.
func long(told, so amount) bool {
	return abs(told.total-so.total) <= max(so.total/5, time.Duration(so.times)*2*time.Second)
}

func abs[T int | time.Duration](x T) T { return max(x, -x) }

// hits counts what is right of all.
type hits struct{ right, all int }

func (h *hits) add(right bool) {
	h.all++
	if right {
		h.right++
	}
}

func (h hits) String() string {
	return fmt.Sprintf("%d of %d (%.3f)", h.right, h.all, part(h.right, h.all))
}

// facts counts what digests say, or should have said: that something happened, how often, and for how long. What happened and
// is not named is wrong in all three. How often is no fact where a digest names something and does not say that.
type facts struct {
	hits
	could   int  // facts, if a digest said of all that it names how often
	named   hits // of what happened
	unasked int  // named, and did not happen
	ends    hits // the first and the last moments told of what happened, to a minute; they are no facts
}

func (f facts) String() string {
	return fmt.Sprintf("%d of %d facts right: %.3f", f.right, f.all, part(f.right, f.all))
}

// more says how much of what could be said is, and how much of what happened.
func (f facts) more() string {
	return fmt.Sprintf("%d facts of %d that there could be; named are %v that happened, and %d that did not; first and last moments are right "+
		"to a minute in %v", f.all, f.could, f.named, f.unasked, f.ends)
}

// judge compares one situation, and says whether all of it is right. What neither happened nor was said is no fact.
func (f *facts) judge(told, so amount) bool {
	if told.total == 0 && so.total == 0 {
		return true
	}
	wrong := f.all - f.right
	both := told.total > 0 && so.total > 0
	f.could += 3
	f.add(both)
	f.add(both && long(told, so))
	if told.total == 0 || told.times > 0 {
		f.add(both && near(told.times, so.times))
	}
	if so.total > 0 {
		f.named.add(both)
	} else {
		f.unasked++
	}
	return f.all-f.right == wrong
}

// judgeEnds compares when something first began and last ended.
func (f *facts) judgeEnds(told *pipelines.Spells, so []spell, begins time.Time) {
	if told == nil || len(so) == 0 {
		return
	}
	f.ends.add(abs(told.First.Sub(begins)-so[0].from) <= time.Minute)
	f.ends.add(abs(told.Last.Sub(begins)-so[len(so)-1].to) <= time.Minute)
}
