package why

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"edged/pipelines/alerts"
)

// Moment is when a question is about: at From, or from From until before To.
type Moment struct{ From, To time.Time }

// has says whether t is within m.
func (m Moment) has(t time.Time) bool {
	return !t.Before(m.From) && (t.Before(m.To) || t.Equal(m.From))
}

// ParseMoment reads a time as people write it: 14:03 is a minute, 14:03:05 a second, and 2026-11-26T14:03:05Z too; with a
// fraction of a second it is a moment. A time without a day is the last one that was not after newest, by a little.
func ParseMoment(text string, newest time.Time, in *time.Location) (Moment, error) {
	for _, form := range []struct {
		layout string
		whole  time.Duration
		daily  bool
	}{
		{"15:04", time.Minute, true}, {time.TimeOnly, time.Second, true}, {time.RFC3339, time.Second, false},
		{"2006-01-02 15:04", time.Minute, false}, {time.DateTime, time.Second, false},
		{"2006-01-02T15:04", time.Minute, false}, {"2006-01-02T15:04:05", time.Second, false},
	} {
		t, err := time.ParseInLocation(form.layout, text, in)
		if err != nil {
			continue
		}
		if form.daily {
			t = lastDaily(t, newest, in)
		}
		if t.Nanosecond() > 0 {
			form.whole = 0
		}
		return Moment{t, t.Add(form.whole)}, nil
	}
	return Moment{}, fmt.Errorf("%q is no time; write 14:03, 14:03:05 or 2026-11-26T14:03:05Z", text)
}

// slack is how far after the newest look a time of day may be that is meant to be of the same day.
const slack = 2 * time.Minute

// lastDaily returns when the clock on the wall showed the time of day of t last.
func lastDaily(t, newest time.Time, in *time.Location) time.Time {
	newest = newest.In(in)
	for back := 0; ; back-- {
		day := newest.AddDate(0, 0, back+1)
		at := time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), in)
		if !at.After(newest.Add(slack)) {
			return at
		}
	}
}

// lookEvery is how far apart the looks of an alert are in a ring, at most: one a minute, and some time for a slow machine.
const lookEvery = 90 * time.Second

// course is the part of an alert's history that a question is about.
type course struct {
	all    []alerts.Trace // of the alert, by time
	within []alerts.Trace // in the moment, and the one before, if it was still so
	before []alerts.Trace // all that were before those
	after  []alerts.Trace
	moment Moment
}

// courseAt returns the part of all that is about m; within is empty if nobody has looked then.
func courseAt(all []alerts.Trace, m Moment) course {
	first := slices.IndexFunc(all, func(t alerts.Trace) bool { return !t.Time.Before(m.From) })
	if first < 0 {
		first = len(all)
	}
	end := first
	for end < len(all) && m.has(all[end].Time) {
		end++
	}
	if begin := first - 1; begin >= 0 && m.From.Sub(all[begin].Time) <= lookEvery && (first == end || all[first].Time.After(m.From)) {
		first = begin
	}
	return course{all, all[first:end], all[:first], all[end:], m}
}

// Found is where an event stands in a ring.
type Found struct {
	Moment Moment
	Keys   []Key // the alert whose event it is, or else those of its pipeline
	Own    bool  // an alert was opened or closed by it

	exact bool // there is a look that names it
}

// Find returns when an event was. One that no line names has a place between others of its run and pipeline, by its number.
func (h *History) Find(event string) (Found, bool) {
	for _, k := range h.Keys {
		for _, t := range h.traces[k] {
			if t.EventID == event && (t.Outcome == alerts.Opened || t.Outcome == alerts.Closed) {
				return Found{Moment: Moment{t.Time, t.Time}, Keys: []Key{k}, Own: true}, true
			}
		}
	}
	run, number, ok := cutNumber(event)
	if !ok {
		return Found{}, false
	}
	var f Found
	for _, k := range h.Keys {
		for _, t := range h.traces[k] {
			f.narrow(&t, run, number)
		}
	}
	switch {
	case f.exact:
		f.Moment.From = f.Moment.To
	case f.Moment.From.IsZero() || f.Moment.To.IsZero():
		return Found{}, false
	}
	pipeline := pipelineOf(run)
	f.Keys = slices.DeleteFunc(slices.Clone(h.Keys), func(k Key) bool { return k.Pipeline != pipeline })
	return f, len(f.Keys) > 0
}

// narrow brings the moment of an event of a run closer, by a look that has another.
func (f *Found) narrow(t *alerts.Trace, run string, number uint64) {
	of, n, ok := cutNumber(t.EventID)
	if !ok || of != run {
		return
	}
	switch {
	case n < number && t.Time.After(f.Moment.From):
		f.Moment.From = t.Time
	case n >= number && (f.Moment.To.IsZero() || t.Time.Before(f.Moment.To)):
		f.Moment.To, f.exact = t.Time, n == number
	}
}

// cutNumber splits an event's ID: boot-pipeline, and its number.
func cutNumber(event string) (run string, number uint64, ok bool) {
	i := strings.LastIndexByte(event, '-')
	if i < 0 {
		return "", 0, false
	}
	number, err := strconv.ParseUint(event[i+1:], 10, 64)
	return event[:i], number, err == nil
}

// pipelineOf returns the pipeline in the ID of a run: what follows the first dash.
func pipelineOf(run string) string {
	_, pipeline, _ := strings.Cut(run, "-")
	return pipeline
}
