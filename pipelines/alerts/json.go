package alerts

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"edged/pipelines"
)

// MarshalJSON writes t short: what is zero is left out, durations are as in 1m30s, and what JSON has no number for, as the time
// since something that never was, is "+Inf", "-Inf" or "NaN".
func (t *Trace) MarshalJSON() ([]byte, error) {
	w := traceJSON{
		Time: t.Time, Pipeline: t.Pipeline, Alert: t.Alert, Outcome: t.Outcome, Open: t.Open, Since: t.Since, Until: t.Until,
		Held: t.Held, Looks: t.Looks, Back: t.Back, EventID: t.EventID, Opening: t.Opening, Reason: t.Reason,
		When: lookedOut(&t.When), Severity: t.Rule.Severity, Terms: termsOut(&t.Rule.Terms), Ease: t.Rule.Ease,
		Restored: t.Rule.Restored, Degraded: t.Degraded,
	}
	if t.ClearWhen != nil {
		clear := lookedOut(t.ClearWhen)
		w.ClearWhen = &clear
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // conditions have < and > and &&, and people read them
	err := e.Encode(&w)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Trace) UnmarshalJSON(b []byte) error {
	var w traceJSON
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*t = Trace{
		Time: w.Time, Pipeline: w.Pipeline, Alert: w.Alert, Outcome: w.Outcome, Open: w.Open, Since: w.Since, Until: w.Until,
		Held: w.Held, Looks: w.Looks, Back: w.Back, EventID: w.EventID, Opening: w.Opening, Reason: w.Reason,
		When: w.When.in(), Rule: Told{Severity: w.Severity, Terms: w.Terms.in(), Ease: w.Ease, Restored: w.Restored}, Degraded: w.Degraded,
	}
	if w.ClearWhen != nil {
		clear := w.ClearWhen.in()
		t.ClearWhen = &clear
	}
	return nil
}

type traceJSON struct {
	Time      time.Time   `json:"time"`
	Pipeline  string      `json:"pipeline,omitempty"`
	Alert     string      `json:"alert"`
	Outcome   Outcome     `json:"outcome"`
	Open      bool        `json:"open,omitempty"`
	Since     time.Time   `json:"since,omitzero"`
	Until     time.Time   `json:"until,omitzero"`
	Held      int         `json:"held,omitempty"`
	Looks     int         `json:"looks,omitempty"`
	Back      string      `json:"back,omitempty"`
	EventID   string      `json:"event,omitempty"`
	Opening   string      `json:"opening,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	When      lookedJSON  `json:"when"`
	ClearWhen *lookedJSON `json:"clear_when,omitempty"`
	Severity  string      `json:"severity,omitempty"`
	Terms     termsJSON   `json:"terms,omitzero"`
	Ease      float64     `json:"ease,omitempty"`
	Restored  bool        `json:"restored,omitempty"`
	Degraded  []string    `json:"degraded,omitempty"`
}

type termsJSON struct {
	For        span    `json:"for,omitempty"`
	ClearAfter span    `json:"clear_after,omitempty"`
	Cooldown   span    `json:"cooldown,omitempty"`
	Least      int     `json:"least,omitempty"`
	Of         int     `json:"of,omitempty"`
	Hysteresis float64 `json:"hysteresis,omitempty"`
	Quiet      []Span  `json:"quiet,omitempty"`
}

func termsOut(t *Terms) termsJSON {
	return termsJSON{span(t.For), span(t.ClearAfter), span(t.Cooldown), t.Least, t.Of, t.Hysteresis, t.Quiet}
}

func (w *termsJSON) in() Terms {
	return Terms{time.Duration(w.For), time.Duration(w.ClearAfter), time.Duration(w.Cooldown), w.Least, w.Of, w.Hysteresis, w.Quiet}
}

func (w termsJSON) IsZero() bool {
	return w.For|w.ClearAfter|w.Cooldown == 0 && w.Of == 0 && w.Hysteresis == 0 && len(w.Quiet) == 0
}

type lookedJSON struct {
	Text    string          `json:"text"`
	Truth   pipelines.Truth `json:"truth"`
	Fresh   bool            `json:"fresh,omitempty"`
	Clauses []clauseJSON    `json:"clauses,omitempty"`
	Values  []valueJSON     `json:"values,omitempty"`
}

type clauseJSON struct {
	Text  string          `json:"text"`
	Truth pipelines.Truth `json:"truth"`
	Left  number          `json:"left,omitempty"`
	Right number          `json:"right,omitempty"`
	Unit  string          `json:"unit,omitempty"`
	Lacks string          `json:"lacks,omitempty"`
}

type valueJSON struct {
	Name  string `json:"name"`
	Value number `json:"value"`
	Unit  string `json:"unit,omitempty"`
	Age   span   `json:"age,omitempty"`
}

func lookedOut(l *Looked) lookedJSON {
	w := lookedJSON{Text: l.Text, Truth: l.Truth, Fresh: l.Fresh}
	for _, c := range l.Clauses {
		w.Clauses = append(w.Clauses, clauseJSON{c.Text, c.Truth, number(c.Left), number(c.Right), c.Unit, c.Lacks})
	}
	for _, v := range l.Values {
		w.Values = append(w.Values, valueJSON{v.Name, number(v.Value), v.Unit, span(v.Age)})
	}
	return w
}

func (w *lookedJSON) in() Looked {
	l := Looked{Text: w.Text, Verdict: pipelines.Verdict{Truth: w.Truth, Fresh: w.Fresh}}
	for _, c := range w.Clauses {
		l.Clauses = append(l.Clauses, pipelines.Clause{Text: c.Text, Truth: c.Truth, Left: float64(c.Left), Right: float64(c.Right), Unit: c.Unit, Lacks: c.Lacks})
	}
	for _, v := range w.Values {
		l.Values = append(l.Values, pipelines.Value{Name: v.Name, Value: float64(v.Value), Unit: v.Unit, Age: time.Duration(v.Age)})
	}
	return l
}

// number is a float64 that may be infinite, or none.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsInf(f, 0) || math.IsNaN(f) {
		return json.Marshal(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return json.Marshal(float64(n))
}

func (n *number) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		f, err := strconv.ParseFloat(text, 64)
		*n = number(f)
		return err
	}
	return json.Unmarshal(b, (*float64)(n))
}

// span is a duration as people write it.
type span time.Duration

func (s span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

func (s *span) UnmarshalText(b []byte) error {
	d, err := time.ParseDuration(string(b))
	*s = span(d)
	return err
}
