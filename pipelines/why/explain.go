package why

import (
	"cmp"
	"math"
	"slices"
	"time"

	"edged/pipelines"
	"edged/pipelines/alerts"
)

// Answer says why an alert did what it did, or did not, at a moment.
type Answer struct {
	Key
	Moment  Moment
	Text    string         // the one thing that decided, in a sentence
	Look    *alerts.Trace  // the look that decided
	Clauses []Lasted       // of Look's condition
	Clear   []Lasted       // of what closes it, if that is a condition of its own
	Course  []alerts.Trace // the looks of the moment and those around it at which it came to something else
}

// Lasted is a clause, and since when it is as it is.
type Lasted struct {
	pipelines.Clause
	Since  time.Time
	Longer bool // it was so before the ring begins, or edged did
}

// Explain says why an alert did what it did at m. It is an error, a *NothingError, if nobody has looked at it then.
func (h *History) Explain(k Key, m Moment, in *time.Location) (*Answer, error) {
	c := courseAt(h.traces[k], m)
	if len(c.within) == 0 {
		return nil, h.nothing(k, c, m, in)
	}
	look := c.decisive()
	a := &Answer{Key: k, Moment: m, Look: look, Course: c.turns()}
	a.Clauses = c.lasted(look, func(t *alerts.Trace) *alerts.Looked { return &t.When })
	if look.ClearWhen != nil {
		a.Clear = c.lasted(look, func(t *alerts.Trace) *alerts.Looked { return t.ClearWhen })
	}
	a.Text = newTeller(k, c, m, in).tell(look)
	return a, nil
}

// rank orders the outcomes of what is closed by how little was missing to an opening.
func rank(o alerts.Outcome) int {
	return slices.Index([]alerts.Outcome{alerts.Barred, alerts.Counting, alerts.Waiting, alerts.Muted, alerts.Quiet, alerts.Cooldown}, o)
}

// decisive returns the look that decided: an opening or a closing if there was one; of what stayed open the look that came
// nearest to a closing, and else the one that came nearest to an opening.
func (c *course) decisive() *alerts.Trace {
	for _, turn := range []alerts.Outcome{alerts.Opened, alerts.Closed} {
		if i := slices.IndexFunc(c.within, func(t alerts.Trace) bool { return t.Outcome == turn }); i >= 0 && !c.earlier(i) {
			return &c.within[i]
		}
	}
	best := &c.within[len(c.within)-1]
	if best.Open {
		return c.nearestToClosing()
	}
	for i := range c.within {
		t := &c.within[i]
		if !t.Open && rank(t.Outcome) >= max(0, rank(best.Outcome)) {
			best = t
		}
	}
	if rank(best.Outcome) >= 0 {
		return best
	}
	return c.nearestToOpening()
}

// earlier says whether the look i of within was before the moment, and so stands for what was so when it began.
func (c *course) earlier(i int) bool { return c.within[i].Time.Before(c.moment.From) }

// nearestToClosing returns, of looks at what is open, a first one after a restart, one of a closing that has begun, one that
// could not know, or one that only hysteresis held; or else the last.
func (c *course) nearestToClosing() *alerts.Trace {
	for _, is := range []func(*alerts.Trace) bool{
		func(t *alerts.Trace) bool { return t.Rule.Restored },
		func(t *alerts.Trace) bool { return t.Outcome == alerts.Clearing },
		func(t *alerts.Trace) bool { return t.Outcome == alerts.Unknowable },
		func(t *alerts.Trace) bool { return t.Outcome == alerts.Open && easedOf(t) >= 0 },
	} {
		for i := range c.within {
			if t := &c.within[len(c.within)-1-i]; t.Open && is(t) {
				return t
			}
		}
	}
	return &c.within[len(c.within)-1]
}

// nearestToOpening returns, of looks at which the condition did not hold, the one at which least was missing; of those that
// could not know, the last, if most of the time was such.
func (c *course) nearestToOpening() *alerts.Trace {
	var best, unknown *alerts.Trace
	for i := range c.within {
		switch t := &c.within[i]; {
		case t.Open:
		case t.Outcome == alerts.Unknowable:
			unknown = t
		case best == nil || lessMissing(t, best):
			best = t
		}
	}
	if best == nil || unknown != nil && c.share(alerts.Unknowable) > c.share(alerts.Idle) {
		return unknown
	}
	return best
}

// share returns for how long it came to an outcome.
func (c *course) share(o alerts.Outcome) (all time.Duration) {
	for i := range c.within {
		if c.within[i].Outcome != o {
			continue
		}
		switch {
		case i+1 < len(c.within):
			all += c.within[i+1].Time.Sub(c.within[i].Time)
		case len(c.after) > 0:
			all += min(lookEvery, c.after[0].Time.Sub(c.within[i].Time))
		default:
			all += time.Second // at least
		}
	}
	return all
}

// lessMissing says whether less was missing at a than at b: fewer clauses, or a smaller part of a threshold.
func lessMissing(a, b *alerts.Trace) bool {
	ca, cb := decidedOf(&a.When), decidedOf(&b.When)
	return cmp.Or(cmp.Compare(len(ca), len(cb)), cmp.Compare(farthest(ca), farthest(cb))) < 0
}

// farthest returns how far from its threshold the clause is that is farthest from it, as a part of it.
func farthest(all []decided) (most float64) {
	for _, d := range all {
		if _, ok := d.comparison(); !ok {
			most = max(most, 1)
			continue
		}
		if apart := math.Abs(d.Left - d.Right); apart > 0 {
			most = max(most, apart/max(math.Abs(d.Left), math.Abs(d.Right)))
		}
	}
	return most
}

// lasted returns the clauses of a condition at a look, and since when each is as it is.
func (c *course) lasted(look *alerts.Trace, of func(*alerts.Trace) *alerts.Looked) []Lasted {
	var lasted []Lasted
	for i, clause := range of(look).Clauses {
		l := Lasted{Clause: clause, Since: look.Time, Longer: true}
		for j := range slices.Backward(c.all) {
			t := &c.all[j]
			if t.Time.After(look.Time) {
				continue
			}
			at := of(t)
			if at == nil || at.Text != of(look).Text || i >= len(at.Clauses) || l.Since.Sub(t.Time) > lookEvery {
				break
			}
			if at.Clauses[i].Truth != clause.Truth {
				l.Longer = false
				break
			}
			l.Since = t.Time
		}
		lasted = append(lasted, l)
	}
	return lasted
}

// mostBack is how long before the moment the course of things may begin.
const mostBack = time.Hour

// begun returns the look at which it came to what it is at the look i.
func (c *course) begun(i int) int {
	for i > 0 && same(c.all[i-1].Outcome, c.all[i].Outcome) && c.within[0].Time.Sub(c.all[i-1].Time) <= mostBack {
		i--
	}
	return i
}

// turns returns the looks at which it came to something else than before: in the moment, and one before and one after it.
func (c *course) turns() []alerts.Trace {
	begin := c.begun(len(c.before))
	if begin > 0 {
		begin = c.begun(begin - 1)
	}
	var turns []alerts.Trace
	for i := begin; i < len(c.all); i++ {
		t := &c.all[i]
		if n := len(turns); n > 0 && same(turns[n-1].Outcome, t.Outcome) {
			continue
		}
		turns = append(turns, *t)
		if i >= len(c.before)+len(c.within) {
			break
		}
	}
	return turns
}

// same says whether nothing has turned: what has opened is open then, and what has closed idle.
func same(a, b alerts.Outcome) bool {
	return a == b || a == alerts.Opened && b == alerts.Open || a == alerts.Closed && b == alerts.Idle
}
