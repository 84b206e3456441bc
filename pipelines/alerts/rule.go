package alerts

import (
	"fmt"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Condition is something that holds or not. Package rules makes them of expressions.
type Condition interface {
	// Look fills into with how the condition is at now; it reuses into's slices. Each threshold is easier by ease times its
	// magnitude: 0.1 makes 0.72 enough for > 0.8. It returns after a bounded time.
	Look(now time.Time, ease float64, into *pipelines.Verdict)
	String() string // as the config has it
}

// Memory is what Conditions look at. It is told all that an Alerts is told, before they look. Package rules has one.
type Memory interface {
	See(ev *pipelines.Event)
	Read(sensor string, r *sensors.Reading)
	Senses(all []pipelines.Sense)
}

// Rule is one alert as the config has it.
type Rule struct {
	Name      string
	Severity  string // info, warning or critical; empty is warning
	When      Condition
	ClearWhen Condition // nil: the contrary of When
	Terms     Terms
}

// Terms say how long and how often a Condition must hold, and when its alert may not open. The zero value asks for nothing.
type Terms struct {
	For        time.Duration // how long When must hold without a break
	ClearAfter time.Duration // how long what closes the alert must hold without a break
	Cooldown   time.Duration // how long it stays closed after that
	Least, Of  int           // how many of so many looks at something new must hold; 0 of 0 asks for none
	Hysteresis float64       // while the alert is open, by how much of themselves the thresholds of When are easier
	Quiet      []Span        // in which it does not open
}

// The severities of alerts.
const (
	Info     = "info"
	Warning  = "warning"
	Critical = "critical"
)

// mostLooks is a bound on Terms.Of.
const mostLooks = 1000

// check returns what is wrong with r.
func (r *Rule) check() error {
	if r.Name == "" || r.When == nil {
		return fmt.Errorf("alert %q: it needs a name and a condition", r.Name)
	}
	switch r.Severity {
	case "", Info, Warning, Critical:
	default:
		return fmt.Errorf("alert %q: severity %q: want info, warning or critical", r.Name, r.Severity)
	}
	if r.ClearWhen != nil && r.Terms.Hysteresis != 0 {
		return fmt.Errorf("alert %q: hysteresis is how it closes without a clear_when; it has one", r.Name)
	}
	if err := r.Terms.check(); err != nil {
		return fmt.Errorf("alert %q: %w", r.Name, err)
	}
	return nil
}

func (t *Terms) check() error {
	if t.For < 0 || t.ClearAfter < 0 || t.Cooldown < 0 {
		return fmt.Errorf("for %v, clear_after %v, cooldown %v: want 0 or more", t.For, t.ClearAfter, t.Cooldown)
	}
	if t.Of != 0 || t.Least != 0 {
		if t.Least < 1 || t.Of < t.Least || t.Of > mostLooks {
			return fmt.Errorf("at_least %d of %d: want 1 of 1 up to %d of %d", t.Least, t.Of, mostLooks, mostLooks)
		}
	}
	if !(t.Hysteresis >= 0 && t.Hysteresis <= 1) {
		return fmt.Errorf("hysteresis %g: want 0 to 1", t.Hysteresis)
	}
	return checkQuiet(t.Quiet)
}
