package alerts

import (
	"slices"
	"time"

	"edged/pipelines"
)

// Outcome is what an alert came to at a look.
type Outcome string

// The outcomes. Of several reasons not to open, it is the first of this order that is told, from Unknowable on.
const (
	Idle       Outcome = "idle"     // closed, and its condition does not hold
	Unknowable Outcome = "unknown"  // it stays as it is, since what it depends on is unknown
	Barred     Outcome = "barred"   // its condition holds, and what closes it does too
	Counting   Outcome = "counting" // its condition holds, but has not in enough looks
	Waiting    Outcome = "waiting"  // its condition holds, but has not for long enough
	Muted      Outcome = "muted"
	Quiet      Outcome = "quiet"
	Cooldown   Outcome = "cooldown"
	Opened     Outcome = "opened" // at this look
	Open       Outcome = "open"
	Clearing   Outcome = "clearing" // open; what closes it holds, but has not for long enough
	Closed     Outcome = "closed"   // at this look
)

// Trace is one look at one alert: all that decided it. It marshals to JSON and back, infinities too.
//
// A look is told if its outcome or the truth of a clause is not that of the look before; if a number has come nearer to its
// threshold than in the minute so far, by a twentieth of the way; and at the first look of each minute. An opening and a closing
// are told once their event has its ID, and so perhaps after a later look.
type Trace struct {
	Time     time.Time
	Pipeline string
	Alert    string
	Outcome  Outcome
	Open     bool // it is open after this look

	Since time.Time // of what holds: of When until it opens and while it is open, then of what closes it; zero if nothing does
	Until time.Time // of Waiting and Clearing, when that is over if it goes on; of Muted, Quiet and Cooldown, when they end

	Held, Looks int    // of the last Looks looks at something new, at most Terms.Of, how many held
	Back        string // of Quiet the span, as the config has it

	EventID string // of Opened and Closed, their event; else the newest event that there was to look at
	Opening string // while it is open and when it closes: the ID of the event that opened it
	Reason  string // of Opened and Closed, as their event has it

	When      Looked
	ClearWhen *Looked // nil if there is none
	Rule      Told
	Degraded  []string // what was missing in the pipeline, in words
}

// Looked is a condition at a look.
type Looked struct {
	Text string // as the config has it
	pipelines.Verdict
}

// Told is what a Trace tells of its rule.
type Told struct {
	Severity string
	Terms    Terms
	Ease     float64 // of When at this look: Terms.Hysteresis while it is open
	Restored bool    // the first look after a start, and the alert was brought along from before: open, cooling down or muted
}

// fill describes the look that l has just had. What it points to is l's, until the next look.
func (a *Alerts) fill(t *Trace, l *life, outcome Outcome, m moment) {
	*t = Trace{
		Time: m.now.In(a.opts.Location), Pipeline: a.opts.Pipeline, Alert: l.state.Alert, Outcome: outcome, Open: l.machine.open,
		Since: l.machine.since, Held: l.machine.votes.held, Looks: len(l.machine.votes.ring), EventID: a.newest.String(), When: l.when,
		Rule: Told{Severity: l.rule.severity(), Terms: l.rule.Terms, Ease: l.ease, Restored: l.restored}, Degraded: m.degraded(),
	}
	if l.clear.Text != "" {
		t.ClearWhen = &l.clear
	}
	if t.Open || outcome == Closed {
		t.Opening = l.state.Opening
	}
	a.until(t, l)
}

// until says when what a Trace tells of is over.
func (a *Alerts) until(t *Trace, l *life) {
	r := l.rule
	switch t.Outcome {
	case Waiting:
		t.Until = t.Since.Add(r.Terms.For)
	case Clearing:
		t.Until = t.Since.Add(r.Terms.ClearAfter)
	case Muted:
		t.Until = l.state.Muted
	case Cooldown:
		t.Until = l.machine.cooling
	case Quiet:
		t.Until = quietEnd(r.Terms.Quiet, t.Time, a.opts.Location)
		t.Back = quietAt(r.Terms.Quiet, t.Time, a.opts.Location).String()
	}
}

// own makes t share nothing with its alert.
func (t *Trace) own() {
	t.When.own()
	if t.ClearWhen != nil {
		clear := *t.ClearWhen
		clear.own()
		t.ClearWhen = &clear
	}
}

func (l *Looked) own() { l.Clauses, l.Values = slices.Clone(l.Clauses), slices.Clone(l.Values) }
