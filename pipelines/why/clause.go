package why

import (
	"strings"

	"edged/pipelines"
	"edged/pipelines/alerts"
)

// decided is a clause that decided a condition.
type decided struct {
	pipelines.Clause
	index   int
	against bool // the condition holds rather if it does not
}

// decidedOf returns the clauses that decided a condition at a look. Of one whose structure is not seen, those that are as it is.
func decidedOf(l *alerts.Looked) []decided {
	s := skeletonOf(l.Text, l.Clauses)
	if s == nil || s.truth(l.Clauses) != l.Truth {
		var alike, all []decided
		for i, c := range l.Clauses {
			if all = append(all, decided{Clause: c, index: i}); c.Truth == l.Truth {
				alike = append(alike, all[i])
			}
		}
		if len(alike) > 0 {
			return alike
		}
		return all
	}
	var found []decided
	for _, i := range s.decided(l.Clauses) {
		found = append(found, decided{l.Clauses[i], i, s.against(i)})
	}
	return found
}

// comparison is what a clause compares, as its text has it.
type comparison struct {
	left, op, right string
}

// ops are the operators of comparisons, the longer first.
var ops = [...]string{"<=", ">=", "==", "!=", "<", ">"}

// comparison finds the sides of a clause; ok is false if it is none of numbers, as missing("cam").
func (d *decided) comparison() (c comparison, ok bool) {
	var mark rune
	for i, r := range d.Text {
		switch {
		case mark != 0:
			if r == mark {
				mark = 0
			}
			continue
		case r == '"' || r == '\'' || r == '`':
			mark = r
			continue
		}
		for _, op := range ops {
			if right, found := strings.CutPrefix(d.Text[i:], op); found {
				return comparison{strings.TrimSpace(d.Text[:i]), op, strings.TrimSpace(right)}, true
			}
		}
	}
	return comparison{}, false
}

// constant says whether a side of a comparison never changes: it calls nothing.
func constant(side string) bool {
	return !strings.Contains(side, "(") || strings.Trim(side, "()-+ 0123456789.eE") == ""
}

// holds compares two numbers as op says.
func (c comparison) holds(left, right float64) bool {
	switch c.op {
	case "<=":
		return left <= right
	case ">=":
		return left >= right
	case "==":
		return left == right
	case "!=":
		return left != right
	case "<":
		return left < right
	}
	return left > right
}

// plain returns the sides of a comparison as they would be without hysteresis: package rules has moved the constant, or the
// right side if there is none, by a part of its magnitude.
func (d *decided) plain(c comparison, ease float64) (left, right float64) {
	if c.op == "==" || c.op == "!=" || ease <= 0 || ease >= 1 {
		return d.Left, d.Right
	}
	if (c.op[0] == '>') != d.against {
		ease = -ease
	}
	moved := func(x, by float64) float64 {
		if x < 0 {
			by = -by
		}
		return x / (1 + by)
	}
	if constant(c.left) && !constant(c.right) {
		return moved(d.Left, -ease), d.Right
	}
	return d.Left, moved(d.Right, ease)
}

// easedOf returns the clause of an open alert's condition that holds by hysteresis alone, by its number; -1 if there is none.
func easedOf(t *alerts.Trace) int {
	if t.Rule.Ease == 0 || t.When.Truth != pipelines.True {
		return -1
	}
	for _, d := range decidedOf(&t.When) {
		c, ok := d.comparison()
		if !ok {
			continue
		}
		if left, right := d.plain(c, t.Rule.Ease); c.holds(left, right) != c.holds(d.Left, d.Right) {
			return d.index
		}
	}
	return -1
}
