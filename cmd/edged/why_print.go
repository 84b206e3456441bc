package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"edged/pipelines"
	"edged/pipelines/alerts"
	"edged/pipelines/why"
)

// print writes the answers for people.
func (w *whyOutput) print(to io.Writer) error {
	var b strings.Builder
	if len(w.answers) == 0 {
		w.printList(&b)
	}
	if w.found != nil && !w.found.Own {
		fmt.Fprintf(&b, "%s.\n\n", w.noAlert())
	}
	for _, a := range w.answers {
		fmt.Fprintf(&b, "%s.\n\n", a.Text)
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range a.Sheet(time.Local) {
			fmt.Fprintf(table, "%s\t%s\n", row.What, row.Text)
		}
		_ = table.Flush() // of a strings.Builder
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%s\n", w.extent())
	_, err := io.WriteString(to, b.String())
	return err
}

// noAlert says of an event that no alert made when it was.
func (w *whyOutput) noAlert() string {
	from, to := w.found.Moment.From.Local(), w.found.Moment.To.Local()
	when := "at " + from.Format(time.DateTime)
	if from.Before(to) {
		when = "between " + from.Format(time.DateTime) + " and " + to.Format(time.TimeOnly)
	}
	return fmt.Sprintf("%s is no alert's; it was made %s, and this is what the alerts beside it did then", w.event, when)
}

// printList writes what each alert came to last.
func (w *whyOutput) printList(b *strings.Builder) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "pipeline\talert\tlast look\tcame to")
	for _, t := range w.last {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", t.Pipeline, t.Alert, t.Time.Local().Format(time.DateTime), t.Outcome)
	}
	_ = table.Flush() // of a strings.Builder
	b.WriteString("\n")
}

// extent says what the ring has.
func (w *whyOutput) extent() string {
	if w.Lines == 0 {
		return "the ring in " + w.Path + " is empty"
	}
	text := fmt.Sprintf("the ring has %s from %s to %s", plural(w.Lines, "look"), w.From.Local().Format(time.DateTime), w.To.Local().Format(time.DateTime))
	if w.Lost > 0 {
		text += fmt.Sprintf("; %d more found no room on the disk", w.Lost)
	}
	if w.Damaged > 0 {
		text += "; " + plural(w.Damaged, "line") + " damaged"
	}
	return text
}

// The JSON of edged why.
type (
	whyJSON struct {
		Ring    string         `json:"ring"`
		Event   string         `json:"event,omitempty"`
		Own     *bool          `json:"own,omitempty"`
		From    time.Time      `json:"from,omitzero"`
		To      time.Time      `json:"to,omitzero"`
		Lines   int            `json:"lines"`
		Lost    int            `json:"lost"`
		Damaged int            `json:"damaged"`
		Answers []answerJSON   `json:"answers,omitempty"`
		Alerts  []whyAlertJSON `json:"alerts,omitzero"`
	}
	answerJSON struct {
		Pipeline  string           `json:"pipeline"`
		Alert     string           `json:"alert"`
		From      time.Time        `json:"from"`
		To        time.Time        `json:"to"`
		Outcome   alerts.Outcome   `json:"outcome"`
		Open      bool             `json:"open"`
		Text      string           `json:"text"`
		Clauses   []whyClauseJSON  `json:"clauses"`
		ClearWhen []whyClauseJSON  `json:"clear_when,omitempty"`
		Course    []whyOutcomeJSON `json:"course"`
		Look      *alerts.Trace    `json:"look"`
	}
	whyClauseJSON struct {
		Text   string          `json:"text"`
		Truth  pipelines.Truth `json:"truth"`
		Since  time.Time       `json:"since"`
		Longer bool            `json:"longer"`
	}
	whyOutcomeJSON struct {
		Time    time.Time      `json:"time"`
		Outcome alerts.Outcome `json:"outcome"`
		Event   string         `json:"event,omitempty"`
	}
	whyAlertJSON struct {
		Pipeline string         `json:"pipeline"`
		Alert    string         `json:"alert"`
		Outcome  alerts.Outcome `json:"outcome"`
		Open     bool           `json:"open"`
		Time     time.Time      `json:"time"`
	}
)

// printJSON writes the answers for programs.
func (w *whyOutput) printJSON(to io.Writer) error {
	out := whyJSON{Ring: w.Path, From: w.From, To: w.To, Lines: w.Lines, Lost: w.Lost, Damaged: w.Damaged}
	if w.found != nil {
		out.Event, out.Own = w.event, &w.found.Own
	}
	for _, a := range w.answers {
		out.Answers = append(out.Answers, answerOut(a))
	}
	if len(w.answers) == 0 {
		out.Alerts = []whyAlertJSON{}
	}
	for _, t := range w.last {
		out.Alerts = append(out.Alerts, whyAlertJSON{t.Pipeline, t.Alert, t.Outcome, t.Open, t.Time})
	}
	e := json.NewEncoder(to)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(out)
}

func answerOut(a *why.Answer) answerJSON {
	out := answerJSON{
		Pipeline: a.Pipeline, Alert: a.Alert, From: a.Moment.From, To: a.Moment.To, Outcome: a.Look.Outcome, Open: a.Look.Open, Text: a.Text,
		Clauses: clausesOut(a.Clauses), ClearWhen: clausesOut(a.Clear), Look: a.Look,
	}
	for i := range a.Course {
		t := &a.Course[i]
		out.Course = append(out.Course, whyOutcomeJSON{t.Time, t.Outcome, t.EventID})
	}
	return out
}

func clausesOut(all []why.Lasted) []whyClauseJSON {
	out := []whyClauseJSON{}
	for _, l := range all {
		out = append(out, whyClauseJSON{l.Text, l.Truth, l.Since, l.Longer})
	}
	return out
}
