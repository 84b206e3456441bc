package rules

import (
	"fmt"
	"math"
)

// scaled makes a product or a quotient. What has a unit may be scaled by numbers that are always the same, and divided by
// what has the same unit; scores, counts and numbers may be multiplied and divided as one likes.
func (c *checker) scaled(a, b *term, op op, at span) (*term, *Error) {
	switch {
	case b.bare && op == quotient && b.number == 0:
		return nil, c.wrong(b.at, "a division by 0", "")
	case b.bare:
		return times(a, b, op, at, op.of(1, b.number)), nil
	case a.bare && op == product:
		return times(b, a, op, at, a.number), nil
	case numeric(a) && numeric(b) || a.bare && numeric(b):
		return mixed(a, b, op, at), nil
	case op == quotient && !a.bare:
		x, y, e := c.meet(a, b, true)
		if e != nil {
			return nil, e
		}
		if x.unit.dim == temperature && (x.weight != 0 || y.weight != 0) {
			return nil, c.wrong(at, "a temperature cannot be divided by one: 20 °C are not twice 10 °C", "compare their difference")
		}
		return mixed(x, y, op, at), nil
	}
	if a.bare {
		a = b
	}
	return nil, c.wrong(at, fmt.Sprintf("%s is %s, and is multiplied or divided by what is not always the same number", c.text.show(a.at), a.what()),
		"what has a unit can be scaled by a number, 2 or 0.5, and divided by what has the same unit")
}

func numeric(t *term) bool {
	return !t.bare && t.quoted == "" && (t.unit.dim == plain || t.unit.dim == score || t.unit.dim == count)
}

// times makes t times a constant number; by is that constant, and what t is multiplied by.
func times(t, with *term, op op, at span, by float64) *term {
	to := &term{op: op, a: t, b: with, at: at, unit: t.unit, weight: t.weight * by, lo: t.lo * by, hi: t.hi * by}
	if by < 0 {
		to.lo, to.hi = to.hi, to.lo
	}
	if t.unit.dim == score || t.unit.dim == count { // it is none any more
		to.unit = noUnit
	}
	return to.sane()
}

// mixed makes a number without a unit of two that vary.
func mixed(a, b *term, op op, at span) *term {
	t := &term{op: op, a: a, b: b, at: at, unit: noUnit, lo: math.Inf(-1), hi: math.Inf(1)}
	if a.lo < 0 || b.lo < 0 {
		return t
	}
	t.lo = 0
	if op == product {
		t.hi = a.hi * b.hi
	}
	if op == product && a.unit.dim == score && b.unit.dim == score {
		t.unit = ofScore
	}
	return t.sane()
}
