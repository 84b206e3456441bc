package why

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"edged/pipelines"
)

// skeleton is how the clauses of a condition are joined: by and, or and not. Package rules knows it, but a ring that is read
// later, perhaps by another version, has the text alone.
type skeleton struct {
	join   join
	clause int // of a leaf
	parts  []*skeleton
}

type join byte

const (
	leaf join = iota
	and
	or
	not
)

// mostNested bounds what a stranger's text may cost.
const mostNested = 100

// skeletonOf finds the clauses in a condition's text; nil if they are not all there, or something else is.
func skeletonOf(when string, clauses []pipelines.Clause) *skeleton {
	r := &skeletonReader{rest: when, clauses: clauses}
	s := r.alternatives(mostNested)
	if s == nil || strings.TrimSpace(r.rest) != "" || r.next != len(clauses) {
		return nil
	}
	return s
}

type skeletonReader struct {
	rest    string
	clauses []pipelines.Clause
	next    int // the clause that comes
}

// alternatives reads what or joins.
func (r *skeletonReader) alternatives(deep int) *skeleton {
	return r.joined(or, []string{"||", "or"}, func() *skeleton { return r.both(deep) })
}

// both reads what and joins, which binds closer.
func (r *skeletonReader) both(deep int) *skeleton {
	return r.joined(and, []string{"&&", "and"}, func() *skeleton { return r.single(deep) })
}

func (r *skeletonReader) joined(by join, words []string, read func() *skeleton) *skeleton {
	s := &skeleton{join: by}
	for {
		part := read()
		if part == nil {
			return nil
		}
		s.parts = append(s.parts, part)
		if !r.cut(words...) {
			break
		}
	}
	if len(s.parts) == 1 {
		return s.parts[0]
	}
	return s
}

// single reads a clause, or what not or parentheses are around.
func (r *skeletonReader) single(deep int) *skeleton {
	if deep == 0 {
		return nil
	}
	if r.next < len(r.clauses) {
		if after, ok := cutText(r.rest, r.clauses[r.next].Text); ok {
			r.rest = after
			r.next++
			return &skeleton{clause: r.next - 1}
		}
	}
	switch {
	case r.cut("!", "not"):
		if s := r.single(deep - 1); s != nil {
			return &skeleton{join: not, parts: []*skeleton{s}}
		}
	case r.cut("("):
		if s := r.alternatives(deep - 1); s != nil && r.cut(")") {
			return s
		}
	}
	return nil
}

// cut takes one of some words, if it comes next.
func (r *skeletonReader) cut(words ...string) bool {
	rest := strings.TrimSpace(r.rest)
	for _, w := range words {
		after, ok := strings.CutPrefix(rest, w)
		next, _ := utf8.DecodeRuneInString(after)
		if ok && !(unicode.IsLetter(rune(w[0])) && (unicode.IsLetter(next) || unicode.IsDigit(next))) {
			r.rest = after
			return true
		}
	}
	return false
}

// cutText takes text from the beginning of s, whatever space there is.
func cutText(s, text string) (after string, ok bool) {
	for _, want := range text {
		if unicode.IsSpace(want) {
			continue
		}
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		got, n := utf8.DecodeRuneInString(s)
		if n == 0 || got != want {
			return "", false
		}
		s = s[n:]
	}
	return s, text != ""
}

// truth reckons what clauses of such truths come to, by Kleene's logic.
func (s *skeleton) truth(of []pipelines.Clause) pipelines.Truth {
	switch s.join {
	case leaf:
		return of[s.clause].Truth
	case not:
		return -s.parts[0].truth(of)
	}
	t := s.parts[0].truth(of)
	for _, p := range s.parts[1:] {
		if s.join == and {
			t = min(t, p.truth(of))
		} else {
			t = max(t, p.truth(of))
		}
	}
	return t
}

// decided returns the clauses that made the condition what it is, by their numbers: those that would have had to be otherwise
// for it to be otherwise; of what is true by several alternatives, the first.
func (s *skeleton) decided(of []pipelines.Clause) []int {
	switch s.join {
	case leaf:
		return []int{s.clause}
	case not:
		return s.parts[0].decided(of)
	}
	t := s.truth(of)
	var found []int
	for _, p := range s.parts {
		if p.truth(of) != t {
			continue
		}
		found = append(found, p.decided(of)...)
		if s.join == or && t == pipelines.True {
			break
		}
	}
	return found
}

// against says whether a clause stands under an odd number of nots.
func (s *skeleton) against(clause int) bool {
	i := slices.IndexFunc(s.parts, func(p *skeleton) bool { return p.has(clause) })
	return i >= 0 && s.parts[i].against(clause) != (s.join == not)
}

func (s *skeleton) has(clause int) bool {
	if s.join == leaf {
		return s.clause == clause
	}
	return slices.ContainsFunc(s.parts, func(p *skeleton) bool { return p.has(clause) })
}
