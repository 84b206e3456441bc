package spans

import (
	"cmp"
	"slices"
	"time"

	"edged/pipelines"
)

// Change is what became of a span.
type Change struct {
	What    Verdict
	Was, Is *Span // nil if it was not, or is not
}

// Verdict says how a span of one run is in another.
type Verdict string

// The verdicts.
const (
	New   Verdict = "new"
	Gone  Verdict = "gone"
	Moved Verdict = "moved" // it begins or ends at another time, or has another severity
	Same  Verdict = "same"
)

// Of returns what c is of.
func (c *Change) Of() Key { return c.any().Key }

// From returns when it was; if it was not, when it is.
func (c *Change) From() time.Time { return c.any().From }

func (c *Change) any() *Span { return cmp.Or(c.Was, c.Is) }

// Compare says what became of the spans of one run in another, alerts first and then by their times. Both are as Spans returns
// them. Times that differ by no more than step are the same: results come so far apart.
func Compare(was, is []Span, step func(Key) time.Duration) (changes []Change) {
	for len(was)+len(is) > 0 {
		key := first(was, is)
		var old, now []Span
		old, was = cut(was, key)
		now, is = cut(is, key)
		changes = pair(changes, old, now, step(key))
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(a.rank()-b.rank(), a.From().Compare(b.From()), a.Of().compare(b.Of()))
	})
	return changes
}

func (c *Change) rank() int {
	if c.Of().Kind == pipelines.KindAlert {
		return 0
	}
	return 1
}

// first returns the key that comes first.
func first(was, is []Span) Key {
	switch {
	case len(was) == 0:
		return is[0].Key
	case len(is) == 0 || was[0].compare(is[0].Key) < 0:
		return was[0].Key
	}
	return is[0].Key
}

// cut cuts off the spans of a key, which are in front.
func cut(all []Span, key Key) (these, rest []Span) {
	n := 0
	for n < len(all) && all[n].Key == key {
		n++
	}
	return all[:n], all[n:]
}

// pair finds out which of some spans are which, and appends what became of each. All are of one key, in order, and those of a run
// do not overlap.
func pair(changes []Change, was, is []Span, step time.Duration) []Change {
	for len(was) > 0 && len(is) > 0 {
		a, b := &was[0], &is[0]
		here := overlap(a, b)
		switch {
		case here < -step && a.To.Before(b.From), len(was) > 1 && overlap(&was[1], b) > here:
			changes = append(changes, Change{Gone, a, nil})
			was = was[1:]
		case here < -step, len(is) > 1 && overlap(a, &is[1]) > here:
			changes = append(changes, Change{New, nil, b})
			is = is[1:]
		default:
			changes = append(changes, Change{verdict(a, b, step), a, b})
			was, is = was[1:], is[1:]
		}
	}
	for i := range was {
		changes = append(changes, Change{Gone, &was[i], nil})
	}
	for i := range is {
		changes = append(changes, Change{New, nil, &is[i]})
	}
	return changes
}

// overlap returns for how long both are; below 0, how far apart they are.
func overlap(a, b *Span) time.Duration {
	from, to := later(a.From, b.From), a.To
	if b.To.Before(to) {
		to = b.To
	}
	return to.Sub(from)
}

func verdict(a, b *Span, step time.Duration) Verdict {
	if b.From.Sub(a.From).Abs() > step || b.To.Sub(a.To).Abs() > step || a.Severity != b.Severity {
		return Moved
	}
	return Same
}
