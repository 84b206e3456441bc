package rules

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// What a condition may be at most. Compile's work, and Look's, is bounded by these alone.
const (
	maxBytes = 1000
	maxNodes = 200 // of expr's tree
	maxDepth = 32  // of that tree, and of parentheses
)

// maxInteger is the largest number without a point: expr's integers are Go's, and those of 32 bits on some boards.
const maxInteger = 1<<31 - 1

// text is a condition with its words.
type text struct {
	when   string
	tokens []token // the last is the end's
	bytes  []int   // the offset of each rune, and of the end
}

// token is a word of a condition.
type token struct {
	kind     lexer.Kind
	value    string
	from, to int // in bytes
}

func (t token) is(kind lexer.Kind, value string) bool { return t.kind == kind && t.value == value }

// split finds the words of a condition. expr's lexer does; what is no part of our language is refused here, word by word.
func split(when string) (*text, *Error) {
	switch {
	case len(when) > maxBytes:
		return nil, &Error{Offset: maxBytes, What: fmt.Sprintf("the condition has %d bytes; at most %d are read", len(when), maxBytes), Hint: "make two alerts of it"}
	case !utf8.ValidString(when):
		return nil, &Error{What: "the condition is not UTF-8"}
	}
	t := &text{when: when}
	for i := range when {
		t.bytes = append(t.bytes, i)
	}
	t.bytes = append(t.bytes, len(when))
	all, err := lexer.Lex(file.NewSource(when))
	if err != nil {
		return nil, t.wrong(err)
	}
	for _, k := range all {
		t.tokens = append(t.tokens, token{k.Kind, k.Value, t.offset(k.From), t.offset(k.To)})
	}
	if len(t.tokens) < 2 {
		return nil, &Error{What: "the condition is empty", Hint: `write one: label("fire") > 0.8`}
	}
	t.tokens[len(t.tokens)-1].from, t.tokens[len(t.tokens)-1].to = len(when), len(when)
	return t, nil
}

// offset returns the bytes before a rune.
func (t *text) offset(rune int) int { return t.bytes[min(max(rune, 0), len(t.bytes)-1)] }

// tree parses a condition whose words are all good. Our functions go before expr's builtins of the same names.
//
// expr's parser is another's code: should it panic, the condition is refused.
func (t *text) tree() (node ast.Node, wrong *Error) {
	defer func() {
		if r := recover(); r != nil {
			node, wrong = nil, &Error{What: fmt.Sprintf("the condition cannot be read: %v", r)}
		}
	}()
	c := conf.CreateNew()
	c.MaxNodes = maxNodes
	for name := range functions {
		c.Functions[name] = nil
	}
	tree, err := parser.ParseWithConfig(t.when, c)
	if err != nil {
		return nil, t.wrong(err)
	}
	return tree.Node, nil
}

// wrong says in our words what expr found wrong.
func (t *text) wrong(err error) *Error {
	var of *file.Error
	if !errors.As(err, &of) {
		return &Error{What: err.Error()}
	}
	e := &Error{Offset: t.offset(of.From), What: of.Message}
	switch m := of.Message; {
	case strings.Contains(m, "maximum allowed nodes"):
		e.What, e.Hint = fmt.Sprintf("the condition has more than %d parts", maxNodes), "make two alerts of it"
	case strings.HasPrefix(m, "unexpected token EOF"):
		e.Offset, e.What, e.Hint = len(t.when), "the condition ends where it should go on", "a value or a closing parenthesis is missing"
	case strings.HasPrefix(m, "unexpected token"):
		e.What, e.Hint = fmt.Sprintf("%s is unexpected here", quoted(t.word(e.Offset))), "an operator, a comma or a parenthesis is missing, or is one too many"
	case strings.HasPrefix(m, "literal not terminated"):
		e.Offset, e.What, e.Hint = t.opened(), "a text that is not closed", `close it with the same mark: "fire"`
	case strings.HasPrefix(m, "bad number syntax"):
		word, _ := strconv.Unquote(m[strings.Index(m, ": ")+2:])
		e.Offset = max(0, t.offset(of.To)-len(word))
		e.What, e.Hint = fmt.Sprintf("the number %s cannot be read", cut(word)), withUnit
	case strings.HasPrefix(m, "unrecognized character"):
		r, _ := utf8.DecodeRuneInString(t.when[e.Offset:])
		e.What, e.Hint = fmt.Sprintf("%q means nothing here", r), letters[r]
	}
	return e
}

const withUnit = `a number with a unit is a text: "35 °C"`

// letters are some that one may well try, and what to write in their place.
var letters = map[rune]string{
	'“': straight, '”': straight, '„': straight, '‘': straight, '’': straight, '«': straight, '»': straight,
	'≥': "write >=", '≤': "write <=", '≠': "write !=", '∧': "write &&", '∨': "write ||", '¬': "write !", '·': "write *", '×': "write *", '−': "write -",
	'°': withUnit, '℃': withUnit, '‰': withUnit,
}

const straight = `write texts in straight marks: "fire"`

// word returns the word at an offset.
func (t *text) word(offset int) string {
	for _, k := range t.tokens {
		if k.from <= offset && offset < k.to {
			return t.when[k.from:k.to]
		}
	}
	return t.when[offset:]
}

// opened returns where the text begins that nothing closes: at the last mark that opens one.
func (t *text) opened() int {
	at, mark := 0, byte(0)
	for i := 0; i < len(t.when); i++ {
		switch c := t.when[i]; {
		case mark != 0 && c == '\\' && mark != '`':
			i++
		case c == mark:
			mark = 0
		case mark == 0 && (c == '"' || c == '\'' || c == '`'):
			at, mark = i, c
		}
	}
	return at
}

// span is a part of a condition: its first and its last word.
type span struct{ first, last int }

// at returns the word at an offset.
func (t *text) at(offset int) span {
	for i, k := range t.tokens {
		if k.from >= offset {
			return span{i, i}
		}
	}
	return span{len(t.tokens) - 1, len(t.tokens) - 1}
}

// whole returns the least part of the condition that has both a and b and closes its parentheses.
func (t *text) whole(a, b span) span {
	s := span{min(a.first, b.first), max(a.last, b.last)}
	for {
		open, lacks := 0, 0
		for _, k := range t.tokens[s.first : s.last+1] {
			switch {
			case k.is(lexer.Bracket, "("):
				open++
			case k.is(lexer.Bracket, ")") && open == 0:
				lacks++
			case k.is(lexer.Bracket, ")"):
				open--
			}
		}
		switch {
		case lacks > 0 && s.first > 0:
			s.first--
		case open > 0 && s.last < len(t.tokens)-2:
			s.last++
		default:
			return s
		}
	}
}

// show returns a part as it is written, with one space where there are any.
func (t *text) show(s span) string {
	var b strings.Builder
	for i := s.first; i <= s.last; i++ {
		k := t.tokens[i]
		if i > s.first && k.from > t.tokens[i-1].to {
			b.WriteByte(' ')
		}
		b.WriteString(t.when[k.from:k.to])
	}
	return b.String()
}

// offsetOf returns where a part begins.
func (t *text) offsetOf(s span) int { return t.tokens[s.first].from }
