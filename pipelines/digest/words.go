package digest

import (
	"fmt"
	"strconv"
	"time"

	"edged/pipelines"
	"edged/pipelines/grammar"
)

// teller says a digest in a language.
type teller struct {
	*grammar.Past
	digest *Digest
	sum    *pipelines.Digest
	span   *span
}

// mostSaid happenings are said in words, and as many readings; the rest is in the data.
const mostSaid = 20

// text says all of it: the time, alerts, what happened, what was measured, and who was silent.
func (t *teller) text() string {
	said := []string{t.headline()}
	for i := range t.sum.Alerts {
		a := &t.sum.Alerts[i]
		said = append(said, t.spells(t.Phrase("alert", 0, "name", a.Alert), &a.Spells))
	}
	happened, more := t.told()
	for _, h := range happened {
		said = append(said, t.happening(h))
	}
	if more > 0 {
		said = append(said, t.Phrase("left out", more-1, "n", strconv.Itoa(more)))
	}
	if len(said) == 1 {
		said = append(said, t.Phrase("nothing", 0))
	}
	for i := range t.sum.Readings[:min(len(t.sum.Readings), mostSaid)] {
		said = append(said, t.reading(&t.sum.Readings[i]))
	}
	for i := range t.sum.Silent {
		s := &t.sum.Silent[i]
		said = append(said, t.spells(t.Phrase("silent", 0, "sensor", s.Sensor), &s.Spells))
	}
	return grammar.Sentences(said)
}

// told returns what happened and is worth saying, and how much there is besides.
func (t *teller) told() (all []*pipelines.Happening, more int) {
	for i := range t.sum.Happened {
		if h := &t.sum.Happened[i]; !t.Quiet(h.What) {
			all = append(all, h)
		}
	}
	if over := len(all) - mostSaid; over > 0 {
		return all[:mostSaid], over + t.sum.LeftOut
	}
	return all, t.sum.LeftOut
}

// missed is how much of its time a digest may lack without a word.
const missed = 10 * time.Second

// headline says which time it is of, and how much of that was watched.
func (t *teller) headline() string {
	from, to := t.span.from, t.span.to
	said := t.Phrase("hour", 0, "from", from.Format("15:04"), "to", t.clock(to))
	if t.sum.Period == pipelines.Day {
		said = t.Phrase("day", 0, "year", from.Format("2006"), "month", from.Format("01"), "day", from.Format("02"))
	}
	if to.Sub(from)-t.sum.Covered > missed {
		said = t.Phrase("partly", 0, "span", said, "time", long(t.sum.Covered))
	}
	return said
}

func (t *teller) clock(at time.Time) string {
	return t.Phrase("clock", 0, "time", at.In(t.span.from.Location()).Format("15:04"))
}

// happening says what happened, and whose it is where more than one sensor has a sense.
func (t *teller) happening(h *pipelines.Happening) string {
	sense := t.digest.opts.Senses[h.Sensor]
	if h.Kind == pipelines.KindDetections && sense == grammar.Found {
		sense = grammar.Seen
	}
	said := t.spells(t.Was(h.What, sense), &h.Spells)
	if h.Most > 1 {
		said = t.Phrase("at once", 0, "said", said, "number", t.Number(h.Most))
	}
	if t.several(sense) {
		said = t.Of(h.Sensor, said)
	}
	return said
}

// several says whether more than one sensor has a sense.
func (t *teller) several(sense grammar.Sense) bool {
	n := 0
	for _, s := range t.digest.opts.Senses {
		if s == sense {
			n++
		}
	}
	return n > 1
}

// always is how much of what was watched is all the time.
const always = 0.99

// spells says how often, as far as that is known, and for how long something was so.
func (t *teller) spells(what string, s *pipelines.Spells) string {
	total := long(s.Total)
	if s.Rough {
		total = t.Phrase("about", 0, "time", long(round(s.Total)))
	}
	switch {
	case s.Times <= 1 && float64(s.Total) >= always*float64(t.sum.Covered):
		return t.Phrase("always", 0, "what", what)
	case s.Times == 0:
		what = t.Phrase("in all", 0, "what", what, "total", total, "first", t.clock(s.First), "last", t.clock(s.Last))
	case s.Times == 1:
		what = t.Phrase("once", 0, "what", what, "total", total, "first", t.clock(s.First))
	default:
		what = t.Phrase("times", s.Times-2, "what", what, "n", strconv.Itoa(s.Times), "total", total, "last", t.clock(s.Last))
	}
	if s.On {
		what = t.Phrase("goes on", 0, "said", what)
	}
	return what
}

// reading says what became of a value, and whose it is where more than one sensor measures.
func (t *teller) reading(r *pipelines.Range) string {
	low, mean, high := t.Measure(r.Min, r.Unit), t.Measure(r.Mean, r.Unit), t.Measure(r.Max, r.Unit)
	said := t.Phrase("between", 0, "name", t.Reading(r.Name), "min", low, "mean", mean, "max", high)
	if low == high {
		said = t.Phrase("steady", 0, "name", t.Reading(r.Name), "mean", mean)
	}
	for i := range t.sum.Readings {
		if t.sum.Readings[i].Sensor != r.Sensor {
			return t.Of(r.Sensor, said)
		}
	}
	return said
}

// round leaves of a time that is rough what is known of it.
func round(d time.Duration) time.Duration {
	for _, to := range []time.Duration{time.Hour, 10 * time.Minute, time.Minute, 10 * time.Second} {
		if d >= 3*to {
			return d.Round(to)
		}
	}
	return d
}

// long says how long something was, in the units that all languages share: to the second below ten minutes, to the minute above.
func long(d time.Duration) string {
	d = max(d.Round(time.Second), time.Second)
	if d >= 10*time.Minute {
		d = d.Round(time.Minute)
	}
	h, m, s := d/time.Hour, d%time.Hour/time.Minute, d%time.Minute/time.Second
	switch {
	case h > 0 && m > 0:
		return fmt.Sprintf("%d h %d min", h, m)
	case h > 0:
		return fmt.Sprintf("%d h", h)
	case m > 0 && s > 0:
		return fmt.Sprintf("%d min %d s", m, s)
	case m > 0:
		return fmt.Sprintf("%d min", m)
	}
	return fmt.Sprintf("%d s", s)
}
