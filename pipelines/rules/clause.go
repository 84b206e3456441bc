package rules

import (
	"fmt"
	"math"

	"github.com/expr-lang/expr/ast"

	"edged/pipelines"
)

// clause is a comparison of a condition, or a call of missing.
type clause struct {
	text        string
	at          span
	op          comparison
	left, right *term // nil of missing
	missing     string
	against     bool // it stands under an odd number of nots: the condition holds rather if this does not
	probes      []*probe
	nan         string // in words: a side is no number
}

// comparison is what a clause asks.
type comparison uint8

const (
	equal comparison = iota
	unequal
	less
	lessOrEqual
	greater
	greaterOrEqual
)

var comparisons = map[string]comparison{"==": equal, "!=": unequal, "<": less, "<=": lessOrEqual, ">": greater, ">=": greaterOrEqual}

// holds compares two numbers; with what is none, nothing is known.
func (op comparison) holds(l, r float64) pipelines.Truth {
	var is bool
	switch op {
	case equal:
		is = l == r
	case unequal:
		is = l != r
	case less:
		is = l < r
	case lessOrEqual:
		is = l <= r
	case greater:
		is = l > r
	default:
		is = l >= r
	}
	switch {
	case l != l || r != r:
		return pipelines.Unknown
	case is:
		return pipelines.True
	}
	return pipelines.False
}

// eased moves the constant of a comparison, or its right side if both vary, by a part of its magnitude, so that the
// comparison holds rather.
func (cl *clause) eased(l, r, ease float64) (float64, float64) {
	if cl.against {
		ease = -ease
	}
	switch cl.op {
	case equal, unequal:
		return l, r
	case greater, greaterOrEqual:
		ease = -ease
	}
	if cl.left.constant() && !cl.right.constant() {
		return l - float64(ease*math.Abs(l)), r
	}
	return l, r + float64(ease*math.Abs(r))
}

// missing makes the clause of a call of missing.
func (c *checker) missing(n *ast.CallNode, against bool) (*branch, *Error) {
	_, at, e := c.call(n)
	if e != nil {
		return nil, e
	}
	name, e := c.argument(n, 0)
	if e != nil {
		return nil, e
	}
	if c.v.sensor(name) == nil {
		return nil, c.noSensor(name).at(c.text.offsetOf(c.node(n.Arguments[0])))
	}
	return c.clause(&clause{text: c.text.show(at), at: at, missing: name, against: against}), nil
}

func (c *checker) noSensor(name string) *Error {
	var names []string
	for _, s := range c.v.Sensors {
		names = append(names, s.Name)
	}
	return &Error{What: "unknown sensor " + quoted(name), Hint: suggest(name, names, "this pipeline has no sensors")}
}

func (c *checker) clause(cl *clause) *branch {
	c.clauses = append(c.clauses, cl)
	return &branch{clause: len(c.clauses) - 1}
}

// compare makes the clause of a comparison.
func (c *checker) compare(n *ast.BinaryNode, op comparison, against bool) (*branch, *Error) {
	l, e := c.side(n.Left)
	if e != nil {
		return nil, e
	}
	r, e := c.side(n.Right)
	if e != nil {
		return nil, e
	}
	cl := &clause{at: c.node(n), op: op, against: against}
	cl.text = c.text.show(cl.at)
	cl.nan = cl.text + ": a side of it is no number"
	if l.constant() && r.constant() {
		return nil, c.wrong(cl.at, cl.text+" compares what is always the same", `ask for something: label("fire") > 0.8`)
	}
	if cl.left, cl.right, e = c.meet(l, r, true); e != nil {
		return nil, e
	}
	for _, t := range []*term{cl.left, cl.right} {
		t.probes(func(p *probe) { cl.probes = append(cl.probes, p) })
	}
	if e := c.possibly(cl); e != nil {
		return nil, e
	}
	return c.clause(cl), nil
}

// side makes one side of a comparison.
func (c *checker) side(n ast.Node) (*term, *Error) {
	if call, ok := n.(*ast.CallNode); ok {
		if callee, ok := call.Callee.(*ast.IdentifierNode); ok && callee.Value == "missing" {
			return nil, c.wrong(c.node(n), c.text.show(c.node(n))+" is true or false: it is not compared", "write it by itself, or with ! before it")
		}
	}
	return c.term(n)
}

// possibly refuses a comparison that can never hold, or always does, or hangs on the last bit of a measurement.
func (c *checker) possibly(cl *clause) *Error {
	l, r := cl.left, cl.right
	if l.op == called && r.op == called && l.probe.same(r.probe) {
		return c.wrong(cl.at, cl.text+" compares something with itself", "compare it with a number")
	}
	if cl.op == equal || cl.op == unequal {
		for _, t := range []*term{l, r} {
			if !t.constant() && !t.exact() {
				return c.wrong(cl.at, fmt.Sprintf("%s: what is measured is hardly ever the same to the last digit", cl.text), "write <= or >=")
			}
		}
	}
	if never, always := cl.decided(); never || always {
		return c.decidedOf(cl, never)
	}
	return nil
}

// exact says whether t may well be the same twice: a count, or what has no unit, such as the state of a switch.
func (t *term) exact() bool {
	d := t.unit.dim
	return (d == count || d == plain || d == unknown) && !(t.op == called && t.probe.window > 0)
}

// decided says whether a comparison cannot hold, or cannot but hold, by what its sides can be at all.
func (cl *clause) decided() (never, always bool) {
	l, r := cl.left, cl.right
	below, notAbove := l.hi < r.lo, l.hi <= r.lo
	above, notBelow := l.lo > r.hi, l.lo >= r.hi
	whole := cl.wholes()
	switch cl.op {
	case less:
		return notBelow, below
	case lessOrEqual:
		return above, notAbove
	case greater:
		return notAbove, above
	case greaterOrEqual:
		return below, notBelow
	case equal:
		return below || above || !whole, false
	}
	return false, below || above || !whole
}

// wholes says whether a count is compared with a whole number, or with something that varies.
func (cl *clause) wholes() bool {
	for _, t := range []*term{cl.left, cl.right} {
		if t.constant() && t.unit.dim == count && t.number != math.Trunc(t.number) {
			return false
		}
	}
	return true
}

// decidedOf says that a comparison is decided, why, and what may have been meant.
func (c *checker) decidedOf(cl *clause, never bool) *Error {
	verdict := " always holds"
	if never {
		verdict = " can never hold"
	}
	t, k := cl.left, cl.right
	if t.constant() {
		t, k = k, t
	}
	what := c.text.show(t.at)
	switch {
	case !cl.wholes() && (cl.op == equal || cl.op == unequal):
		what += " is a whole number"
	case t.unit.dim == score:
		what += " is a score, from 0 to 1"
	case math.IsInf(t.hi, 1):
		what += " is at least " + amount(t.lo, t.unit)
	case math.IsInf(t.lo, -1):
		what += " is at most " + amount(t.hi, t.unit)
	default:
		what += " is between " + amount(t.lo, t.unit) + " and " + amount(t.hi, t.unit)
	}
	return c.wrong(cl.at, cl.text+verdict+": "+what, c.meant(t, k))
}

func amount(x float64, u unit) string {
	if u.name == "" {
		return fmt.Sprintf("%.6g", x)
	}
	return fmt.Sprintf("%.6g %s", x, u.name)
}

// meant guesses what the constant k was to be, beside t.
func (c *checker) meant(t, k *term) string {
	x := k.number
	switch {
	case !k.constant():
		return ""
	case t.unit.dim == score && x > 1 && x <= 100:
		return fmt.Sprintf("did you mean %v?", x/100)
	case t.unit.dim == "pressure" && t.unit.name == "Pa" && 100 <= x && x <= 2000:
		return fmt.Sprintf(`did you mean "%v hPa"?`, x)
	case t.unit.dim == "level" && x > 0:
		return fmt.Sprintf("0 dBFS is the loudest sound there is; did you mean -%v?", x)
	case t.unit.dim == count:
		return "things are counted from 0"
	}
	return ""
}
