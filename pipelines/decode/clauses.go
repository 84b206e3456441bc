package decode

import (
	"fmt"
	"slices"
	"strings"

	"edged/pipelines"
)

// Clause is what a clause of captions has to do with labels. It holds if its label or one of Or is there, and none of Not;
// without a label, if none of Not is.
type Clause struct {
	Words string
	Label string   // what it states; empty if it only denies
	Or    []string // it may be so with these too
	Not   []string // and cannot be so with these
	Kind  string   // of one kind a caption has one, and not none if one of it holds without a label; empty for any number
	More  bool     // it says more than its label does, and so is never made of labels
	Must  bool     // a caption may not leave its label out
}

// Clauses are a grammar of captions: clauses with commas between, and a full stop. They compare what a decoder says with
// the labels of the same moment, and say it themselves where the two do not agree. They belong to one goroutine.
type Clauses struct {
	all   []Clause
	place map[string]int // by words

	is      []string // the labels that are compared
	told    []bool   // of all: which are said
	phrases phrases
}

// NewClauses returns the grammar of these clauses, which stand in the order in which a sentence has them. labels are those
// that there are.
func NewClauses(all []Clause, labels []string) (*Clauses, error) {
	c := &Clauses{all: all, place: make(map[string]int, len(all)), told: make([]bool, len(all))}
	for i := range all {
		one := &all[i]
		if at, twice := c.place[one.Words]; twice || one.Words == "" || strings.ContainsAny(one.Words, ",.") {
			return nil, fmt.Errorf("clauses: number %d, %q, is empty, holds a comma or a full stop, or is number %d too", i, one.Words, at)
		}
		c.place[one.Words] = i
		for _, name := range append(append([]string{one.Label}, one.Or...), one.Not...) {
			if name != "" && !slices.Contains(labels, name) {
				return nil, fmt.Errorf("clauses: %q speaks of %q, which is none of the labels", one.Words, name)
			}
		}
	}
	return c, nil
}

// Check compares a caption with the labels of the same moment. One that has a clause of another grammar, one that does not
// hold, or two of a kind, or leaves out a label that must be told, or a kind of which a clause holds without a label, is not right: what is then said in its place has those
// of its clauses that hold, and for each label that they leave out its first clause that says no more than the label.
func (c *Clauses) Check(said string, labels []pipelines.Label) (words string, right bool) {
	is := c.is[:0]
	for _, l := range labels {
		is = append(is, l.Name)
	}
	c.is = is
	told, right := c.read(said, is)
	for _, one := range c.all {
		if one.Must && slices.Contains(is, one.Label) && !c.tells(told, one.Label) || one.Label == "" && one.Kind != "" && !c.hasKind(told, one.Kind) {
			right = false
		}
	}
	if right {
		return said, true
	}
	return c.write(told, is), false
}

// read returns which clauses a caption has, of those that hold, and whether that is all of it.
func (c *Clauses) read(said string, is []string) (told []bool, all bool) {
	told, all = c.told, true
	clear(told)
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(said), "."), ",") {
		i, known := c.place[strings.TrimSpace(part)]
		if !known || told[i] || !c.all[i].holds(is) || c.hasKind(told, c.all[i].Kind) {
			all = false
			continue
		}
		told[i] = true
	}
	return told, all
}

// write makes a sentence of the clauses that are told, and more for the labels that they leave out.
func (c *Clauses) write(told []bool, is []string) string {
	text := c.phrases.text[:0]
	for i := range c.all {
		one := &c.all[i]
		if !told[i] && !one.More && (one.Label == "" || slices.Contains(is, one.Label)) && one.holds(is) {
			told[i] = !c.hasKind(told, one.Kind) && (one.Label == "" || !c.tells(told, one.Label))
		}
		if !told[i] {
			continue
		}
		if len(text) > 0 {
			text = append(text, ", "...)
		}
		text = append(text, one.Words...)
	}
	if len(text) > 0 {
		text = append(text, '.')
	}
	c.phrases.text = text
	return c.phrases.made()
}

// holds says whether a clause can be so while just these labels are.
func (c *Clause) holds(is []string) bool {
	has := func(name string) bool { return slices.Contains(is, name) }
	return (c.Label == "" || has(c.Label) || slices.ContainsFunc(c.Or, has)) && !slices.ContainsFunc(c.Not, has)
}

// tells says whether a clause that is told states a label.
func (c *Clauses) tells(told []bool, label string) bool {
	return c.any(told, func(one *Clause) bool { return one.Label == label })
}

func (c *Clauses) hasKind(told []bool, kind string) bool {
	return kind != "" && c.any(told, func(one *Clause) bool { return one.Kind == kind })
}

func (c *Clauses) any(told []bool, is func(*Clause) bool) bool {
	for i := range c.all {
		if told[i] && is(&c.all[i]) {
			return true
		}
	}
	return false
}
