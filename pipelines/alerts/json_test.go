package alerts

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
)

// TestTraceJSON brings a Trace with all its fields to JSON and back, and an empty one.
func TestTraceJSON(t *testing.T) {
	at := time.Date(2026, 7, 3, 14, 3, 5, 120e6, time.UTC)
	full := Trace{
		Time: at, Pipeline: "room", Alert: "fire", Outcome: Waiting, Open: true, Since: at.Add(-time.Second), Until: at.Add(time.Second),
		Held: 2, Looks: 4, Back: "22:00-07:00", EventID: "e", Opening: "o", Reason: "r",
		When: Looked{Text: "a && b", Verdict: pipelines.Verdict{
			Truth: pipelines.True, Fresh: true,
			Clauses: []pipelines.Clause{
				{Text: "a", Truth: pipelines.True, Left: math.Inf(1), Right: 0.1, Unit: "s"},
				{Text: "b", Truth: pipelines.Unknown, Lacks: "mic: no samples for 3.0 s"},
				{Text: "c", Truth: pipelines.False, Left: -1e300, Right: math.Inf(-1)},
			},
			Values: []pipelines.Value{{Name: "x", Value: 0.1, Unit: "°C", Age: 1234567 * time.Microsecond}, {Name: "zero"}},
		}},
		ClearWhen: &Looked{Text: "c", Verdict: pipelines.Verdict{Truth: pipelines.False}},
		Rule: Told{Severity: Critical, Ease: 0.1, Restored: true, Terms: Terms{
			For: 2 * time.Second, ClearAfter: time.Minute, Cooldown: time.Hour, Least: 3, Of: 5, Hysteresis: 0.1,
			Quiet: []Span{{22 * time.Hour, 7 * time.Hour}, {12 * time.Hour, day}},
		}},
		Degraded: []string{"mic: no samples for 3.0 s"},
	}
	for _, want := range []Trace{full, {}} {
		b, err := json.Marshal(&want)
		if err != nil {
			t.Fatal(err)
		}
		var got Trace
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v, by way of %s", got, want, b)
		}
	}
	b, _ := json.Marshal(&Trace{When: Looked{Verdict: pipelines.Verdict{Values: []pipelines.Value{{Value: math.NaN()}}}}})
	var got Trace
	if err := json.Unmarshal(b, &got); err != nil || !math.IsNaN(got.When.Values[0].Value) {
		t.Errorf("got %v, %v of %s, want NaN", got.When.Values, err, b)
	}
}

// TestSpan reads quiet hours.
func TestSpan(t *testing.T) {
	for _, c := range []struct{ text, err string }{
		{"22:00-07:00", ""},
		{"00:00-00:01", ""},
		{"12:30-24:00", ""},
		{"22:00", "want two times"},
		{"22-7", "want two times"},
		{"25:00-07:00", "want two times"},
		{"07:00-07:00", "never open"},
		{"00:00-24:00", "never open"},
	} {
		s, err := ParseSpan(c.text)
		switch {
		case c.err == "" && (err != nil || s.String() != c.text):
			t.Errorf("%s: got %v, %v", c.text, s, err)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s: got %v, want %q", c.text, err, c.err)
		}
	}
	a, b := Span{0, 12 * time.Hour}, Span{12 * time.Hour, 24 * time.Hour}
	if err := checkQuiet([]Span{a, b}); err == nil {
		t.Errorf("%v and %v: got no error, want one", a, b)
	}
}
