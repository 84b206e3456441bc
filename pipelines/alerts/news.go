package alerts

import (
	"math"
	"slices"
	"time"

	"edged/pipelines"
)

// news says which looks at an alert are worth a Trace; see there.
type news struct {
	outcome Outcome
	minute  int64 // of the last Trace, since 1970
	marks   []mark
}

// mark is what was traced of a clause.
type mark struct {
	truth pipelines.Truth
	near  float64 // how near its sides came to each other in this minute, while it had that truth
}

// nearer is what part of a distance must be left for a clause to have come nearer to its threshold.
const nearer = 0.95

// has says whether a look is worth a Trace, and takes it as traced if it is.
func (n *news) has(now time.Time, o Outcome, when, clear []pipelines.Clause) bool {
	minute := now.Unix() / 60
	again := minute != n.minute || len(n.marks) != len(when)+len(clear)
	if again {
		n.marks = slices.Grow(n.marks[:0], len(when)+len(clear))[:len(when)+len(clear)]
	}
	first, second := n.marks[:len(when)], n.marks[len(when):]
	if !again && o == n.outcome && !moved(first, when) && !moved(second, clear) {
		return false
	}
	n.outcome, n.minute = o, minute
	settle(first, when, again)
	settle(second, clear, again)
	return true
}

// moved says whether a clause is other than marked, or nearer to its threshold.
func moved(marks []mark, clauses []pipelines.Clause) bool {
	for i := range clauses {
		if c, m := &clauses[i], &marks[i]; c.Truth != m.truth || distance(c) < m.near*nearer {
			return true
		}
	}
	return false
}

// settle marks how clauses are; again, whatever they were in this minute.
func settle(marks []mark, clauses []pipelines.Clause, again bool) {
	for i := range clauses {
		c, m := &clauses[i], &marks[i]
		near := distance(c)
		if !again && c.Truth == m.truth {
			near = min(near, m.near)
		}
		*m = mark{c.Truth, near}
	}
}

// distance is how far the sides of a comparison are apart; infinite if nobody knows.
func distance(c *pipelines.Clause) float64 {
	d := math.Abs(c.Left - c.Right)
	if c.Truth == pipelines.Unknown || math.IsNaN(d) {
		return math.Inf(1)
	}
	return d
}
