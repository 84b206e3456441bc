package why

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/alerts"
)

const (
	no     = pipelines.False
	unsure = pipelines.Unknown
	yes    = pipelines.True
)

// clauses returns clauses of some texts and truths.
func clauses(texts []string, truths ...pipelines.Truth) (all []pipelines.Clause) {
	for i, t := range truths {
		all = append(all, pipelines.Clause{Text: texts[i], Truth: t})
	}
	return all
}

// TestWhatDecides has conditions, the truths of their clauses, and the clauses that decide them.
func TestWhatDecides(t *testing.T) {
	a, b, c := `label("a or b") > 0.5`, `missing("cam")`, `count("x(") >= 2`
	for _, tt := range []struct {
		when    string
		of      []pipelines.Clause
		want    pipelines.Truth
		decided []int
	}{
		{a, clauses([]string{a}, no), no, []int{0}},
		{a + " && " + b, clauses([]string{a, b}, yes, no), no, []int{1}},
		{a + " && " + b, clauses([]string{a, b}, no, no), no, []int{0, 1}},
		{a + " && " + b, clauses([]string{a, b}, yes, yes), yes, []int{0, 1}},
		{a + " && " + b, clauses([]string{a, b}, yes, unsure), unsure, []int{1}},
		{a + " && " + b, clauses([]string{a, b}, no, unsure), no, []int{0}},
		{a + " || " + b, clauses([]string{a, b}, no, unsure), unsure, []int{1}},
		{a + " || " + b, clauses([]string{a, b}, yes, yes), yes, []int{0}},
		{a + " or not " + b, clauses([]string{a, b}, no, no), yes, []int{1}},
		{"!(" + a + "  and\n" + b + ") || " + c, clauses([]string{a, b, c}, yes, yes, no), no, []int{0, 1, 2}},
		{a + " || " + b + " && " + c, clauses([]string{a, b, c}, no, yes, no), no, []int{0, 2}},
		{"(" + a + " || " + b + ") && " + c, clauses([]string{a, b, c}, yes, no, no), no, []int{2}},
		{strings.ReplaceAll(a, " ", "  ") + "&&(((" + b + ")))", clauses([]string{a, b}, yes, no), no, []int{1}},
		{"! !" + b, clauses([]string{b}, no), no, []int{0}},
	} {
		s := skeletonOf(tt.when, tt.of)
		if s == nil {
			t.Errorf("%s: its structure is not seen", tt.when)
			continue
		}
		if got := s.truth(tt.of); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.when, got, tt.want)
		}
		if got := s.decided(tt.of); !slices.Equal(got, tt.decided) {
			t.Errorf("%s: decided by %v, want %v", tt.when, got, tt.decided)
		}
	}
}

func TestStructureThatIsNotSeen(t *testing.T) {
	a := `label("a") > 0.5`
	for _, when := range []string{"", "(" + a, a + ")", a + " xor " + a, a + " && ", "nota", strings.Repeat("(", 1000) + a, a + a, strings.Repeat("!", 1000) + a, a + " or" + a[1:]} {
		if s := skeletonOf(when, clauses([]string{a}, no)); s != nil {
			t.Errorf("%.40q: got %+v", when, s)
		}
	}
	l := &alerts.Looked{Text: "something else", Verdict: pipelines.Verdict{Truth: no, Clauses: clauses([]string{a, "b"}, yes, no)}}
	if got := decidedOf(l); len(got) != 1 || got[0].index != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestHysteresisIsTakenBack has each kind of comparison eased as package rules does it.
func TestHysteresisIsTakenBack(t *testing.T) {
	for _, text := range []string{`label("a") > 0.8`, `0.8 >= label("a")`, `label("a") < 0.8`, `-0.8 <= label("a")`, `label("a") >= label("b")`, `label("a") == 0.8`} {
		for _, threshold := range []float64{0.8, -20, 0, 1e-9, 4000} {
			for _, against := range []bool{false, true} {
				d := decided{Clause: pipelines.Clause{Text: text, Left: 0.5, Right: 0.5}, against: against}
				c, ok := d.comparison()
				if !ok {
					t.Fatalf("%s is no comparison", text)
				}
				side := &d.Right
				if constant(c.left) {
					side = &d.Left
				}
				easier := 0.1 * math.Abs(threshold) // upwards on the right, downwards on the left
				if (c.op[0] == '>') != against {
					easier = -easier
				}
				if side == &d.Left {
					easier = -easier
				}
				if *side = threshold + easier; c.op == "==" {
					*side = threshold
				}
				left, right := d.plain(c, 0.1)
				got := right
				if side == &d.Left {
					got = left
				}
				if math.Abs(got-threshold) > 1e-12*math.Abs(threshold) {
					t.Errorf("%s with %g, against %v: got %g", text, threshold, against, got)
				}
			}
		}
	}
}

func TestSidesOfClauses(t *testing.T) {
	for text, want := range map[string]comparison{
		`label("a > b") >= 0.8`:              {`label("a > b")`, ">=", "0.8"},
		`"35 °C"<reading('x<y')`:             {`"35 °C"`, "<", `reading('x<y')`},
		`(label("a") + label("b")) / 2 != 1`: {`(label("a") + label("b")) / 2`, "!=", "1"},
		`count("a") == (1 + 2)`:              {`count("a")`, "==", "(1 + 2)"},
	} {
		d := decided{Clause: pipelines.Clause{Text: text}}
		if got, ok := d.comparison(); !ok || got != want {
			t.Errorf("%s: got %+v, %v", text, got, ok)
		}
	}
	for side, want := range map[string]bool{`label("a")`: false, "0.8": true, `"35 °C"`: true, "(1 + 2)": true, `-(missing("x"))`: false} {
		if got := constant(side); got != want {
			t.Errorf("%s: got %v", side, got)
		}
	}
	d := decided{Clause: pipelines.Clause{Text: `missing("a > b")`}}
	if got, ok := d.comparison(); ok {
		t.Errorf("got %+v", got)
	}
}

func TestFigures(t *testing.T) {
	for _, tt := range []struct {
		x, from float64
		want    string
	}{
		{0.79, 0.8, "0.79"}, {float64(float32(0.79)), 0.8, "0.79"}, {0.79999, 0.8, "0.79999"}, {0.8, 0.8, "0.8"}, {101325, 90000, "101325"},
		{1234567, 0, "1234567"}, {math.Inf(1), 30, "for ever"}, {math.NaN(), 0, "no number"}, {0, 0.05, "0"}, {0.00001234, 1, "0.00001234"}, {1e20, 1, "1e+20"},
		{math.Nextafter(0.8, 0), 0.8, "0.7999999999999999"},
	} {
		if got := figure(tt.x, tt.from); got != tt.want {
			t.Errorf("%v beside %v: got %s, want %s", tt.x, tt.from, got, tt.want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 ms", 1500 * time.Microsecond: "1.5 ms", 1500 * time.Millisecond: "1.5 s", time.Minute: "1 min", 65 * time.Minute: "1 h 5 min",
		25*time.Hour + 3*time.Second: "1 d 1 h 3 s", -2 * time.Second: "-2 s",
	} {
		if got := lasting(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	newest := time.Date(2026, 11, 26, 14, 3, 30, 0, berlin)
	for text, want := range map[string]Moment{
		"14:03":                     {newest.Add(-30 * time.Second), newest.Add(30 * time.Second)},
		"14:05":                     {newest.Add(90 * time.Second), newest.Add(150 * time.Second)}, // the newest look may be a minute old
		"14:06":                     {newest.Add(150*time.Second - 24*time.Hour), newest.Add(210*time.Second - 24*time.Hour)},
		"14:03:05":                  {newest.Add(-25 * time.Second), newest.Add(-24 * time.Second)},
		"14:03:05.5":                {newest.Add(-24500 * time.Millisecond), newest.Add(-24500 * time.Millisecond)},
		"2026-11-26T13:03:05Z":      {newest.Add(-25 * time.Second), newest.Add(-24 * time.Second)},
		"2026-11-25T14:03:30+01:00": {newest.Add(-24 * time.Hour), newest.Add(time.Second - 24*time.Hour)},
		"2026-11-26 14:03":          {newest.Add(-30 * time.Second), newest.Add(30 * time.Second)},
	} {
		got, err := ParseMoment(text, newest, berlin)
		if err != nil || !got.From.Equal(want.From) || !got.To.Equal(want.To) {
			t.Errorf("%s: got %v to %v, %v", text, got.From, got.To, err)
		}
	}
	for _, text := range []string{"", "14", "25:00", "14:03:05:07", "yesterday", "14:3x"} {
		if m, err := ParseMoment(text, newest, berlin); err == nil {
			t.Errorf("%q: got %v", text, m)
		}
	}
}

// noon is when the looks of these tests begin.
var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// looked is a look at fire in pipeline room.
func looked(seconds float64, o alerts.Outcome, event string) *alerts.Trace {
	text := `label("fire") > 0.8`
	l := alerts.Looked{Text: text, Verdict: pipelines.Verdict{Truth: no, Clauses: []pipelines.Clause{{Text: text, Truth: no, Left: math.Inf(-1), Right: 0.8}}}}
	return &alerts.Trace{Time: noon.Add(time.Duration(seconds * 1e9)), Pipeline: "room", Alert: "fire", Outcome: o, Open: o == alerts.Open, EventID: event, When: l}
}

// historyOf keeps looks, and reads them.
func historyOf(t *testing.T, all ...*alerts.Trace) *History {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ring")
	r := ringAt(t, path, 0)
	for _, l := range all {
		r.Put(l)
	}
	r.write()
	h, err := Load(path, func(Key) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestEventsAreFound(t *testing.T) {
	h := historyOf(t,
		looked(0, alerts.Idle, "RUN1-room-10"), looked(5, alerts.Opened, "RUN1-room-21"), looked(4, alerts.Open, "RUN1-room-20"),
		looked(60, alerts.Open, "RUN1-room-80"), looked(60.5, alerts.Idle, "RUN1-room-80"), looked(70, alerts.Idle, "RUN2-room-3"))
	second := func(s float64) time.Time { return noon.Add(time.Duration(s * 1e9)) }
	for event, want := range map[string]Found{
		"RUN1-room-21": {Moment: Moment{second(5), second(5)}, Own: true},
		"RUN1-room-20": {Moment: Moment{second(4), second(4)}},
		"RUN1-room-80": {Moment: Moment{second(60), second(60)}},
		"RUN1-room-15": {Moment: Moment{second(0), second(4)}},
	} {
		got, ok := h.Find(event)
		if !ok || got.Moment != want.Moment || got.Own != want.Own || !slices.Equal(got.Keys, []Key{{"room", "fire"}}) {
			t.Errorf("%s: got %+v, %v", event, got, ok)
		}
	}
	for _, event := range []string{"", "RUN1-room-9", "RUN1-room-81", "RUN1-hall-20", "RUN3-room-20", "RUN2-room-2", "RUN1-room-x", "RUN1-room-99999999999999999999"} {
		if got, ok := h.Find(event); ok {
			t.Errorf("%q: got %+v", event, got)
		}
	}
}

func TestWhereNobodyLooked(t *testing.T) {
	h := historyOf(t, looked(0, alerts.Idle, ""), looked(60, alerts.Idle, ""), looked(600, alerts.Open, ""))
	for seconds, want := range map[int]string{
		-100: "the ring begins at 12:00:00", 200: "nobody looked from 12:01:00 to 12:10:00", 1000: `the last look at it is of 12:10:00, and came to "open"`,
	} {
		at := noon.Add(time.Duration(seconds) * time.Second)
		_, err := h.Explain(Key{"room", "fire"}, Moment{at, at.Add(time.Minute)}, time.UTC)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d s: got %v, want %q", seconds, err, want)
		}
	}
	at := noon.Add(30 * time.Second)
	if a, err := h.Explain(Key{"room", "fire"}, Moment{at, at}, time.UTC); err != nil || !strings.Contains(a.Text, "without end below 0") {
		t.Errorf("got %+v, %v", a, err)
	}
	if _, err := h.Explain(Key{"room", "none"}, Moment{at, at}, time.UTC); err == nil || !strings.Contains(err.Error(), "nothing is on record") {
		t.Errorf("got %v", err)
	}
}
