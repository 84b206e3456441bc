package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"edged/pipelines"
)

// alertJSON is an event that says that an alert has opened or closed.
type alertJSON struct {
	Schema   int    `json:"schema"`          // The version of this JSON, 1. It changes when a field changes its meaning or goes, not when one comes.
	ID       string `json:"id"`              // Unique for ever. A repeat of it is the same event.
	Seq      uint64 `json:"seq"`             // Counts the pipeline's events of a run, from 1, without gap.
	Boot     string `json:"boot"`            // Names the run of the daemon.
	Time     stamp  `json:"time"`            // When it was made, UTC.
	Pipeline string `json:"pipeline"`        // The pipeline whose alert it is.
	Alert    string `json:"alert"`           // Its name.
	State    string `json:"state"`           // open or closed. Each opening is told once, and so is its end.
	Severity string `json:"severity"`        // info, warning or critical.
	Opening  string `json:"opening"`         // The id of the event that opened it; of an opening its own.
	Since    stamp  `json:"since"`           // Since when what it is about has been so, UTC.
	Until    *stamp `json:"until,omitempty"` // When it closed, UTC; missing while it is open.
	Reason   string `json:"reason"`          // Why it opened or closed, in a sentence.

	Evidence evidenceJSON `json:"evidence"` // What that was decided on.

	Window   *windowJSON       `json:"window,omitempty"` // The time of the result that decided; missing if none did.
	Ages     map[string]millis `json:"ages_ms"`          // How old the newest sample of each of the pipeline's sensors was, in milliseconds.
	Degraded []string          `json:"degraded"`         // What was missing, in words; empty if nothing was.

	Historical *bool `json:"historical,omitempty"` // That it was sent late: it waited for 5 s, or for the next start. Who publishes adds it.
}

type evidenceJSON struct {
	When    string       `json:"when"`    // The condition, as the config has it.
	Clauses []clauseJSON `json:"clauses"` // Its comparisons, from left to right.
	Values  []lookedJSON `json:"values"`  // All that they look at.

	Contributions map[string]float32 `json:"contributions,omitempty"` // How much each sensor had a part in the newest result, in all 1; missing if nobody says.
	Degraded      []string           `json:"degraded,omitempty"`      // What was missing then, in words.
	Models        map[string]string  `json:"models,omitempty"`        // The models behind it: the SHA-256 of their files, in hexadecimal.
	Files         []string           `json:"files,omitempty"`         // The pictures and sound that are kept of it.
}

type clauseJSON struct {
	Text  string `json:"text"`            // As in the condition.
	Holds truth  `json:"holds"`           // Whether it does; null if that cannot be known.
	Left  finite `json:"left"`            // What is compared, in unit; null if it is infinite, or cannot be known.
	Right finite `json:"right"`           // What that is compared with.
	Unit  string `json:"unit,omitempty"`  // Of both; missing for scores and counts.
	Lacks string `json:"lacks,omitempty"` // What is missing, in words, if it cannot be known.
}

type lookedJSON struct {
	Name  string `json:"name"`           // As in the condition.
	Value finite `json:"value"`          // Null if it is infinite.
	Unit  string `json:"unit,omitempty"` // Missing for scores and counts.
	Age   millis `json:"age_ms"`         // Of the newest result or reading in it, in milliseconds; below 0 if none has come.
}

// finite is a number, or null for one that JSON has not: more than all, as a rule.
type finite float64

func (f finite) MarshalJSON() ([]byte, error) {
	if math.IsInf(float64(f), 0) || math.IsNaN(float64(f)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(f))
}

func (f *finite) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*f = finite(math.Inf(1))
		return nil
	}
	return json.Unmarshal(b, (*float64)(f))
}

// truth is true, false, or null for what cannot be known.
type truth pipelines.Truth

func (t truth) MarshalJSON() ([]byte, error) {
	return []byte([...]string{"false", "null", "true"}[t+1]), nil
}

func (t *truth) UnmarshalJSON(b []byte) error {
	var holds *bool
	err := json.Unmarshal(b, &holds)
	switch {
	case holds == nil:
		*t = truth(pipelines.Unknown)
	case *holds:
		*t = truth(pipelines.True)
	default:
		*t = truth(pipelines.False)
	}
	return err
}

func (s *stamp) UnmarshalJSON(b []byte) error { return (*time.Time)(s).UnmarshalJSON(b) }

func (m *millis) UnmarshalJSON(b []byte) error {
	var f float64
	err := json.Unmarshal(b, &f)
	*m = millis(f * float64(time.Millisecond))
	return err
}

// encodeAlert is Encode for an event of KindAlert.
func encodeAlert(ev *pipelines.Event) ([]byte, error) {
	a := ev.Alert
	if a == nil {
		return nil, fmt.Errorf("event %s: an alert without its name", ev.ID())
	}
	out := alertJSON{
		Schema: Schema, ID: ev.ID().String(), Seq: ev.Seq, Boot: ev.Boot, Time: stamp(ev.Time), Pipeline: ev.Pipeline,
		Alert: a.Name, State: string(a.State), Severity: a.Severity, Opening: a.Opening, Since: stamp(a.Since), Reason: a.Reason,
		Evidence: evidenceOf(&a.Evidence), Ages: agesOf(ev), Degraded: append([]string{}, ev.Degraded...),
	}
	if !a.Until.IsZero() {
		out.Until = (*stamp)(&a.Until)
	}
	if ev.Window != (pipelines.Window{}) {
		out.Window = &windowJSON{stamp(ev.Window.Start), stamp(ev.Window.End)}
	}
	b, err := compact(out)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", ev.ID(), err)
	}
	return b, nil
}

func evidenceOf(e *pipelines.Evidence) evidenceJSON {
	out := evidenceJSON{
		When: e.When, Clauses: make([]clauseJSON, len(e.Clauses)), Values: make([]lookedJSON, len(e.Values)),
		Contributions: e.Contributions, Degraded: e.Degraded, Models: e.Models, Files: e.Files,
	}
	for i, c := range e.Clauses {
		out.Clauses[i] = clauseJSON{c.Text, truth(c.Truth), finite(c.Left), finite(c.Right), c.Unit, c.Lacks}
		if c.Truth == pipelines.Unknown && c.Left == 0 {
			out.Clauses[i].Left = finite(math.NaN())
		}
	}
	for i, v := range e.Values {
		out.Values[i] = lookedJSON{v.Name, finite(v.Value), v.Unit, millis(v.Age)}
	}
	return out
}

// decodeAlert reads what encodeAlert has written, as far as an Alert has it.
func decodeAlert(payload []byte) (pipeline string, a pipelines.Alert, err error) {
	var in alertJSON
	if err := json.NewDecoder(bytes.NewReader(payload)).Decode(&in); err != nil {
		return "", a, err
	}
	if in.Pipeline == "" || in.Alert == "" || in.State != string(pipelines.Open) && in.State != string(pipelines.Closed) {
		return "", a, fmt.Errorf("alert %q of %q is %q: want it open or closed", in.Alert, in.Pipeline, in.State)
	}
	a = pipelines.Alert{
		Name: in.Alert, State: pipelines.AlertState(in.State), Severity: in.Severity, Opening: in.Opening, Since: time.Time(in.Since), Reason: in.Reason,
	}
	if in.Until != nil {
		a.Until = time.Time(*in.Until)
	}
	e := &in.Evidence
	a.Evidence = pipelines.Evidence{When: e.When, Contributions: e.Contributions, Degraded: e.Degraded, Models: e.Models, Files: e.Files}
	for _, c := range e.Clauses {
		if c.Holds == truth(pipelines.Unknown) && math.IsInf(float64(c.Left), 1) {
			c.Left = 0
		}
		a.Evidence.Clauses = append(a.Evidence.Clauses, pipelines.Clause{
			Text: c.Text, Truth: pipelines.Truth(c.Holds), Left: float64(c.Left), Right: float64(c.Right), Unit: c.Unit, Lacks: c.Lacks,
		})
	}
	for _, v := range e.Values {
		a.Evidence.Values = append(a.Evidence.Values, pipelines.Value{Name: v.Name, Value: float64(v.Value), Unit: v.Unit, Age: time.Duration(v.Age)})
	}
	return in.Pipeline, a, nil
}
