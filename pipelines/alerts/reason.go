package alerts

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"edged/pipelines"
)

// mostClauses is how many clauses a reason has at most; all are in the evidence.
const mostClauses = 4

// reason says in a sentence why an alert has just opened or closed, by a condition as it is now:
//
//	holds for 2 s, in 3 of 5 looks: label("fire") > 0.8 with 0.93; the cooldown kept it back until now
//	has not held for 10 s, eased by 10 %: label("fire") > 0.8 with 0.61
func (l *life) reason(by *Looked, now time.Time) string {
	m := &l.machine
	var b strings.Builder
	switch {
	case m.open:
		b.WriteString("holds")
		span := now.Sub(m.since)
		tell(&b, m.terms.For > 0 || l.back != "" && span > 0, " for "+words(span))
		tell(&b, m.terms.Of > 0, fmt.Sprintf(", in %d of %d looks", m.votes.held, len(m.votes.ring)))
	case by == &l.clear:
		b.WriteString("clear_when holds")
		tell(&b, m.terms.ClearAfter > 0, " for "+words(now.Sub(m.since)))
	default:
		b.WriteString("no longer holds")
		tell(&b, m.terms.ClearAfter > 0, ", for "+words(now.Sub(m.since)))
		tell(&b, l.ease > 0, fmt.Sprintf(", eased by %g %%", math.Round(l.ease*1000)/10))
	}
	list(&b, by.Clauses)
	if m.open {
		b.WriteString(keptBack[l.back])
	}
	return b.String()
}

// keptBack is what a reason says of what kept an alert from opening until now.
var keptBack = map[Outcome]string{
	Muted: "; it was muted until now", Quiet: "; quiet hours kept it back until now", Cooldown: "; the cooldown kept it back until now",
}

func tell(b *strings.Builder, yes bool, text string) {
	if yes {
		b.WriteString(text)
	}
}

// list tells clauses with their numbers.
func list(b *strings.Builder, clauses []pipelines.Clause) {
	sep := ": "
	for _, c := range clauses[:min(len(clauses), mostClauses)] {
		b.WriteString(sep + c.Text)
		switch {
		case c.Truth == pipelines.Unknown:
			b.WriteString(" is unknown")
		case c.Left == 0 && c.Right == 0: // no numbers
			b.WriteString(" is " + c.Truth.String())
		default:
			b.WriteString(" with " + digits(c.Left))
			tell(b, c.Unit != "", " "+c.Unit)
		}
		sep = ", "
	}
	tell(b, len(clauses) > mostClauses, ", …")
}

// digits returns x with three significant digits, and all that stand before the point.
func digits(x float64) string {
	switch a := math.Abs(x); {
	case math.IsInf(x, 1):
		return "∞"
	case a >= 100 && a < 1e15:
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 3, 64)
}

// words returns a time in its two largest units.
func words(d time.Duration) string {
	h, m, s := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	switch {
	case d < time.Minute:
		return strconv.FormatFloat(math.Round(d.Seconds()*10)/10, 'f', -1, 64) + " s"
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", m, s)
	}
	return fmt.Sprintf("%d h %d min", h, m)
}
