package why

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"edged/pipelines"
	"edged/pipelines/alerts"
)

// Row is a line of an explanation: what it is about, and what there is to say. What is empty is as in the row before.
type Row struct{ What, Text string }

// Sheet returns all that a was decided on: each clause, the values, the rule's terms, what was missing, and how it went on.
func (a *Answer) Sheet(in *time.Location) []Row {
	w, t := clock{a.Moment.From, in}, a.Look
	rows := []Row{{"looked at", fmt.Sprintf("%s, %s of pipeline %s, %s", w.at(t.Time), t.Alert, t.Pipeline, t.Rule.Severity)}}
	rows = append(rows, w.conditionRows("when", &t.When, a.Clauses, t)...)
	if t.ClearWhen != nil {
		rows = append(rows, w.conditionRows("clear_when", t.ClearWhen, a.Clear, t)...)
	}
	rows = appendRows(rows, "values", valuesOf(t))
	if terms := termsOf(&t.Rule.Terms); terms != "" {
		rows = append(rows, Row{"terms", terms})
	}
	rows = appendRows(rows, "degraded", t.Degraded)
	var course []string
	for i := range a.Course {
		turn := &a.Course[i]
		course = append(course, w.at(turn.Time)+" "+turnOf(turn))
	}
	return appendRows(rows, "course", course)
}

func appendRows(rows []Row, what string, texts []string) []Row {
	for _, text := range texts {
		rows = append(rows, Row{what, text})
		what = ""
	}
	return rows
}

// conditionRows are a condition and its clauses.
func (w clock) conditionRows(what string, l *alerts.Looked, all []Lasted, t *alerts.Trace) []Row {
	if l.Text == "" {
		return nil // of a rule that is no more
	}
	rows := []Row{{what, l.Text}}
	for _, c := range all {
		d := decided{Clause: c.Clause}
		text := d.say()
		switch lasted := t.Time.Sub(c.Since); {
		case c.Longer && lasted == 0:
		case c.Longer:
			text += fmt.Sprintf("; so for %s or longer", lasting(lasted))
		case lasted > 0:
			text += "; so for " + lasting(lasted)
		default:
			text += "; just now"
		}
		rows = append(rows, Row{"  " + c.Truth.String(), text})
	}
	return rows
}

// valuesOf says what the conditions of a look look at, each once.
func valuesOf(t *alerts.Trace) (texts []string) {
	all := t.When.Values
	if t.ClearWhen != nil {
		all = slices.Concat(all, t.ClearWhen.Values)
	}
	for i, v := range all {
		if !slices.ContainsFunc(all[:i], func(b pipelines.Value) bool { return b.Name == v.Name }) {
			texts = append(texts, v.Name+": "+valueOf(&v, t))
		}
	}
	return texts
}

// valueOf says what a value is, and how old.
func valueOf(v *pipelines.Value, t *alerts.Trace) string {
	text := quantity(v.Value, v.Value, v.Unit)
	if unknownValue(v, &t.When) || t.ClearWhen != nil && unknownValue(v, t.ClearWhen) {
		text = "unknown"
	}
	switch {
	case v.Age < 0:
		return text + ", none came yet"
	case v.Age < time.Millisecond:
		return text
	}
	return fmt.Sprintf("%s, %s old", text, lasting(v.Age))
}

// unknownValue says whether a value is one that makes a clause unknown.
func unknownValue(v *pipelines.Value, l *alerts.Looked) bool {
	return v.Value == 0 && slices.ContainsFunc(l.Clauses, func(c pipelines.Clause) bool {
		return c.Truth == pipelines.Unknown && strings.Contains(c.Text, v.Name)
	})
}

// termsOf is what a rule asks for beside its condition, as a config has it.
func termsOf(t *alerts.Terms) string {
	var parts []string
	add := func(asked bool, format string, a ...any) {
		if asked {
			parts = append(parts, fmt.Sprintf(format, a...))
		}
	}
	add(t.For > 0, "for: %s", lasting(t.For))
	add(t.Least > 0, "at_least: %d of %d", t.Least, t.Of)
	add(t.Hysteresis > 0, "hysteresis: %s", percent(t.Hysteresis))
	add(t.ClearAfter > 0, "clear_after: %s", lasting(t.ClearAfter))
	add(t.Cooldown > 0, "cooldown: %s", lasting(t.Cooldown))
	for _, s := range t.Quiet {
		add(true, "quiet: %s", s)
	}
	return strings.Join(parts, ", ")
}

// turnOf is what an alert came to, and the event of it.
func turnOf(t *alerts.Trace) string {
	switch {
	case t.Outcome == alerts.Opened || t.Outcome == alerts.Closed:
		return strings.TrimSpace(string(t.Outcome) + " " + t.EventID)
	case t.Open && t.Outcome == alerts.Unknowable:
		return "open, unknown"
	}
	return string(t.Outcome)
}
