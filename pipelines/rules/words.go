package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/parser/lexer"
)

// operators are those of expr's that conditions have.
var operators = []string{"+", "-", "*", "/", "&&", "||", "!", "and", "or", "not", "==", "!=", "<", "<=", ">", ">=", ","}

// refused are words of expr that a user may well try, and what to write in their place.
var refused = map[string]string{
	"=":   "equal is ==; for scores and readings use >= or <=",
	"&":   "and is &&",
	"|":   "or is ||",
	"#":   "conditions have no loops; mean, max, min and slope look at a span of time",
	"?":   "conditions do not choose; write a && b || !a && c",
	"??":  "what is missing is unknown; ask missing(…)",
	"?.":  "what is missing is unknown; ask missing(…)",
	"let": "conditions have no variables; write the value where it is wanted",
	"if":  "conditions do not choose; write a && b || !a && c",
	";":   "a condition is one expression; join two with && or ||",
	"in":  "compare with each: a == 1 || a == 2",
	"..":  "compare with both ends: 18 <= a && a <= 25",
	".":   `readings are asked for by reading("air.temperature")`,
	"[":   "conditions have no lists",
	"{":   "conditions have no maps or blocks",
	"^":   "multiply, or divide",
	"**":  "multiply, or divide",
	"%":   `a percentage is a text: "80 %"`,
}

// tried are names that conditions do not have.
var tried = map[string]string{
	"AND": "write and, or &&", "OR": "write or, or ||", "NOT": "write not, or !",
	"for": "how long it must hold is a key of the alert beside when: for: 2s",
}

// words checks each word, and that names are those of functions.
func (t *text) words(v *Vocabulary) *Error {
	deep := 0
	for i, k := range t.tokens {
		var e *Error
		switch k.kind {
		case lexer.Bracket:
			e = t.bracket(k, &deep)
		case lexer.Operator:
			if !slices.Contains(operators, k.value) {
				e = &Error{What: fmt.Sprintf("%q is no part of conditions", k.value), Hint: refused[k.value]}
			}
		case lexer.Bytes:
			e = &Error{What: "conditions have no bytes", Hint: `write a text: "fire"`}
		case lexer.String:
			if strings.ContainsAny(t.when[k.from:k.to], "\n\r") {
				e = &Error{What: "a text that goes on in the next line", Hint: "names and units stand in one line"}
			}
		case lexer.Number:
			e = number(k.value)
		case lexer.Identifier:
			e = t.name(i, v)
		}
		if e != nil {
			return e.at(k.from)
		}
	}
	return nil
}

func (t *text) bracket(k token, deep *int) *Error {
	switch k.value {
	case "(":
		*deep++
	case ")":
		*deep--
	default:
		return &Error{What: fmt.Sprintf("%q is no part of conditions", k.value), Hint: refused[k.value]}
	}
	if *deep > maxDepth {
		return tooDeep()
	}
	return nil
}

func tooDeep() *Error {
	return &Error{What: fmt.Sprintf("the condition is nested more than %d deep", maxDepth), Hint: "leave out parentheses, or make two alerts of it"}
}

// number reads a number as expr does, and refuses what it would read differently on boards of 32 bits.
func number(s string) *Error {
	digits := strings.ToLower(strings.ReplaceAll(s, "_", ""))
	base := 10
	if len(digits) > 1 && strings.ContainsAny(digits[1:2], "xbo") {
		base = 0
	}
	var err error
	if n := int64(0); base == 10 && strings.ContainsAny(digits, ".e") {
		_, err = strconv.ParseFloat(digits, 64)
	} else if n, err = strconv.ParseInt(digits, base, 64); err == nil && n > maxInteger {
		return &Error{What: fmt.Sprintf("the number %s is above %d", s, maxInteger), Hint: "write it with a point: " + s + ".0"}
	}
	if err != nil {
		return &Error{What: fmt.Sprintf("the number %s cannot be read", cut(s)), Hint: "write it as 0.8, 35 or 1e-3"}
	}
	return nil
}

// name checks the name at i: it must be a function's.
func (t *text) name(i int, v *Vocabulary) *Error {
	name := t.tokens[i].value
	next := t.tokens[i+1] // there is the end's, at least
	switch {
	case next.is(lexer.Bracket, "("):
		if _, ok := functions[name]; ok {
			return nil
		}
		return &Error{What: fmt.Sprintf("unknown function %s", quoted(name)), Hint: suggest(name, functionNames, "")}
	case name == "true" || name == "false":
		return &Error{What: fmt.Sprintf("%s decides the condition for ever", name), Hint: "leave it out"}
	case next.is(lexer.Operator, "."):
		return &Error{What: fmt.Sprintf("unknown name %s", quoted(name)), Hint: fmt.Sprintf("write reading(%q)", t.dotted(i))}
	}
	e := &Error{What: fmt.Sprintf("unknown name %s", quoted(name)), Hint: "labels, sensors and units are texts, in straight marks"}
	if hint := tried[name]; hint != "" {
		e.Hint = hint
	} else if _, ok := functions[name]; ok {
		e.What, e.Hint = fmt.Sprintf("%s is a function, and nothing is asked of it", name), "write "+functions[name].usage
	} else if len(v.labels("", "")) > 0 && slices.Contains(v.labels("", ""), name) {
		e.Hint = fmt.Sprintf("write label(%q)", name)
	} else if v.sensor(name) != nil {
		e.Hint = fmt.Sprintf("write missing(%q), or a reading of it", name)
	}
	return e
}

// dotted returns the name at i with what follows it behind points.
func (t *text) dotted(i int) string {
	last := i
	for last+2 < len(t.tokens) && t.tokens[last+1].is(lexer.Operator, ".") && t.tokens[last+2].kind == lexer.Identifier {
		last += 2
	}
	return t.when[t.tokens[i].from:t.tokens[last].to]
}
