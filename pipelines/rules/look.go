package rules

import (
	"math"
	"slices"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Verdict is how a rule is decided at a moment, and on what. Its slices are the memory's own: they are valid until the rule
// is looked at again; copy what is to last.
type Verdict struct {
	Truth   pipelines.Truth
	Clauses []pipelines.Clause // the comparisons and calls of missing, from left to right; Right is eased if ease was not 0
	Values  []pipelines.Value  // each call that gives a number, once; 0 where it is unknown, and of an Age below 0 where nothing has come. A since of what was never told is +Inf, here and in Clauses
	Fresh   bool               // a result or a reading that the rule speaks of has come since the last look, or a sensor is missing that was not, or back
}

// sight is a rule at a memory.
type sight struct {
	verdict Verdict
	slots   []slot
	numbers []float64 // of the slots; NaN is unknown
	lacks   []string  // of the slots: what is missing, empty if nothing is
	missing []*sensor // of the clauses; nil if it is no call of missing
	last    []pipelines.Truth
	n       uint64 // what had come at the last look
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

// sight makes room for what a rule looks at.
func (m *Memory) sight(r *Rule, stale time.Duration) *sight {
	s := &sight{numbers: make([]float64, len(r.probes)), lacks: make([]string, len(r.probes)),
		missing: make([]*sensor, len(r.clauses)), last: make([]pipelines.Truth, len(r.clauses))}
	for _, p := range r.probes {
		s.slots = append(s.slots, m.slot(p, stale))
		s.verdict.Values = append(s.verdict.Values, pipelines.Value{Name: p.name, Unit: p.shown()})
	}
	for i, cl := range r.clauses {
		c := pipelines.Clause{Text: cl.text}
		if cl.missing == "" {
			c.Unit = cl.left.unit.name
		} else if s.missing[i] = m.sensor(cl.missing); s.missing[i] == nil { // of another vocabulary
			s.missing[i] = &sensor{name: cl.missing, yet: cl.missing + ": is no sensor of this pipeline"}
		}
		s.verdict.Clauses = append(s.verdict.Clauses, c)
	}
	return s
}

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
func (m *Memory) slot(p *probe, stale time.Duration) slot {
	s := slot{probe: p}
	var all *[]*history
	if p.source != nil {
		s.heard = m.heardOf(p, stale)
		all = &s.heard.scores
		if p.counts {
			all = &s.heard.counts
		}
	} else {
		s.measured = m.measuredOf(p, stale)
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

// Look decides the rule at a memory that was made for it. now is not before what the memory was told last. ease, from 0 on,
// makes each comparison easier for the rule to hold: by that part of the magnitude of its constant side, or of its right one
// if both vary; comparisons with == and != stay. It allocates nothing.
func (r *Rule) Look(now time.Time, m *Memory, ease float64) Verdict {
	s := m.bound[r]
	if s == nil {
		panic("rules: a rule that this memory was not made for")
	}
	s.ask(m.since(now))
	changed := false
	for i, cl := range r.clauses {
		s.decide(cl, i, ease)
		if s.missing[i] != nil && s.verdict.Clauses[i].Truth != s.last[i] {
			s.last[i], changed = s.verdict.Clauses[i].Truth, true
		}
	}
	n := s.come()
	s.verdict.Truth, s.verdict.Fresh = r.root.truth(s.verdict.Clauses), n != s.n || changed
	s.n = n
	return s.verdict
}

// ask asks all that the rule looks at.
func (s *sight) ask(now time.Duration) {
	for i := range s.slots {
		v := &s.verdict.Values[i]
		x, age, lacks := s.slots[i].ask(now)
		if lacks == "" && x != x {
			lacks = s.slots[i].nowhere()
		}
		s.numbers[i], s.lacks[i], v.Age = x, lacks, age
		if sl := &s.slots[i]; sl.open && sl.measured.unit != sl.came {
			v.Unit = sl.cameIn()
		}
		if v.Value = x; lacks != "" {
			v.Value, s.numbers[i] = 0, math.NaN()
		}
	}
}

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
func (s *sight) come() (n uint64) {
	for i := range s.slots {
		if h := s.slots[i].heard; h != nil {
			n += h.n
		} else {
			n += s.slots[i].measured.n
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
		return math.Inf(1), age, ""
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
func (s *sight) decide(cl *clause, i int, ease float64) {
	to := &s.verdict.Clauses[i]
	to.Left, to.Right, to.Lacks = 0, 0, ""
	if by := s.missing[i]; by != nil {
		if to.Truth = by.missing(); to.Truth == pipelines.Unknown {
			to.Lacks = by.yet
		}
		return
	}
	for _, p := range cl.probes {
		if to.Lacks = s.lacks[p.index]; to.Lacks != "" {
			to.Truth = pipelines.Unknown
			return
		}
	}
	l, r := cl.left.value(s.numbers), cl.right.value(s.numbers)
	if ease != 0 {
		l, r = cl.eased(l, r, ease)
	}
	if to.Truth = cl.op.holds(l, r); to.Truth == pipelines.Unknown {
		to.Lacks = cl.nan
		return
	}
	to.Left, to.Right = l, r
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
