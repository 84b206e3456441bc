package digest

import (
	"math"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// span is an hour or a day that is being summed up. Times lie in [from, to).
type span struct {
	period       pipelines.Period
	from, to     time.Time
	since, until time.Time // the first and the last moment that was watched
	covered      time.Duration

	happened map[key]*tally
	raised   map[string]*tally
	silent   map[string]*tally
	readings map[value]*ranging
}

func newSpan(p pipelines.Period) *span { return &span{period: p} }

// begin begins with the hour or day that now lies in.
func (s *span) begin(now time.Time, where *time.Location) {
	from, to := bounds(now.In(where), s.period)
	*s = span{period: s.period, from: from, to: to, since: now, until: now,
		happened: map[key]*tally{}, raised: map[string]*tally{}, silent: map[string]*tally{}, readings: map[value]*ranging{}}
}

// cover says that somebody watched from one time to another.
func (s *span) cover(from, to time.Time) {
	from, to = later(from, s.from), earlier(to, s.to)
	if from.Before(to) {
		s.covered += to.Sub(from)
		s.since, s.until = earlier(s.since, from), later(s.until, to)
	}
}

// watch says that somebody watches now.
func (s *span) watch(now time.Time) { s.until = later(s.until, now) }

// bounds returns the hour or day of a time in its zone.
func bounds(t time.Time, p pipelines.Period) (from, to time.Time) {
	if p == pipelines.Day {
		from, to = midnight(t, 0), midnight(t, 1)
		if !to.After(t) { // a day that an island skipped when it changed sides of the date line
			to = midnight(t, 2)
		}
		return from, to
	}
	into := time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	from = t.Add(-into)
	to = from.Add(time.Hour)
	begins, ends := t.ZoneBounds() // a zone that shifts by less than an hour has one that is shorter
	if !begins.IsZero() {
		from = later(from, begins)
	}
	if !ends.IsZero() {
		to = earlier(to, ends)
	}
	return from.In(t.Location()), to.In(t.Location())
}

// midnight returns when the day begins that is so many days after t's, in t's zone.
func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	at := time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
	if at.Hour() == 0 && at.Minute() == 0 {
		return at
	}
	// Clocks skip midnight, and the day begins when they do. Date gives a time before or after that.
	begins, ends := at.ZoneBounds()
	if at.Hour() >= 12 {
		return ends.In(t.Location())
	}
	return begins.In(t.Location())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// value is one of a sensor's values.
type value struct {
	Sensor, Name string
	Unit         sensors.Unit
}

// ranging is what becomes of a value.
type ranging struct {
	N             uint64
	Sum, Min, Max float64
}

// A sensor may call its values what it likes, and say what it likes: mostValues of a span are counted, and what is below
// highest, so that all sums are finite.
const (
	mostValues = 1000
	highest    = 1e200
)

// read adds a reading.
func (s *span) read(sensor string, r *sensors.Reading) {
	if s.from.IsZero() {
		return
	}
	for i := range r.Values {
		v := &r.Values[i]
		if !(math.Abs(v.Value) < highest) { // nor is it NaN
			continue
		}
		k := value{sensor, v.Name, v.Unit}
		to := s.readings[k]
		if to == nil {
			if len(s.readings) == mostValues {
				continue
			}
			to = &ranging{Min: v.Value, Max: v.Value}
			s.readings[k] = to
		}
		to.N++
		to.Sum += v.Value
		to.Min, to.Max = min(to.Min, v.Value), max(to.Max, v.Value)
	}
}
