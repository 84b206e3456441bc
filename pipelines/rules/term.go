package rules

import (
	"fmt"
	"math"
)

// term is a number in a condition: how it is reckoned, and what is known of it before.
type term struct {
	op     op
	number float64 // of a constant
	probe  *probe  // of a call
	change change  // of a conversion
	a, b   *term

	at     span
	unit   unit
	weight float64 // see unit
	lo, hi float64 // it lies between them
	quoted string  // of a constant with a unit: the text; its unit and weight are those that are wanted
	bare   bool    // a constant without a unit, which takes any
}

// op is what a term does.
type op uint8

const (
	constant op = iota
	called
	negative
	sum
	difference
	product
	quotient
	converted
)

func (t *term) constant() bool { return t.op == constant }

// value reckons t of the values of the rule's probes.
func (t *term) value(of []float64) float64 {
	switch t.op {
	case constant:
		return t.number
	case called:
		return of[t.probe.index]
	case negative:
		return -t.a.value(of)
	case converted:
		return t.change.of(t.a.value(of))
	}
	return t.op.of(t.a.value(of), t.b.value(of))
}

// of reckons with two numbers, each step rounded by itself.
func (o op) of(a, b float64) float64 {
	switch o {
	case sum:
		return a + b
	case difference:
		return a - b
	case product:
		return float64(a * b)
	}
	return a / b
}

// probes calls f with each of the rule's probes that t looks at.
func (t *term) probes(f func(*probe)) {
	if t == nil {
		return
	}
	if t.op == called {
		f(t.probe)
	}
	t.a.probes(f)
	t.b.probes(f)
}

// into returns t in another unit of its dimension.
func (t *term) into(u unit) *term {
	c := t.unit.into(u, t.weight)
	if c.none() {
		same := *t
		same.unit = u
		return &same
	}
	to := *t
	to.unit, to.lo, to.hi = u, c.of(t.lo), c.of(t.hi)
	if t.constant() {
		to.number = c.of(t.number)
		return &to
	}
	to.op, to.change, to.a, to.b = converted, c, t, nil
	return &to
}

// what says in words what t is.
func (t *term) what() string {
	switch u := t.unit; {
	case u.name != "":
		return "in " + u.name
	case u.dim == score:
		return "a score"
	case u.dim == count:
		return "a count"
	case u.dim == unknown:
		return "in a unit that is seen when it comes"
	default:
		return "a number without a unit"
	}
}

// meet brings two terms to one unit. If one is a constant with a unit, a comparison takes that unit, so that its numbers are
// as the user thinks of them, and a sum the other's.
func (c *checker) meet(a, b *term, compare bool) (*term, *term, *Error) {
	if a.bare || b.bare {
		return adopt(a, b, compare), adopt(b, a, compare), nil
	}
	a, b = settle(a, b), settle(b, a)
	a, b = means(a, b, compare), means(b, a, compare)
	if a.unit.dim != b.unit.dim {
		if loose(a.unit.dim, b.unit.dim) {
			return a, b, nil
		}
		return nil, nil, c.differ(a, b)
	}
	if compare && a.unit.dim == temperature && math.Abs(a.weight-b.weight) > 1e-9 {
		return nil, nil, &Error{Offset: c.text.offsetOf(a.at),
			What: fmt.Sprintf("%s and %s are not both temperatures, or both differences of temperatures", c.text.show(a.at), c.text.show(b.at)),
			Hint: "compare temperatures with temperatures, and differences with differences"}
	}
	to := a.unit
	if one := b.quoted != ""; one != (a.quoted != "") && one == compare {
		to = b.unit
	}
	return a.into(to), b.into(to), nil
}

// sane replaces bounds that are no numbers, such as those of what is without bounds less itself.
func (t *term) sane() *term {
	if t.lo != t.lo {
		t.lo = math.Inf(-1)
	}
	if t.hi != t.hi {
		t.hi = math.Inf(1)
	}
	return t
}

// loose says whether two numbers without a unit may be compared: a number that is made of others may be anything, but a
// score is no count.
func loose(a, b dimension) bool {
	return a == plain && (b == score || b == count) || b == plain && (a == score || a == count)
}

// adopt gives a bare number the other's unit. In a sum it is by how much.
func adopt(t, other *term, compare bool) *term {
	if !t.bare || other.bare {
		return t
	}
	to := *t
	to.bare, to.unit = false, other.unit
	if compare {
		to.weight = other.weight
	}
	return &to
}

// settle gives what has no unit yet the other's, and asks for it when the readings come.
func settle(t, other *term) *term {
	if t.unit.dim != unknown || other.unit.dim == unknown {
		return t
	}
	to, of := *t, other.unit
	to.unit = of
	if name, _, rate := cutLast(of.name, "/"); t.slopes() && !rate {
		return t
	} else if t.slopes() {
		of = unitOf(name)
		to.unit = of.per(seconds)
	}
	t.probes(func(p *probe) {
		if p.unit.dim == unknown {
			p.unit = of
		}
	})
	return &to
}

// slopes says whether t is made of slopes.
func (t *term) slopes() (is bool) {
	t.probes(func(p *probe) { is = is || p.fn == "slope" })
	return is
}

// means reads a constant with a unit as the other term wants it: of a temperature or of a difference, a percentage as a
// score, and "5m" as minutes where a time is wanted.
func means(t, other *term, compare bool) *term {
	if t.quoted == "" || other.quoted != "" {
		return t
	}
	to := *t
	to.weight = 0
	if compare {
		to.weight = other.weight
	}
	switch d := other.unit.dim; {
	case t.unit.dim == percentage && d == score:
		to.unit, to.number = ofScore, t.number/100
	case d == duration && t.unit.dim != duration:
		if s, ok := spanOfTime(t.quoted); ok {
			to.unit, to.number = seconds, s.Seconds()
		}
	}
	to.lo, to.hi = to.number, to.number
	return &to
}

// differ says that two terms cannot be compared, or added.
func (c *checker) differ(a, b *term) *Error {
	if a.quoted != "" {
		a, b = b, a
	}
	e := &Error{Offset: c.text.offsetOf(b.at), What: fmt.Sprintf("%s is %s, and %s %s", c.text.show(a.at), a.what(), c.text.show(b.at), b.what())}
	switch is := a.unit.dim.beside(); {
	case a.unit.dim == score:
		e.Hint = "scores go from 0 to 1, without a unit"
	case a.unit.dim == count:
		e.Hint = "counts have no unit"
	case a.unit.dim == unknown && a.slopes():
		e.Hint = `a slope is per time: "3 °C/min"`
	case b.quoted != "" && is != "":
		e.Hint = "write it in " + is
	case b.quoted != "" && a.unit.name != "":
		e.Hint = "write it in " + a.unit.name
	case b.quoted != "":
		e.Hint = "write it without a unit"
	default:
		e.Hint = "compare what has the same kind of unit"
	}
	return e
}
