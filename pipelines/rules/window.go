package rules

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
)

// The longest and the shortest time that slope, mean, max and min look at.
const (
	longest  = time.Hour
	shortest = 100 * time.Millisecond
)

// windowed fills in the term of a call about a span of time.
func (c *checker) windowed(n *ast.CallNode, t *term) *Error {
	p := t.probe
	if e := c.series(n, t); e != nil {
		return e
	}
	s, e := c.argument(n, 1)
	if e != nil {
		return e
	}
	at := c.node(n.Arguments[1])
	window, ok := spanOfTime(s)
	if !ok {
		return c.wrong(at, fmt.Sprintf("%s is no span of time", quoted(s)), `write a number with a unit: "30s", "5 min", "1h"`)
	}
	p.window = window
	if e := c.possible(p, at); e != nil {
		return e
	}
	if p.fn == "slope" {
		t.unit, t.weight = t.unit.per(seconds), 0
		t.lo, t.hi = math.Inf(-1), math.Inf(1)
	}
	return nil
}

// possible checks a window.
func (c *checker) possible(p *probe, at span) *Error {
	every, what := time.Duration(0), ""
	if p.source != nil {
		every, what = p.source.Every, "results of "+p.source.name()
	} else if s := c.v.sensor(p.reading.Sensor); s != nil {
		every, what = s.Period, "readings of "+s.Name
	}
	switch w := p.window; {
	case w > longest:
		return c.wrong(at, fmt.Sprintf("a window of %v is above %s", w, short(longest)), "the last hour is all that is remembered")
	case w < shortest:
		return c.wrong(at, fmt.Sprintf("a window of %v is below %v", w, shortest), `write a longer one: "30s"`)
	case w < 2*every:
		return c.wrong(at, fmt.Sprintf("a window of %s is too short for two %s, which come every %s", short(w), what, short(every)), fmt.Sprintf("write at least %q", short(2*every)))
	}
	return nil
}

// short writes a duration without zeros: 1m, not 1m0s.
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// series finds what a call about a span of time looks at: a reading or a label by its name, or a call.
func (c *checker) series(n *ast.CallNode, t *term) *Error {
	p := t.probe
	if of, ok := n.Arguments[0].(*ast.CallNode); ok {
		return c.inner(of, t)
	}
	name, e := c.argument(n, 0)
	if e != nil {
		e.Hint = "write " + functions[p.fn].usage + fmt.Sprintf(", or %s(label(…), …)", p.fn)
		return e
	}
	if c.measured(t, name) {
		return nil
	}
	if slices.Contains(c.v.labels("", ""), name) {
		fn := p.fn
		p.fn = "label"
		e := c.about(t, name, "", n)
		p.fn = fn
		if e != nil {
			e.Hint = strings.Replace(e.Hint, "say which: ", "say which: "+fn+"(", 1) + ", …)"
		}
		return e
	}
	e = c.noReading(name)
	if !strings.Contains(name, ".") && c.v.sensor(name) == nil {
		e = &Error{What: "unknown reading or label " + quoted(name), Hint: suggest(name, slices.Concat(c.v.readings(), c.v.labels("", "")), "this pipeline has neither")}
	}
	return e.at(c.text.offsetOf(c.node(n.Arguments[0])))
}

// inner finds the label, count or reading that a call within a call asks for.
func (c *checker) inner(n *ast.CallNode, t *term) *Error {
	name, at, e := c.call(n)
	if e != nil {
		return e
	}
	p := t.probe
	fn := p.fn
	p.fn, p.counts = name, name == "count"
	defer func() { p.fn = fn }()
	switch name {
	case "label", "count":
		return c.labelled(n, t)
	case "reading":
		return c.read(n, t)
	}
	return c.wrong(at, fmt.Sprintf("%s looks at a label, a count or a reading over time, not at %s", fn, c.text.show(at)), "write "+functions[fn].usage)
}
