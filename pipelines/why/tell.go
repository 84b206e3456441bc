package why

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"edged/pipelines"
	"edged/pipelines/alerts"
)

// teller puts into words what decided about an alert.
type teller struct {
	clock
	key    Key
	course course
	moment Moment
}

func newTeller(k Key, c course, m Moment, in *time.Location) *teller {
	return &teller{clock{m.From, in}, k, c, m}
}

// tell returns why it came to what it did at the look that decided, in a sentence.
func (w *teller) tell(t *alerts.Trace) string {
	switch t.Outcome {
	case alerts.Opened:
		return w.opened(t)
	case alerts.Closed:
		return w.closed(t)
	}
	if t.Open {
		return w.stayedOpen(t)
	}
	if t.Outcome == alerts.Idle && w.whole() > 0 && w.moment.has(t.Time) {
		return fmt.Sprintf("%s did not open from %s to %s: it came nearest at %s, when %s", t.Alert, w.at(w.moment.From), w.at(w.moment.To), w.at(t.Time), w.held(t))
	}
	return fmt.Sprintf("%s did not open %s: %s", t.Alert, w.when(t), w.held(t))
}

// whole returns how long the moment is that was asked for.
func (w *teller) whole() time.Duration { return w.moment.To.Sub(w.moment.From) }

// when names the moment that was asked for, or the look if that says more.
func (w *teller) when(t *alerts.Trace) string {
	if w.whole() > 0 && (w.whole() > time.Minute || w.moment.has(t.Time)) {
		return "at " + w.at(t.Time)
	}
	return "at " + w.at(w.moment.From)
}

// held says what held back an alert that stayed closed.
func (w *teller) held(t *alerts.Trace) string {
	has := w.has(t)
	switch t.Outcome {
	case alerts.Unknowable:
		return w.sayAll(t, &t.When)
	case alerts.Barred:
		return fmt.Sprintf("%s, but what closes it does too: %s", has, w.sayAll(t, t.ClearWhen))
	case alerts.Counting:
		return fmt.Sprintf("%s, but in only %d of the last %d looks of which %d must%s", has, t.Held, t.Rule.Terms.Of, t.Rule.Terms.Least, w.broke(t))
	case alerts.Waiting:
		return w.waited(t)
	case alerts.Muted:
		return fmt.Sprintf("%s, but it was muted until %s", has, w.at(t.Until))
	case alerts.Quiet:
		return fmt.Sprintf("%s, but it was within the quiet hours %s, until %s", has, t.Back, w.at(t.Until))
	case alerts.Cooldown:
		return fmt.Sprintf("%s, but it had closed at %s, and %s of cooldown last until %s", has, w.at(t.Until.Add(-t.Rule.Terms.Cooldown)), lasting(t.Rule.Terms.Cooldown), w.at(t.Until))
	}
	return w.sayAll(t, &t.When)
}

// has says that the condition holds, by what, and since when.
func (w *teller) has(t *alerts.Trace) string {
	text := w.sayAll(t, &t.When)
	if t.Since.IsZero() || t.Outcome == alerts.Counting && t.Since.Equal(t.Time) {
		return text
	}
	return text + ", since " + w.at(t.Since)
}

// waited says how far the wait for For has come, and what ended it.
func (w *teller) waited(t *alerts.Trace) string {
	need := t.Rule.Terms.For
	text := fmt.Sprintf("%s held since %s, and waited for %s", subject(t), w.at(t.Since), lasting(need))
	next := w.next(t, func(n *alerts.Trace) bool { return n.Outcome != alerts.Waiting })
	switch {
	case next == nil || next.Time.Sub(t.Time) > lookEvery:
		return fmt.Sprintf("%s, until %s", text, w.at(t.Until))
	case next.Outcome == alerts.Opened || next.Since.Equal(t.Since):
		return fmt.Sprintf("%s, which were over at %s", text, w.at(next.Time))
	}
	return fmt.Sprintf("%s, of which %s had passed when %s", text, lasting(next.Time.Sub(t.Since)), w.fell(next))
}

// broke says what ended a count, if something did.
func (w *teller) broke(t *alerts.Trace) string {
	next := w.next(t, func(n *alerts.Trace) bool { return n.Outcome != alerts.Counting })
	if next == nil || next.Outcome != alerts.Idle && next.Outcome != alerts.Unknowable {
		return ""
	}
	return fmt.Sprintf("; at %s %s", w.at(next.Time), w.fell(next))
}

// fell says what made a condition not hold any more.
func (w *teller) fell(t *alerts.Trace) string {
	if t.Outcome == alerts.Barred {
		return "what closes it held: " + w.sayAll(t, t.ClearWhen)
	}
	return w.sayAll(t, &t.When)
}

// next returns the first look after t that is such; nil if there is none.
func (w *teller) next(t *alerts.Trace, such func(*alerts.Trace) bool) *alerts.Trace {
	for i := range w.course.all {
		if n := &w.course.all[i]; n.Time.After(t.Time) && such(n) {
			return n
		}
	}
	return nil
}

// last returns the last look before t, if it was soon before it; nil if there is none.
func (w *teller) last(t *alerts.Trace) *alerts.Trace {
	for i := range slices.Backward(w.course.all) {
		if b := &w.course.all[i]; b.Time.Before(t.Time) {
			if t.Time.Sub(b.Time) > lookEvery {
				return nil
			}
			return b
		}
	}
	return nil
}

// opened says why an alert opened.
func (w *teller) opened(t *alerts.Trace) string {
	text := fmt.Sprintf("%s opened at %s: ", t.Alert, w.at(t.Time))
	terms := &t.Rule.Terms
	before := w.last(t)
	was := alerts.Outcome("")
	if before != nil {
		was = before.Outcome
	}
	since := ""
	if !t.Since.IsZero() && t.Since.Before(t.Time) {
		since = ", since " + w.at(t.Since)
	}
	says := w.sayAll(t, &t.When)
	switch {
	case was == alerts.Muted:
		return text + "it was muted no longer, and " + says + since
	case was == alerts.Quiet:
		return text + fmt.Sprintf("the quiet hours %s were over, and %s%s", before.Back, says, since)
	case was == alerts.Cooldown:
		return text + fmt.Sprintf("the cooldown of %s was over, and %s%s", lasting(terms.Cooldown), says, since)
	case terms.For > 0 && since != "":
		return text + fmt.Sprintf("%s%s, and so for the %s that it must", says, since, lasting(terms.For))
	case terms.Least > 0:
		return text + fmt.Sprintf("%s, and so in %d of the last %d looks, of which it wants %d", says, t.Held, t.Looks, terms.Least)
	}
	return text + says
}

// closed says why an alert closed.
func (w *teller) closed(t *alerts.Trace) string {
	text := fmt.Sprintf("%s closed at %s: ", t.Alert, w.at(t.Time))
	if len(closing(t).Clauses) == 0 {
		return text + t.Reason
	}
	says := w.sayAll(t, closing(t))
	if t.ClearWhen != nil {
		says = "its clear_when held: " + says
	}
	if after := t.Rule.Terms.ClearAfter; after > 0 {
		return text + fmt.Sprintf("%s, and so since %s, for the %s of clear_after", says, w.at(t.Since), lasting(after))
	}
	return text + says
}

// closing returns the condition that decides whether an open alert closes.
func closing(t *alerts.Trace) *alerts.Looked {
	if t.ClearWhen != nil {
		return t.ClearWhen
	}
	return &t.When
}

// stayedOpen says why an alert that is open has not closed.
func (w *teller) stayedOpen(t *alerts.Trace) string {
	if t.Rule.Restored {
		return fmt.Sprintf("%s did not open again at %s: it was open before the restart, since %s%s, and still is", t.Alert, w.at(t.Time), w.at(w.since(t)), named(t.Opening))
	}
	text := fmt.Sprintf("%s did not close %s: ", t.Alert, w.when(t))
	open := fmt.Sprintf("; it is open since %s%s", w.at(w.since(t)), named(t.Opening))
	if t.Outcome == alerts.Unknowable {
		return text + w.sayAll(t, closing(t)) + ", and what is unknown closes nothing" + open
	}
	if t.Outcome == alerts.Clearing {
		return text + w.clearing(t) + open
	}
	if t.ClearWhen != nil {
		return text + "its clear_when did not hold: " + w.sayAll(t, closing(t)) + open
	}
	if i := easedOf(t); i >= 0 {
		return text + w.eased(t, i) + open
	}
	return text + w.sayAll(t, closing(t)) + open
}

// clearing says how far clear_after has come, and what ended it.
func (w *teller) clearing(t *alerts.Trace) string {
	says := w.sayAll(t, closing(t))
	if t.ClearWhen != nil {
		says = "its clear_when held: " + says
	}
	text := fmt.Sprintf("%s, since %s, and clear_after wants %s of that", says, w.at(t.Since), lasting(t.Rule.Terms.ClearAfter))
	next := w.next(t, func(n *alerts.Trace) bool { return n.Outcome != alerts.Clearing })
	if next == nil || next.Outcome == alerts.Closed || next.Time.Sub(t.Time) > lookEvery {
		return fmt.Sprintf("%s, until %s", text, w.at(t.Until))
	}
	return fmt.Sprintf("%s, of which %s had passed when %s", text, lasting(next.Time.Sub(t.Since)), w.sayAll(next, closing(next)))
}

// eased says how hysteresis holds a clause.
func (w *teller) eased(t *alerts.Trace, clause int) string {
	for _, d := range decidedOf(&t.When) {
		c, ok := d.comparison()
		if d.index != clause || !ok {
			continue
		}
		left, opens := d.plain(c, t.Rule.Ease)
		value, threshold, of := d.Left, d.Right, c.left
		if constant(c.left) && !constant(c.right) {
			value, threshold, opens, of = d.Right, d.Left, left, c.right
		}
		return fmt.Sprintf("hysteresis of %s held it: %s was %s, where %s opens it and %s keeps it open",
			percent(t.Rule.Ease), of, quantity(value, threshold, d.Unit), quantity(opens, value, d.Unit), quantity(threshold, value, d.Unit))
	}
	return ""
}

// since returns when an open alert was opened, as far as that is on record, or else since when its condition has held.
func (w *teller) since(t *alerts.Trace) time.Time {
	for i := range w.course.all {
		if o := &w.course.all[i]; o.Outcome == alerts.Opened && o.EventID == t.Opening {
			return o.Time
		}
	}
	return t.Since
}

// named is an event in parentheses.
func named(event string) string {
	if event == "" {
		return ""
	}
	return " (" + event + ")"
}

// subject is the condition, or if one clause decided that.
func subject(t *alerts.Trace) string {
	if d := decidedOf(&t.When); len(d) == 1 {
		return d[0].Text
	}
	return t.When.Text
}

// percent writes a part of 1.
func percent(part float64) string { return short(100*part, 4) + " %" }

// sayAll says what the clauses came to that decided a condition at a look.
func (w *teller) sayAll(t *alerts.Trace, l *alerts.Looked) string {
	var parts []string
	for _, d := range decidedOf(l) {
		text := d.say()
		if d.Truth == pipelines.Unknown {
			text += w.lastOf(t, l, &d)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", and ")
}

// lastOf says when that came last which an unknown clause looks at.
func (w *teller) lastOf(t *alerts.Trace, l *alerts.Looked, d *decided) string {
	for _, v := range l.Values {
		switch {
		case !strings.Contains(d.Text, v.Name):
		case v.Age < 0:
			return "; none has come yet"
		default:
			return "; the last came at " + w.at(t.Time.Add(-v.Age))
		}
	}
	return ""
}

// say says what a clause came to: label("fire") > 0.8 was not so, with 0.79.
func (d *decided) say() string {
	c, ok := d.comparison()
	switch {
	case d.Truth == pipelines.Unknown && d.Lacks == "":
		return d.Text + " could not be known"
	case d.Truth == pipelines.Unknown:
		return d.Text + " could not be known: " + d.Lacks
	case !ok && d.Truth == pipelines.True:
		return d.Text + " held"
	case !ok:
		return d.Text + " did not hold"
	}
	with := quantity(d.Left, d.Right, d.Unit)
	switch left, right := constant(c.left), constant(c.right); {
	case left && !right:
		with = quantity(d.Right, d.Left, d.Unit)
	case !left && !right:
		with += " against " + quantity(d.Right, d.Left, d.Unit)
	}
	if d.Truth == pipelines.True {
		return d.Text + " held with " + with
	}
	return d.Text + " came to " + with
}
