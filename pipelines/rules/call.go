package rules

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"edged/pipelines"
)

// function is one that conditions may call.
type function struct {
	usage string
	most  int // arguments
	least int
}

var functions = map[string]function{
	"label":   {`label("fire") or label("fire", "cam")`, 2, 1},
	"count":   {`count("person") or count("person", "cam")`, 2, 1},
	"since":   {`since("doorbell") or since("doorbell", "mic")`, 2, 1},
	"dwell":   {`dwell("person") or dwell("person", "cam")`, 2, 1},
	"reading": {`reading("air.temperature")`, 1, 1},
	"missing": {`missing("cam")`, 1, 1},
	"slope":   {`slope("air.temperature", "30s")`, 2, 2},
	"mean":    {`mean("air.temperature", "30s")`, 2, 2},
	"max":     {`max("air.temperature", "30s")`, 2, 2},
	"min":     {`min("air.temperature", "30s")`, 2, 2},
}

var functionNames = []string{"label", "count", "reading", "slope", "mean", "max", "min", "since", "missing", "dwell"}

// call reads a call: its name is one of functions, and it has as many arguments as that wants.
func (c *checker) call(n *ast.CallNode) (name string, at span, e *Error) {
	callee, ok := n.Callee.(*ast.IdentifierNode)
	at = c.node(n)
	if !ok {
		return "", at, c.wrong(at, "this cannot be called", "")
	}
	f, ok := functions[callee.Value]
	if !ok {
		return "", at, c.wrong(at, "unknown function "+quoted(callee.Value), suggest(callee.Value, functionNames, ""))
	}
	if got := len(n.Arguments); got < f.least || got > f.most {
		return "", at, c.wrong(at, fmt.Sprintf("%d arguments of %s", got, callee.Value), "write "+f.usage)
	}
	return callee.Value, at, nil
}

// argument returns the text that is given as an argument.
func (c *checker) argument(n *ast.CallNode, i int) (string, *Error) {
	if i >= len(n.Arguments) {
		return "", nil
	}
	if s, ok := n.Arguments[i].(*ast.StringNode); ok {
		return s.Value, nil
	}
	name := n.Callee.(*ast.IdentifierNode).Value
	return "", c.wrong(c.node(n.Arguments[i]), fmt.Sprintf("%s wants a text here", name), "write "+functions[name].usage)
}

// called makes the term of a call that gives a number.
func (c *checker) called(n *ast.CallNode) (*term, *Error) {
	name, at, e := c.call(n)
	if e != nil {
		return nil, e
	}
	p := &probe{fn: name, name: c.text.show(at)}
	p.nan, p.yet = p.name+": is no number", p.name+": was not told since this began, and that is not long enough ago"
	t := &term{op: called, probe: p, at: at, lo: math.Inf(-1), hi: math.Inf(1)}
	switch name {
	case "label", "count", "since", "dwell":
		e = c.labelled(n, t)
	case "reading":
		e = c.read(n, t)
	case "missing":
		return nil, c.wrong(at, t.probe.name+" is true or false, no number", "write it by itself, or !"+t.probe.name)
	default:
		e = c.windowed(n, t)
	}
	if e != nil {
		return nil, e
	}
	c.probes = append(c.probes, p)
	return t, nil
}

// labelled fills in the term of a call about a label.
func (c *checker) labelled(n *ast.CallNode, t *term) *Error {
	label, e := c.argument(n, 0)
	if e != nil {
		return e
	}
	which, e := c.argument(n, 1)
	if e != nil {
		return e
	}
	if len(n.Arguments) == 2 && which == "" {
		return c.wrong(c.node(n.Arguments[1]), "the sensor has no name", "leave it out, or name one: "+functions[t.probe.fn].usage)
	}
	return c.about(t, label, which, n)
}

// about finds the label that a call speaks of.
func (c *checker) about(t *term, label, which string, n *ast.CallNode) *Error {
	p := t.probe
	var kind pipelines.Kind
	if p.fn == "count" || p.fn == "dwell" || p.counts {
		kind = pipelines.KindDetections
	}
	source, e := c.v.source(label, which, kind)
	if e != nil {
		at := n.Arguments[0]
		if which != "" && !slices.ContainsFunc(c.v.Sources, func(s Source) bool { return s.is(which) }) {
			at = n.Arguments[1]
		}
		e.Hint = strings.Replace(e.Hint, "say which: label(", "say which: "+p.fn+"(", 1)
		return e.at(c.text.offsetOf(c.node(at)))
	}
	p.source, p.label, p.classes = source, label, indices(source.Labels, label)
	t.lo = 0
	switch p.fn {
	case "label":
		t.unit, t.hi = ofScore, 1
	case "count":
		t.unit = ofCount
	default:
		t.unit = seconds
	}
	if p.fn == "dwell" && !source.Tracked {
		return c.wrong(t.at, fmt.Sprintf("nothing follows what %s finds from picture to picture, so nobody knows how long it stays", source.Model), "let its encoder track")
	}
	return nil
}

// read fills in the term of a reading.
func (c *checker) read(n *ast.CallNode, t *term) *Error {
	called, e := c.argument(n, 0)
	if e != nil {
		return e
	}
	ok := c.measured(t, called)
	if !ok {
		return c.noReading(called).at(c.text.offsetOf(c.node(n.Arguments[0])))
	}
	return nil
}

// measured finds a reading, and returns whether there is one.
func (c *checker) measured(t *term, called string) bool {
	r, open, ok := c.v.reading(called)
	if !ok {
		return false
	}
	p := t.probe
	p.reading, p.open, p.unit = r, open, unitOf(string(r.Unit))
	if open {
		p.unit = unit{"", unknown, 0, 1, 1}
	}
	t.unit, t.weight = p.unit, 1
	t.lo, t.hi = bounds(&p.reading, p.unit)
	return true
}

func (c *checker) noReading(called string) *Error {
	sensor, _, dotted := strings.Cut(called, ".")
	if c.v.sensor(sensor) == nil && dotted {
		e := c.noSensor(sensor)
		e.What += " in " + quoted(called)
		return e
	}
	all := c.v.readings()
	e := &Error{What: "unknown reading " + quoted(called), Hint: suggest(called, all, "no sensor of this pipeline gives readings")}
	if i := slices.IndexFunc(all, func(r string) bool { return strings.HasPrefix(r, called+".") }); i >= 0 {
		e.Hint = fmt.Sprintf("say which of its values: %q", all[i])
	}
	return e
}
