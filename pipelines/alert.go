package pipelines

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Alert is what an event of KindAlert says: that one has opened, or has closed.
type Alert struct {
	Name     string
	State    AlertState
	Severity string    // as the config has it: info, warning, critical
	Opening  string    // the ID of the event that opened it
	Since    time.Time // since when what it is about has been so
	Until    time.Time // when it closed; zero while it is open
	Reason   string    // why it opened or closed, in a sentence
	Evidence Evidence
}

// AlertState is whether an alert is open.
type AlertState string

// The states that an Alert tells of.
const (
	Open   AlertState = "open"
	Closed AlertState = "closed"
)

// Evidence is what an alert was decided on.
type Evidence struct {
	When    string   // the condition, as the config has it
	Clauses []Clause // its comparisons, from left to right, with their numbers
	Values  []Value  // all that they look at

	Contributions map[string]float32 // of the newest result: how much each sensor weighed
	Degraded      []string           // what was missing, in words
	Models        map[string]string  // the models behind it, each with its file's SHA-256 in hex
	Files         []string           // pictures and sound that are kept of it
}

// Clause is one comparison of a condition at a moment.
type Clause struct {
	Text        string // as in the condition
	Truth       Truth
	Left, Right float64 // what is compared, in Unit; 0 if it is no comparison of numbers, or Unknown
	Unit        string  // empty for scores and counts
	Lacks       string  // of Unknown: what is missing, in words
}

// Truth is whether something holds. What cannot be known, since a sensor says nothing, is neither true nor false.
type Truth int8

// The truths, in Kleene's order: and is the least, or the greatest.
const (
	False Truth = iota - 1
	Unknown
	True
)

// String returns false, unknown or true.
func (t Truth) String() string { return [...]string{"false", "unknown", "true"}[t+1] }

// MarshalText returns what String does.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes false, unknown or true.
func (t *Truth) UnmarshalText(b []byte) error {
	for *t = False; *t <= True; *t++ {
		if t.String() == string(b) {
			return nil
		}
	}
	*t = Unknown
	return fmt.Errorf("truth %q: want false, unknown or true", b)
}

// Value is one number that a condition looks at: a score, a count, a reading, or what became of them over a time.
type Value struct {
	Name  string // as in the condition: label("fire"), slope("air.temperature", "30s")
	Value float64
	Unit  string        // empty for scores and counts
	Age   time.Duration // of the newest result or reading in it
}

// Verdict is how a condition is at a moment.
type Verdict struct {
	Truth   Truth
	Clauses []Clause // from left to right
	Values  []Value
	Fresh   bool // a result or a reading that it speaks of has come since the look before
}

// clone returns a copy of a that shares nothing with it; nil of nil.
func (a *Alert) clone() *Alert {
	if a == nil {
		return nil
	}
	c := *a
	e := &c.Evidence
	e.Clauses, e.Values = slices.Clone(e.Clauses), slices.Clone(e.Values)
	e.Contributions, e.Models = maps.Clone(e.Contributions), maps.Clone(e.Models)
	e.Degraded, e.Files = slices.Clone(e.Degraded), slices.Clone(e.Files)
	return &c
}
