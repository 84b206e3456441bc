package rules

import (
	"math"
	"slices"
	"time"
)

// literal is a clause as it stands in a row of && (or, negated, in one of ||).
type literal struct {
	*clause
	negated bool
}

// contradiction refuses a condition in which two comparisons of one thing cannot hold together, or one of two always holds,
// or what a sensor says is asked for while it is missing. It sees rows of && and of ||, not what is between them.
func (c *checker) contradiction(b *branch) *Error {
	if b.op == leaf {
		return nil
	}
	if e := c.row(b, and, false); e != nil {
		return e
	}
	if e := c.row(b, or, true); e != nil {
		return e
	}
	if e := c.contradiction(b.a); e != nil || b.b == nil {
		return e
	}
	return c.contradiction(b.b)
}

// row checks the row of op that b is the top of.
func (c *checker) row(b *branch, op join, negated bool) *Error {
	all := c.literals(b, op, false, nil)
	var ranges []limits
	for _, l := range all {
		if negated {
			l.negated = !l.negated
		} else if s := l.without(all, c.v); s != "" {
			return c.wrong(l.at, l.text+" cannot be known while "+s+" is missing", "ask for either with ||, or how long ago something was told with since")
		}
		p, x, op, ok := l.simple()
		if !ok {
			continue
		}
		i := slices.IndexFunc(ranges, func(r limits) bool { return r.probe.same(p) })
		if i < 0 {
			i = len(ranges)
			ranges = append(ranges, limits{probe: p, lo: math.Inf(-1), hi: math.Inf(1)})
		}
		r := &ranges[i]
		if r.cut(op, x, l.clause); !r.empty() {
			continue
		}
		first, second := r.loBy, r.hiBy
		if first.at.first > second.at.first {
			first, second = second, first
		}
		what := first.text + " and " + second.text + " cannot hold together"
		if negated {
			what = "one of " + first.text + " and " + second.text + " always holds"
		}
		return c.wrong(l.at, what, "look at both numbers, and at && and ||")
	}
	return nil
}

// literals adds the clauses of a row to all.
func (c *checker) literals(b *branch, op join, negated bool, all []literal) []literal {
	switch {
	case b.op == leaf:
		return append(all, literal{c.clauses[b.clause], negated})
	case b.op == not:
		return c.literals(b.a, op, !negated, all)
	case (b.op == op) != negated:
		return c.literals(b.b, op, negated, c.literals(b.a, op, negated, all))
	}
	return all
}

// simple returns what a literal that compares a call with a constant says of it, in the call's own unit.
func (l literal) simple() (p *probe, x float64, op comparison, ok bool) {
	if l.missing != "" {
		return nil, 0, 0, false
	}
	t, k, op := l.left, l.right, l.op
	if t.constant() {
		t, k, op = k, t, op.turned()
	}
	if l.negated {
		op = op.opposite()
	}
	if !k.constant() {
		return nil, 0, 0, false
	}
	if t.op == converted {
		k, t = k.into(t.a.unit), t.a
	}
	return t.probe, k.number, op, t.op == called
}

// turned is the comparison with its sides changed.
func (op comparison) turned() comparison {
	return [...]comparison{equal, unequal, greater, greaterOrEqual, less, lessOrEqual}[op]
}

// opposite holds where op does not.
func (op comparison) opposite() comparison {
	return [...]comparison{unequal, equal, greaterOrEqual, greater, lessOrEqual, less}[op]
}

// limits are what a row leaves of what an answer may be.
type limits struct {
	probe          *probe
	lo, hi         float64
	loOpen, hiOpen bool // lo, or hi, itself is cut off
	loBy, hiBy     *clause
}

func (r *limits) cut(op comparison, x float64, by *clause) {
	if op == greater || op == greaterOrEqual || op == equal {
		if open := op == greater; x > r.lo || x == r.lo && open || r.loBy == nil {
			r.lo, r.loOpen, r.loBy = x, open, by
		}
	}
	if op == less || op == lessOrEqual || op == equal {
		if open := op == less; x < r.hi || x == r.hi && open || r.hiBy == nil {
			r.hi, r.hiOpen, r.hiBy = x, open, by
		}
	}
}

func (r *limits) empty() bool { return r.lo > r.hi || r.lo == r.hi && (r.loOpen || r.hiOpen) }

// without returns the sensor that another literal of the row says is missing, and without which l cannot be known.
func (l literal) without(all []literal, v *Vocabulary) string {
	for _, other := range all {
		if other.missing == "" || other.negated {
			continue
		}
		if s := v.sensor(other.missing); slices.ContainsFunc(l.probes, func(p *probe) bool { return p.needs(s) }) {
			return other.missing
		}
	}
	return ""
}

// afterglow is how long something may be known of a sensor that is missing without being worth a condition.
const afterglow = 5 * time.Second

// needs says whether p has no answer when that sensor has been missing for a moment.
func (p *probe) needs(s *Sensor) bool {
	if p.source == nil {
		return p.reading.Sensor == s.Name
	}
	return p.fn != "since" && slices.Equal(p.source.sensors(), []string{s.Name}) && p.source.limit(defaultStale) < s.limit(defaultStale)+afterglow
}
