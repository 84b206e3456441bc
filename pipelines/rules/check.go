package rules

import (
	"fmt"

	"github.com/expr-lang/expr/ast"
)

// checker makes the parts of a rule of expr's tree, and refuses what makes no sense.
type checker struct {
	text    *text
	v       *Vocabulary
	probes  []*probe
	clauses []*clause
}

func (c *checker) wrong(at span, what, hint string) *Error {
	return &Error{Offset: c.text.offsetOf(at), What: what, Hint: hint}
}

// node returns the words of a part of the tree.
func (c *checker) node(n ast.Node) span {
	at := c.text.at(c.text.offset(n.Location().From))
	switch n := n.(type) {
	case *ast.BinaryNode:
		return c.text.whole(c.node(n.Left), c.node(n.Right))
	case *ast.UnaryNode:
		return c.text.whole(at, c.node(n.Node))
	case *ast.CallNode:
		if len(n.Arguments) == 0 {
			return c.text.whole(at, span{at.first, min(at.last+1, len(c.text.tokens)-2)})
		}
		for _, a := range n.Arguments {
			at = c.text.whole(at, c.node(a))
		}
	}
	return at
}

// depth returns how deep a tree is. A row of one operator, a && b && c, counts once: the tree's nodes are few anyway.
func depth(n ast.Node) int {
	deepest := 0
	for _, kid := range kids(n) {
		d := depth(kid)
		if a, ok := n.(*ast.BinaryNode); ok && kid == a.Left {
			if b, ok := kid.(*ast.BinaryNode); ok && a.Operator == b.Operator {
				d--
			}
		}
		deepest = max(deepest, d)
	}
	return deepest + 1
}

// kids returns the parts of what conditions may have.
func kids(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.CallNode:
		return n.Arguments
	}
	return nil
}

// branch is a part of a condition that is true or false: a clause, or what && || and ! make of others.
type branch struct {
	op     join
	clause int
	a, b   *branch
}

// join is what a branch does.
type join uint8

const (
	leaf join = iota
	not
	and
	or
)

var joins = map[string]join{"&&": and, "and": and, "||": or, "or": or, "!": not, "not": not}

// condition makes a branch. against says whether it stands under an odd number of nots.
func (c *checker) condition(n ast.Node, against bool) (*branch, *Error) {
	switch n := n.(type) {
	case *ast.UnaryNode:
		if joins[n.Operator] == not {
			a, e := c.condition(n.Node, !against)
			return &branch{op: not, a: a}, e
		}
	case *ast.BinaryNode:
		if op, ok := joins[n.Operator]; ok {
			return c.joined(n, op, against)
		}
		if op, ok := comparisons[n.Operator]; ok {
			return c.compare(n, op, against)
		}
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok && callee.Value == "missing" {
			return c.missing(n, against)
		}
	}
	return nil, c.noCondition(n)
}

func (c *checker) joined(n *ast.BinaryNode, op join, against bool) (*branch, *Error) {
	a, e := c.condition(n.Left, against)
	if e != nil {
		return nil, e
	}
	b, e := c.condition(n.Right, against)
	return &branch{op: op, a: a, b: b}, e
}

// noCondition says that a part is a number, or a text, where a condition is wanted.
func (c *checker) noCondition(n ast.Node) *Error {
	switch n := n.(type) {
	case *ast.StringNode:
		return c.wrong(c.node(n), fmt.Sprintf("the text %s is neither true nor false", quoted(n.Value)), fmt.Sprintf("ask for its score: label(%q) > 0.5", cut(n.Value)))
	case *ast.NilNode, *ast.IntegerNode, *ast.FloatNode, *ast.UnaryNode, *ast.BinaryNode, *ast.CallNode:
	default:
		return c.foreign(n)
	}
	t, e := c.term(n)
	if e != nil {
		return e
	}
	what := fmt.Sprintf("%s is %s, neither true nor false", c.text.show(t.at), t.what())
	return c.wrong(t.at, what, fmt.Sprintf("compare it: %s > %s", c.text.show(t.at), t.example()))
}

// example is what t may be compared with.
func (t *term) example() string {
	switch u := t.unit; {
	case u.dim == score:
		return "0.5"
	case u.dim == duration:
		return `"30s"`
	case u.name != "":
		return fmt.Sprintf("%q", "1 "+u.name)
	}
	return "1"
}

// foreign refuses what expr has and conditions have not. Words have been refused before: this is the second door.
func (c *checker) foreign(n ast.Node) *Error {
	return c.wrong(c.node(n), fmt.Sprintf("%s is no part of conditions", c.text.show(c.node(n))), "conditions have functions, numbers, comparisons, && || ! and + - * /")
}

// term makes a number.
func (c *checker) term(n ast.Node) (*term, *Error) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return bare(float64(n.Value), c.node(n)), nil
	case *ast.FloatNode:
		return bare(n.Value, c.node(n)), nil
	case *ast.StringNode:
		return c.quantity(n)
	case *ast.CallNode:
		return c.called(n)
	case *ast.UnaryNode:
		if n.Operator == "-" || n.Operator == "+" {
			return c.signed(n)
		}
		return nil, c.notNumber(n)
	case *ast.BinaryNode:
		if op, ok := arithmetic[n.Operator]; ok {
			return c.reckon(n, op)
		}
		return nil, c.noNumber(n)
	}
	return nil, c.foreign(n)
}

func bare(x float64, at span) *term {
	return &term{op: constant, number: x, at: at, unit: noUnit, bare: true, lo: x, hi: x}
}

// notNumber refuses a not where a number is wanted; most likely it is to be that of a comparison.
func (c *checker) notNumber(n *ast.UnaryNode) *Error {
	e := c.noNumber(n)
	if _, ok := n.Node.(*ast.CallNode); ok {
		e.Hint = fmt.Sprintf("%s goes before a comparison: put that in parentheses, %s (%s > …)", n.Operator, n.Operator, c.text.show(c.node(n.Node)))
	}
	return e
}

func (c *checker) noNumber(n ast.Node) *Error {
	return c.wrong(c.node(n), fmt.Sprintf("%s is true or false, no number", c.text.show(c.node(n))), "put parentheses around what is to be compared, or join two conditions with && or ||")
}

// quantity makes the constant of a number with a unit.
func (c *checker) quantity(n *ast.StringNode) (*term, *Error) {
	at := c.node(n)
	x, u, ok := quantity(n.Value)
	switch {
	case !ok:
		hint := withUnit
		if len(c.v.labels("", "")) > 0 {
			hint += `; the score of a label is label("fire")`
		}
		return nil, c.wrong(at, fmt.Sprintf("the text %s is no number with a unit", quoted(n.Value)), hint)
	case u.dim == plain:
		return bare(x, at), nil
	}
	return &term{op: constant, number: x, at: at, unit: u, weight: 1, quoted: n.Value, lo: x, hi: x}, nil
}

// signed makes -x, and of +x x.
func (c *checker) signed(n *ast.UnaryNode) (*term, *Error) {
	a, e := c.term(n.Node)
	if e != nil || n.Operator == "+" {
		return a, e
	}
	if a.quoted != "" {
		return nil, c.wrong(c.node(n), "the sign of a number with a unit stands outside its text", fmt.Sprintf("write %q", "-"+a.quoted))
	}
	t := *a
	t.at, t.lo, t.hi = c.node(n), -a.hi, -a.lo
	if a.constant() {
		t.number = -a.number
		return &t, nil
	}
	t.op, t.a, t.weight, t.probe = negative, a, -a.weight, nil
	return &t, nil
}

var arithmetic = map[string]op{"+": sum, "-": difference, "*": product, "/": quotient}

// reckon makes the sum, difference, product or quotient of two numbers.
func (c *checker) reckon(n *ast.BinaryNode, op op) (*term, *Error) {
	a, e := c.term(n.Left)
	if e != nil {
		return nil, e
	}
	b, e := c.term(n.Right)
	if e != nil {
		return nil, e
	}
	at := c.node(n)
	switch {
	case a.bare && b.bare:
		x := op.of(a.number, b.number)
		if !finite(x) {
			return nil, c.wrong(at, c.text.show(at)+" is no number", "")
		}
		return bare(x, at), nil
	case a.constant() && b.constant():
		return nil, c.wrong(at, c.text.show(at)+" is always the same", "write what it comes to")
	case op == sum || op == difference:
		return c.added(a, b, op, at)
	}
	return c.scaled(a, b, op, at)
}

// added makes a sum or difference of numbers in one unit. A constant is then by how much: a difference of temperatures.
func (c *checker) added(a, b *term, op op, at span) (*term, *Error) {
	a, b, e := c.meet(a, b, false)
	if e != nil {
		return nil, e
	}
	t := &term{op: op, a: a, b: b, at: at, unit: a.unit}
	if a.unit.dim != b.unit.dim {
		t.unit = noUnit
	}
	if op == sum {
		t.weight, t.lo, t.hi = a.weight+b.weight, a.lo+b.lo, a.hi+b.hi
	} else {
		t.weight, t.lo, t.hi = a.weight-b.weight, a.lo-b.hi, a.hi-b.lo
	}
	return t.sane(), nil
}
