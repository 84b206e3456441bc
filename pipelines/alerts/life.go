package alerts

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"edged/pipelines"
)

// life is one alert at work: its machine, what its conditions came to at the last look, and what is kept of it.
type life struct {
	rule     *Rule // nil if the config has it no more
	machine  machine
	state    State
	files    []string // that are kept of the last opening
	back     Outcome  // what alone kept it from opening at the last look; empty if nothing did
	restored bool     // the first look after a restart, and it was brought along from before

	when, clear Looked  // clear without a Text: the rule has no ClearWhen
	ease        float64 // that when was looked at with
	news        news
}

func newLife(r *Rule) *life {
	l := &life{rule: r, machine: machine{terms: r.Terms}, state: State{Alert: r.Name, Severity: r.severity()}}
	l.when.Text = r.When.String()
	if r.ClearWhen != nil {
		l.clear.Text = r.ClearWhen.String()
	}
	return l
}

func (r *Rule) severity() string { return cmp.Or(r.Severity, Warning) }

// restore takes the state from before a restart. How long and how often conditions held is not in it: that starts anew.
func (l *life) restore(s State) {
	s.Opens = 0
	s.Evidence = copied(s.Evidence)
	l.state, l.files, l.restored = s, s.Evidence.Files, true
	m := &l.machine
	if m.open = s.Open; m.open {
		m.holds = s.Since
	} else if !s.Until.IsZero() {
		m.cooling = s.Until.Add(m.terms.Cooldown)
	}
}

// look asks the conditions, and decides.
func (l *life) look(m moment, in *time.Location) Outcome {
	if l.restored {
		l.resume(m.now)
	}
	outcome := l.machine.step(l.ask(m.now, in))
	switch outcome {
	case Muted, Quiet, Cooldown:
		l.back = outcome
	case Opened: // tells what kept it back
	default:
		l.back = ""
	}
	return outcome
}

// resume makes of the state from before a restart what matters now.
func (l *life) resume(now time.Time) {
	c := &l.machine.cooling
	if most := now.Add(l.rule.Terms.Cooldown); c.After(most) {
		*c = most // the clock was set back
	}
	l.restored = l.machine.open || now.Before(*c) || now.Before(l.state.Muted)
}

// ask looks at the conditions.
func (l *life) ask(now time.Time, in *time.Location) look {
	open, r := l.machine.open, l.rule
	l.ease = 0
	if open {
		l.ease = r.Terms.Hysteresis
	}
	r.When.Look(now, l.ease, &l.when.Verdict)
	k := look{now: now, when: l.when.Truth, fresh: l.when.Fresh, clear: pipelines.False, muted: now.Before(l.state.Muted)}
	if r.ClearWhen != nil {
		r.ClearWhen.Look(now, 0, &l.clear.Verdict)
		k.clear = l.clear.Truth
	} else if open {
		k.clear = -l.when.Truth // Kleene's not
	}
	k.quiet = quietAt(r.Terms.Quiet, now, in) != nil
	return k
}

// turn makes the event of an alert that has just opened or closed.
func (a *Alerts) turn(l *life, outcome Outcome, m moment) *pipelines.Event {
	s, by := &l.state, &l.when
	if s.Open = outcome == Opened; s.Open {
		s.Since, s.Until, s.Severity = l.machine.since, time.Time{}, l.rule.severity()
		s.Opens++
		l.files = nil
	} else {
		s.Until = m.now
		if l.rule.ClearWhen != nil {
			by = &l.clear
		}
	}
	s.Evidence = a.evidence(by, m)
	u := untold{life: l}
	a.fill(&u.trace, l, outcome, m)
	u.trace.own()
	u.trace.Reason = l.reason(by, m.now)
	u.ev = l.event(u.trace.Reason, pipelines.Window{Start: l.machine.since, End: m.now})
	a.wait(u)
	return u.ev
}

// event is what is told of l's state.
func (l *life) event(reason string, w pipelines.Window) *pipelines.Event {
	s := &l.state
	al := &pipelines.Alert{
		Name: s.Alert, State: pipelines.Closed, Severity: s.Severity, Since: s.Since, Until: s.Until, Reason: reason, Evidence: copied(s.Evidence),
	}
	if s.Open {
		al.State = pipelines.Open
	}
	return &pipelines.Event{Kind: pipelines.KindAlert, Window: w, Alert: al}
}

// wait keeps an event until its ID is told.
func (a *Alerts) wait(u untold) {
	if len(a.untold) == mostUntold {
		a.drop(1)
	}
	a.untold = append(a.untold, u)
}

// told takes the ID of an event of l.
func (l *life) told(ev *pipelines.Event, keep func(*pipelines.Event) []string) {
	if ev.Alert.State == pipelines.Open {
		l.state.Opening = ev.ID().String()
		ev.Alert.Opening = l.state.Opening
		if keep != nil {
			l.files = keep(ev)
		}
	}
	ev.Alert.Opening = l.state.Opening
	ev.Alert.Evidence.Files, l.state.Evidence.Files = slices.Clone(l.files), slices.Clone(l.files)
}

// closeGone closes the alerts that were open before a restart and that the config has no more.
func (a *Alerts) closeGone(m moment) (due []*pipelines.Event) {
	for _, l := range a.gone {
		s := &l.state
		s.Open, s.Until = false, m.now
		s.Evidence = pipelines.Evidence{When: s.Evidence.When, Degraded: m.degraded(), Models: maps.Clone(a.opts.Models)}
		u := untold{life: l, ev: l.event("the config has no such alert any more", pipelines.Window{Start: m.now, End: m.now})}
		u.trace = Trace{
			Time: m.now.In(a.opts.Location), Pipeline: a.opts.Pipeline, Alert: s.Alert, Outcome: Closed, Since: s.Since, Opening: s.Opening,
			Reason: u.ev.Alert.Reason, When: Looked{Text: s.Evidence.When}, Rule: Told{Severity: s.Severity, Restored: true}, Degraded: s.Evidence.Degraded,
		}
		a.wait(u)
		due = append(due, u.ev)
	}
	a.gone = nil
	return due
}

// evidence is what a decision was made on.
func (a *Alerts) evidence(by *Looked, m moment) pipelines.Evidence {
	return pipelines.Evidence{
		When: by.Text, Clauses: slices.Clone(by.Clauses), Values: slices.Clone(by.Values),
		Contributions: maps.Clone(a.weights), Degraded: m.degraded(), Models: maps.Clone(a.opts.Models),
	}
}

// copied returns a copy of e that shares nothing with it.
func copied(e pipelines.Evidence) pipelines.Evidence {
	e.Clauses, e.Values = slices.Clone(e.Clauses), slices.Clone(e.Values)
	e.Contributions, e.Models = maps.Clone(e.Contributions), maps.Clone(e.Models)
	e.Degraded, e.Files = slices.Clone(e.Degraded), slices.Clone(e.Files)
	return e
}
