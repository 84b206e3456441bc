package sim

import (
	"fmt"
	"slices"
	"strings"
)

// clause is an event and its words. Several events are told in this order.
type clause struct {
	event Situation
	words string
}

var eventClauses = [...]clause{
	{Fire, "a fire burns"},
	{CookingSmoke, "something on the stove smokes"},
	{GlassBreaks, "glass breaks"},
	{Knock, "somebody knocks"},
	{DoorOpens, "the door is open"},
	{KettleBoils, "the kettle boils"},
	{WasherRuns, "the washing machine runs"},
	{WasherUnbalanced, "the washing machine is out of balance"},
	{WindowOpen, "the window is open"},
	{Television, "the television is on"},
}

const eventSet Set = 1<<Fire | 1<<CookingSmoke | 1<<GlassBreaks | 1<<Knock | 1<<DoorOpens | 1<<KettleBoils |
	1<<WasherRuns | 1<<WasherUnbalanced | 1<<WindowOpen | 1<<Television

const (
	alarmWords = "the smoke alarm rings"
	shownWords = "the television shows a fire"
	catWords   = "a cat is there"
	dogWords   = "a dog is there"
	fallWords  = "a person has fallen"
)

// peopleWords are by number of people; one person's place may follow.
var peopleWords = [...]string{"nobody is there", "a person is there", "two people are there", "several people are there"}

// wherePhrases are a person's words at a place.
var wherePhrases = [places]string{
	AtDoor: "a person is at the door", AtWindow: "a person is at the window", AtSofa: "a person sits on the sofa",
	AtTable: "a person sits at the table", AtStove: "a person is at the stove", AtTelevision: "a person is at the television",
	AtWasher: "a person is at the washing machine",
}

// Caption says the facts in one sentence.
func (f Facts) Caption() string { return strings.Join(f.clauses(), ", ") + "." }

func (f Facts) clauses() []string {
	all := []string{f.who()}
	add := func(words string, is bool) {
		if is {
			all = append(all, words)
		}
	}
	add(fallWords, f.Fallen)
	add(catWords, f.Cat)
	add(dogWords, f.Dog)
	for _, c := range eventClauses {
		switch {
		case !f.Going.Has(c.event):
		case c.event == Television && f.FireShown:
			all = append(all, shownWords)
		default:
			all = append(all, c.words)
		}
	}
	add(alarmWords, f.Ringing)
	return all
}

func (f Facts) who() string {
	if f.People == 1 && f.Where != Nowhere {
		return wherePhrases[f.Where]
	}
	return peopleWords[f.People]
}

// ParseCaption returns the facts that a sentence of Caption's grammar states. Clauses may come in any order. A clause
// that is none of the grammar's is an error that quotes it; the facts of the others are returned all the same.
func ParseCaption(sentence string) (Facts, error) {
	var f Facts
	var wrong []string
	for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSpace(sentence), "."), ",") {
		if part = strings.TrimSpace(part); !f.state(part) {
			wrong = append(wrong, fmt.Sprintf("%q", part))
		}
	}
	if wrong != nil {
		return f, fmt.Errorf("caption: no clause of the grammar: %s", strings.Join(wrong, ", "))
	}
	return f, nil
}

// state adds what a clause states; it returns false for one that is none.
func (f *Facts) state(words string) bool {
	if i := slices.Index(peopleWords[:], words); i >= 0 {
		f.People = i
		return true
	}
	if i := slices.Index(wherePhrases[:], words); i > 0 {
		f.People, f.Where = 1, Place(i)
		return true
	}
	for _, c := range eventClauses {
		if words == c.words {
			f.Going |= 1 << c.event
			return true
		}
	}
	switch words {
	case fallWords:
		f.Fallen = true
	case catWords:
		f.Cat = true
	case dogWords:
		f.Dog = true
	case alarmWords:
		f.Ringing = true
	case shownWords:
		f.FireShown = true
		f.Going |= 1 << Television
	default:
		return false
	}
	return true
}

// Tokens splits a sentence into words, commas and the full stop.
func Tokens(sentence string) []string {
	sentence = strings.NewReplacer(",", " ,", ".", " .").Replace(sentence)
	return strings.Fields(sentence)
}

// Vocabulary returns all tokens of captions, sorted.
func Vocabulary() []string {
	all := append([]string{alarmWords, shownWords, catWords, dogWords, fallWords, ", ."}, peopleWords[:]...)
	all = append(all, wherePhrases[:]...)
	for _, c := range eventClauses {
		all = append(all, c.words)
	}
	words := strings.Fields(strings.Join(all, " "))
	slices.Sort(words)
	return slices.Compact(words)
}
