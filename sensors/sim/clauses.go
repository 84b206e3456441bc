package sim

// Clause is what a clause of captions has to do with labels: a model card's answer.clauses holds them, so that a caption
// can be compared with the labels of its moment by somebody who does not know this room.
type Clause struct {
	Words string   `json:"words"`
	Label string   `json:"label,omitempty"` // what it states
	Or    []string `json:"or,omitempty"`    // it may be so with these too
	Not   []string `json:"not,omitempty"`   // and cannot be so with these
	Kind  string   `json:"kind,omitempty"`  // of one kind a caption has one
	More  bool     `json:"more,omitempty"`  // it says more than its label does
	Must  bool     `json:"must,omitempty"`  // a caption may not leave its label out
}

// The kinds of clauses of which a caption has one.
const (
	whoKind        = "who"
	televisionKind = "television"
)

// alarming are the situations that a caption must tell.
const alarming Set = 1<<Fire | 1<<CookingSmoke | 1<<GlassBreaks | 1<<PersonFallen | 1<<AlarmTest

// Clauses returns all clauses, in the order in which a caption has them.
func Clauses() []Clause {
	one, more := PersonPresent.String(), SeveralPeople.String()
	all := []Clause{
		{Words: peopleWords[0], Not: []string{one, more, PersonFallen.String()}, Kind: whoKind},
		{Words: peopleWords[1], Label: one, Not: []string{more}, Kind: whoKind},
		{Words: peopleWords[2], Label: more, Kind: whoKind}, // five times as often as three
		{Words: peopleWords[3], Label: more, Kind: whoKind, More: true},
	}
	for _, words := range wherePhrases[Nowhere+1:] {
		all = append(all, Clause{Words: words, Label: one, Not: []string{more}, Kind: whoKind, More: true})
	}
	all = append(all, clauseOf(PersonFallen, fallWords),
		Clause{Words: catWords, Label: PetPresent.String(), More: true},
		Clause{Words: dogWords, Label: PetPresent.String(), More: true})
	for _, c := range eventClauses {
		clause := clauseOf(c.event, c.words)
		if c.event == Television {
			clause.Kind = televisionKind
		}
		all = append(all, clause)
	}
	rings := clauseOf(AlarmTest, alarmWords)
	rings.Or = []string{CookingSmoke.String(), Fire.String()}
	return append(all, Clause{Words: shownWords, Label: Television.String(), Kind: televisionKind, More: true}, rings)
}

func clauseOf(s Situation, words string) Clause {
	return Clause{Words: words, Label: s.String(), Must: alarming.Has(s)}
}
