package rules

import (
	"math"
	"slices"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Bound is a rule at a memory. Its methods, like the memory's, are called one at a time.
type Bound struct {
	rule    *Rule
	memory  *Memory
	slots   []slot
	values  []pipelines.Value // of the slots
	numbers []float64         // of the slots; NaN is unknown
	most    []float64         // of the slots: what a number may be at most, if all that is known is how much it is at least
	lacks   []string          // of the slots: what is missing, empty if nothing is
	clauses []pipelines.Clause
	missing []*sensor         // of the clauses; nil if it is no call of missing
	last    []pipelines.Truth // of the calls of missing, at the last look
	n       uint64            // what had come at the last look
}

// slot is a probe at a memory.
type slot struct {
	*probe
	heard    *heard
	measured *measured
	history  *history
	short    string       // in words, while the window is not half full
	came     sensors.Unit // of an open reading, as it came last
}

// Bind makes room in m for what r looks at. What came before is not known to it.
func (m *Memory) Bind(r *Rule) *Bound {
	b := &Bound{rule: r, memory: m, numbers: make([]float64, len(r.probes)), most: make([]float64, len(r.probes)), lacks: make([]string, len(r.probes)),
		missing: make([]*sensor, len(r.clauses)), last: make([]pipelines.Truth, len(r.clauses))}
	for _, p := range r.probes {
		b.slots = append(b.slots, m.slot(p))
		b.values = append(b.values, pipelines.Value{Name: p.name, Unit: p.shown()})
	}
	for i, cl := range r.clauses {
		c := pipelines.Clause{Text: cl.text}
		if cl.missing == "" {
			c.Unit = cl.left.unit.name
		} else if b.missing[i] = m.sensor(cl.missing); b.missing[i] == nil { // of another vocabulary
			b.missing[i] = &sensor{name: cl.missing, yet: cl.missing + ": is no sensor of this pipeline"}
		}
		b.clauses = append(b.clauses, c)
	}
	return b
}

// String returns the condition as it was written.
func (b *Bound) String() string { return b.rule.when }

// shown returns the unit that the answer is in.
func (p *probe) shown() string {
	var u string
	switch {
	case p.fn == "since" || p.fn == "dwell":
		u = seconds.name
	case p.source == nil:
		u = p.unit.name
	}
	if p.fn == "slope" {
		u += "/s"
	}
	return u
}

// slot makes room for what a probe asks.
func (m *Memory) slot(p *probe) slot {
	s := slot{probe: p}
	var all *[]*history
	if p.source != nil {
		s.heard = m.heardOf(p)
		all = &s.heard.scores
		if p.counts {
			all = &s.heard.counts
		}
	} else {
		s.measured = m.measuredOf(p)
		all = &s.measured.history
	}
	if p.window == 0 {
		return s
	}
	s.short = p.name + ": too little is known of the last " + short(p.window)
	i := slices.IndexFunc(*all, func(h *history) bool { return h.window == p.window })
	if i < 0 {
		i = len(*all)
		*all = append(*all, &history{window: p.window})
	}
	s.history = (*all)[i]
	return s
}

// Look decides the rule: into gets the truth; the comparisons and calls of missing, from left to right; each call that gives a
// number, once, 0 where it is unknown, and of an Age below 0 where nothing has come; and whether a result or a reading that
// the rule speaks of has come since the last look, or missing has changed. into's slices are used again.
//
// now is not before what the memory was told last. ease, from 0 on, makes each comparison easier for the rule to hold: by
// that part of the magnitude of its constant side, or of its right one if both vary, which the evidence has then.
// Comparisons with == and != stay. Look allocates nothing but into's first slices.
func (b *Bound) Look(now time.Time, ease float64, into *pipelines.Verdict) {
	b.ask(b.memory.since(now))
	changed := false
	for i, cl := range b.rule.clauses {
		b.decide(cl, i, ease)
		if is := b.clauses[i].Truth; b.missing[i] != nil && is != b.last[i] {
			b.last[i], changed = is, true
		}
	}
	n := b.come()
	into.Truth, into.Fresh = b.rule.root.truth(b.clauses), n != b.n || changed
	into.Clauses, into.Values = append(into.Clauses[:0], b.clauses...), append(into.Values[:0], b.values...)
	b.n = n
}

// ask asks all that the rule looks at.
func (b *Bound) ask(now time.Duration) {
	for i := range b.slots {
		s, v := &b.slots[i], &b.values[i]
		x, age, lacks := s.ask(now)
		if lacks == "" && !finite(x) {
			lacks = s.nowhere()
		}
		if s.open && s.measured.unit != s.came {
			v.Unit = s.cameIn()
		}
		v.Value, v.Age = x, age
		b.numbers[i], b.most[i], b.lacks[i] = x, x, lacks
		if lacks != "" {
			v.Value, b.numbers[i] = 0, math.NaN()
		}
		if s.endless() {
			b.most[i] = math.Inf(1)
		}
	}
}

// endless says whether the answer is only how much it is at least: a since of what was not told yet.
func (s *slot) endless() bool { return s.fn == "since" && s.heard.any && !s.heard.told }

// nowhere says in words that the answer is no number.
func (s *slot) nowhere() string {
	if s.history != nil {
		return s.short
	}
	return s.probe.nan
}

// cameIn returns the unit of an open reading: as it comes, if the rule does not want another.
func (s *slot) cameIn() string {
	s.came = s.measured.unit
	u := unitOf(string(s.came))
	if s.unit.dim != unknown {
		u = s.unit
	}
	if s.fn == "slope" {
		u = u.per(seconds)
	}
	return u.name
}

// come counts what has come of all that the rule looks at.
func (b *Bound) come() (n uint64) {
	for i := range b.slots {
		if h := b.slots[i].heard; h != nil {
			n += h.n
		} else {
			n += b.slots[i].measured.n
		}
	}
	return n
}

// ask answers a probe: the number, the age of what it is made of, and what is missing if that cannot be known.
func (s *slot) ask(now time.Duration) (x float64, age time.Duration, lacks string) {
	if v := s.measured; v != nil {
		switch age = v.age(now); {
		case !v.known(now):
			return 0, age, v.lacks
		case v.mismatch != "":
			return 0, age, v.mismatch
		case s.history != nil:
			x, lacks = s.over(now)
			return x, age, lacks
		}
		return v.value, age, ""
	}
	h := s.heard
	age = h.age(now)
	switch {
	case s.fn == "since" && h.any && !h.told:
		return max(0, now-h.first).Seconds(), age, ""
	case s.fn == "since" && h.any:
		return max(0, now-h.toldAt).Seconds(), age, ""
	case !h.known(now):
		return 0, age, h.lacks
	case s.history != nil:
		x, lacks = s.over(now)
		return x, age, lacks
	case s.fn == "count":
		return h.count, age, ""
	case s.fn == "dwell":
		return h.dwell, age, ""
	}
	return h.score, age, ""
}

// over answers a probe about a span of time.
func (s *slot) over(now time.Duration) (float64, string) {
	if !s.history.trim(now) {
		return 0, s.short
	}
	switch s.fn {
	case "slope":
		return s.history.slope(), ""
	case "mean":
		return s.history.mean(), ""
	case "max":
		return s.history.max(), ""
	}
	return s.history.min(), ""
}

// decide decides a clause.
func (b *Bound) decide(cl *clause, i int, ease float64) {
	to := &b.clauses[i]
	to.Left, to.Right, to.Lacks = 0, 0, ""
	if by := b.missing[i]; by != nil {
		if to.Truth = by.missing(); to.Truth == pipelines.Unknown {
			to.Lacks = by.yet
		}
		return
	}
	for _, p := range cl.probes {
		if to.Lacks = b.lacks[p.index]; to.Lacks != "" {
			to.Truth = pipelines.Unknown
			return
		}
	}
	l, r := cl.sides(b.numbers, ease)
	if !finite(l) || !finite(r) {
		to.Truth, to.Lacks = pipelines.Unknown, cl.nan
		return
	}
	to.Truth = cl.op.holds(l, r)
	for _, p := range cl.probes {
		if b.slots[p.index].endless() && cl.op.holds(cl.sides(b.most, ease)) != to.Truth {
			to.Truth, to.Lacks = pipelines.Unknown, p.yet
			return
		}
	}
	to.Left, to.Right = l, r
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// sides reckons what a clause compares.
func (cl *clause) sides(numbers []float64, ease float64) (l, r float64) {
	l, r = cl.left.value(numbers), cl.right.value(numbers)
	if ease != 0 {
		return cl.eased(l, r, ease)
	}
	return l, r
}

// truth decides a condition, by Kleene: and is the least, or the greatest.
func (b *branch) truth(of []pipelines.Clause) pipelines.Truth {
	switch b.op {
	case leaf:
		return of[b.clause].Truth
	case not:
		return -b.a.truth(of)
	case and:
		return min(b.a.truth(of), b.b.truth(of))
	}
	return max(b.a.truth(of), b.b.truth(of))
}
