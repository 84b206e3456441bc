package alerts

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
)

// noon is when the looks of tests begin.
var noon = time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)

// TestEvents reads what an opening and a closing say.
func TestEvents(t *testing.T) {
	w := &world{score: 0.9}
	files := []string{"room-fire.jpg"}
	a := newRig(t, Options{
		Rules:    []Rule{{Name: "fire", Severity: Critical, When: w.when(), Terms: Terms{For: time.Second}}},
		Location: time.UTC,
		Models:   map[string]string{"room-fusion": "c0ffee"},
		Keep: func(ev *pipelines.Event) []string {
			if id := ev.ID().String(); id == "" || ev.Alert.Opening != id {
				t.Errorf("Keep got event %q of opening %q, want its ID", id, ev.Alert.Opening)
			}
			return files
		},
	})
	a.See(&pipelines.Event{Boot: "r", Seq: 1, Contributions: map[string]float32{"cam": 0.6, "mic": 0.4}})
	a.Look(noon, nil)
	due := a.Look(noon.Add(time.Second), []pipelines.Sense{{Sensor: "mic", State: pipelines.Stale, Why: "no samples for 4.2 s"}, {Sensor: "cam"}})
	if len(due) != 1 {
		t.Fatalf("got %d events, want 1", len(due))
	}
	due[0].Boot, due[0].Pipeline, due[0].Seq = "ev", "room", 1
	a.Tell(due[0])
	want := pipelines.Event{Boot: "ev", Pipeline: "room", Seq: 1, Kind: pipelines.KindAlert, Window: pipelines.Window{Start: noon, End: noon.Add(time.Second)}, Alert: &pipelines.Alert{
		Name: "fire", State: pipelines.Open, Severity: Critical, Opening: "ev-room-1", Since: noon,
		Reason: `holds for 1 s: label("fire") > 0.8 with 0.9`,
		Evidence: pipelines.Evidence{
			When:          `label("fire") > 0.8`,
			Clauses:       []pipelines.Clause{{Text: `label("fire") > 0.8`, Truth: pipelines.True, Left: 0.9, Right: 0.8}},
			Values:        []pipelines.Value{{Name: "score", Value: 0.9}},
			Contributions: map[string]float32{"cam": 0.6, "mic": 0.4},
			Degraded:      []string{"mic: no samples for 4.2 s"},
			Models:        map[string]string{"room-fusion": "c0ffee"},
			Files:         files,
		},
	}}
	if !reflect.DeepEqual(*due[0], want) {
		t.Errorf("got %+v of %+v, want %+v of %+v", *due[0], *due[0].Alert, want, *want.Alert)
	}
	w.score = 0.25
	a.look(noon.Add(3*time.Second), "close")
	got := a.told[0].Alert
	if got.State != pipelines.Closed || got.Opening != "ev-room-1" || !got.Since.Equal(noon) || !got.Until.Equal(noon.Add(3*time.Second)) ||
		got.Evidence.Clauses[0].Left != 0.25 || !slices.Equal(got.Evidence.Files, files) || got.Severity != Critical {
		t.Errorf("got closing %+v", got)
	}
	if s := a.States()[0]; s.Open || s.Opening != "ev-room-1" || s.Opens != 1 || !s.Until.Equal(got.Until) || !slices.Equal(s.Evidence.Files, files) {
		t.Errorf("got state %+v", s)
	}
}

// TestReasons reads the sentences.
func TestReasons(t *testing.T) {
	for _, c := range []struct {
		terms Terms
		clear bool
		looks string // see TestTerms; a second each
		mute  string
		want  []string
	}{
		{Terms{}, false, "x.", "", []string{`holds: label("fire") > 0.8 with 0.9`, `no longer holds: label("fire") > 0.8 with 0.1`}},
		{Terms{Least: 2, Of: 3, ClearAfter: 2 * time.Second}, false, "x.x...", "", []string{
			`holds, in 2 of 3 looks: label("fire") > 0.8 with 0.9`, `no longer holds, for 2 s: label("fire") > 0.8 with 0.1`}},
		{Terms{Hysteresis: 0.1}, false, "x.", "", []string{
			`holds: label("fire") > 0.8 with 0.9`, `no longer holds, eased by 10 %: label("fire") > 0.8 with 0.1`}},
		{Terms{ClearAfter: time.Second}, true, "xee", "", []string{
			`holds: label("fire") > 0.8 with 0.9`, `clear_when holds for 1 s: label("calm") > 0.5 with 0.9`}},
		{Terms{}, false, "xxx", "mm ", []string{`holds for 2 s: label("fire") > 0.8 with 0.9; it was muted until now`}},
		{Terms{}, false, "x.x", "mm ", []string{`holds: label("fire") > 0.8 with 0.9`}},
		{Terms{Cooldown: 3 * time.Second}, false, "x.xxx", "", []string{
			`holds: label("fire") > 0.8 with 0.9`, `no longer holds: label("fire") > 0.8 with 0.1`,
			`holds for 2 s: label("fire") > 0.8 with 0.9; the cooldown kept it back until now`}},
		{Terms{Quiet: []Span{{11 * time.Hour, 12*time.Hour + time.Minute}}}, false, strings.Repeat("x", 61), "", []string{
			`holds for 1 min 0 s: label("fire") > 0.8 with 0.9; quiet hours kept it back until now`}},
	} {
		w := &world{}
		r := Rule{Name: "fire", When: w.when(), Terms: c.terms}
		if c.clear {
			r.ClearWhen = w.clearWhen()
		}
		a := newRig(t, Options{Rules: []Rule{r}, Location: time.UTC})
		for i, look := range c.looks {
			w.show(look)
			now := noon.Add(time.Duration(i) * time.Second)
			if i < len(c.mute) && c.mute[i] == 'm' {
				a.Mute("fire", now.Add(time.Second))
			}
			a.look(now, "")
		}
		var got []string
		for _, ev := range a.told {
			got = append(got, ev.Alert.Reason)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%+v, looks %s:\ngot  %q\nwant %q", c.terms, c.looks, got, c.want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "0 s", 1234 * time.Millisecond: "1.2 s", 59*time.Second + 960*time.Millisecond: "60 s", 3*time.Minute + 7*time.Second: "3 min 7 s", 26*time.Hour + 5*time.Minute: "26 h 5 min",
	} {
		if got := words(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
	clauses := []pipelines.Clause{
		{Text: `missing("cam")`, Truth: pipelines.True}, {Text: "p", Truth: pipelines.True, Left: 101325.4, Right: 1, Unit: "Pa"},
		{Text: "q", Truth: pipelines.Unknown}, {Text: "r", Truth: pipelines.False, Left: 0.012345, Right: 1}, {Text: "s"},
	}
	var b strings.Builder
	list(&b, clauses)
	if want := `: missing("cam") is true, p with 101325 Pa, q is unknown, r with 0.0123, …`; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// TestToldLate has an alert open, close and open again before anybody tells its IDs.
func TestToldLate(t *testing.T) {
	w := &world{}
	var traced []string
	a := newRig(t, Options{Rules: []Rule{{Name: "fire", When: w.when()}}, Traces: func(tr *Trace) {
		if tr.Outcome == Opened || tr.Outcome == Closed {
			traced = append(traced, string(tr.Outcome)+" "+tr.EventID+" "+tr.Opening)
		}
	}})
	var due []*pipelines.Event
	for i, look := range "x.x." {
		w.show(look)
		due = append(due, a.Look(noon.Add(time.Duration(i)*time.Second), nil)...)
	}
	if len(traced) > 0 {
		t.Errorf("got traces %q before the events have IDs", traced)
	}
	for i := range uint64(3) {
		due[i].Boot, due[i].Pipeline, due[i].Seq = "b", "room", i
		a.Tell(due[i])
	}
	if want := []string{"opened b-room-0 b-room-0", "closed b-room-1 b-room-0", "opened b-room-2 b-room-2"}; !slices.Equal(traced, want) {
		t.Errorf("got %q, want %q", traced, want)
	}
	if due[1].Alert.Opening != "b-room-0" || due[0].Alert.Opening != "b-room-0" || due[2].Alert.Opening != "b-room-2" {
		t.Errorf("got openings %q, %q, %q, want the first, the first, the last", due[0].Alert.Opening, due[1].Alert.Opening, due[2].Alert.Opening)
	}
	a.Tell(&pipelines.Event{Boot: "another's", Alert: &pipelines.Alert{}})
	for i := range 3 * mostUntold { // nobody tells of them
		w.show(rune("x."[i%2]))
		a.Look(noon.Add(time.Duration(i)*time.Minute), nil)
	}
	if len(a.untold) > mostUntold || len(traced) < 2*mostUntold {
		t.Errorf("%d events wait, %d were traced", len(a.untold), len(traced))
	}
}

// TestGone starts again with a config that has an alert no more: open, it closes, and it is not heard of again.
func TestGone(t *testing.T) {
	w := &world{}
	open := State{Alert: "smoke", Open: true, Opening: "old", Since: noon.Add(-time.Hour), Severity: Info, Evidence: pipelines.Evidence{When: "smoke > 1", Files: []string{"f"}}}
	var traces []Trace
	a := newRig(t, Options{
		Rules: []Rule{{Name: "fire", When: w.when()}}, Restore: []State{open, {Alert: "gas", Until: noon}},
		Traces: func(tr *Trace) { traces = append(traces, *tr) },
	})
	a.look(noon, "ev")
	a.look(noon.Add(time.Second), "ev")
	if len(a.told) != 1 {
		t.Fatalf("got %d events, want 1", len(a.told))
	}
	got := a.told[0].Alert
	if got.Name != "smoke" || got.State != pipelines.Closed || got.Opening != "old" || got.Severity != Info || !got.Until.Equal(noon) ||
		got.Reason != "the config has no such alert any more" || !slices.Equal(got.Evidence.Files, []string{"f"}) {
		t.Errorf("got %+v", got)
	}
	if tr := traces[1]; tr.Alert != "smoke" || tr.Outcome != Closed || tr.EventID != "ev-room-1" || !tr.Rule.Restored {
		t.Errorf("got trace %+v", tr)
	}
	if len(a.States()) != 1 {
		t.Errorf("got states %+v, want one", a.States())
	}
}

// TestRestored reads the first trace after a restart.
func TestRestored(t *testing.T) {
	for _, c := range []struct {
		name     string
		state    State
		score    float64
		outcome  Outcome
		restored bool
	}{
		{"open", State{Open: true, Opening: "o", Since: noon.Add(-time.Minute)}, 0.9, Open, true},
		{"open, and closes", State{Open: true, Opening: "o", Since: noon.Add(-time.Minute)}, 0.1, Closed, true},
		{"cooling down", State{Until: noon.Add(-30 * time.Second)}, 0.9, Cooldown, true},
		{"cooled down", State{Until: noon.Add(-time.Hour)}, 0.9, Opened, false},
		{"muted", State{Muted: noon.Add(time.Hour)}, 0.9, Muted, true},
		{"nothing", State{}, 0.1, Idle, false},
	} {
		w := &world{score: c.score}
		c.state.Alert = "fire"
		var first Trace
		a := newRig(t, Options{Rules: []Rule{{Name: "fire", When: w.when(), Terms: Terms{Cooldown: time.Minute}}}, Restore: []State{c.state},
			Traces: func(tr *Trace) { first = *tr }})
		a.look(noon, "")
		if first.Outcome != c.outcome || first.Rule.Restored != c.restored {
			t.Errorf("%s: got %s, restored %v, want %s, %v", c.name, first.Outcome, first.Rule.Restored, c.outcome, c.restored)
		}
		if first.Open && c.state.Open && (!first.Since.Equal(c.state.Since) || first.Opening != "o") {
			t.Errorf("%s: got %q since %v, want it as it was", c.name, first.Opening, first.Since)
		}
	}
	// The clock was set back over the restart: the cooldown is no longer than it is.
	w := &world{score: 0.9}
	a := newRig(t, Options{Rules: []Rule{{Name: "fire", When: w.when(), Terms: Terms{Cooldown: time.Minute}}},
		Restore: []State{{Alert: "fire", Until: noon.Add(1000 * time.Hour)}}})
	for i, want := range []int{0, 0, 1} {
		a.look(noon.Add(time.Duration(i)*30*time.Second), "")
		if len(a.told) != want {
			t.Errorf("look %d: got %d events, want %d", i, len(a.told), want)
		}
	}
}

// TestNew tries what there can be no alerts of.
func TestNew(t *testing.T) {
	w := &world{}
	for _, c := range []struct {
		rule Rule
		want string
	}{
		{Rule{}, "a name and a condition"},
		{Rule{Name: "a"}, "a name and a condition"},
		{Rule{Name: "a", When: w.when(), Severity: "high"}, `alert "a": severity "high"`},
		{Rule{Name: "a", When: w.when(), ClearWhen: w.clearWhen(), Terms: Terms{Hysteresis: 0.1}}, "hysteresis"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{Hysteresis: 1.5}}, "hysteresis 1.5"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{For: -1}}, "want 0 or more"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{Least: 3, Of: 2}}, "at_least 3 of 2"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{Least: 0, Of: 2}}, "at_least 0 of 2"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{Least: 1, Of: 2000}}, "at_least 1 of 2000"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{Quiet: []Span{{time.Second, time.Minute}}}}, "whole minutes"},
		{Rule{Name: "a", When: w.when(), Terms: Terms{Quiet: []Span{{time.Hour, 25 * time.Hour}}}}, "whole minutes"},
		{Rule{Name: "twice", When: w.when()}, "there are two"},
	} {
		_, err := New(Options{Rules: []Rule{{Name: "twice", When: w.when()}, c.rule}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.rule, err, c.want)
		}
	}
	a := newRig(t, Options{Rules: []Rule{{Name: "fire", When: w.when()}, {Name: "gas", When: w.when()}}})
	if err := a.Mute("fier", noon); err == nil || !strings.Contains(err.Error(), "there are: fire, gas") {
		t.Errorf("got %v, want the names that there are", err)
	}
	if err := a.Mute("gas", noon); err != nil || !a.Muted("gas").Equal(noon) || !a.Muted("fire").IsZero() || !a.Muted("fier").IsZero() {
		t.Errorf("got %v; muted %v, %v, %v", err, a.Muted("gas"), a.Muted("fire"), a.Muted("fier"))
	}
}

// TestQuiet goes by the clock on the wall on days that have an hour less, or one more.
func TestQuiet(t *testing.T) {
	berlin, howe := zone(t, "Europe/Berlin"), zone(t, "Australia/Lord_Howe") // where the clock jumps by half an hour
	h, m := time.Hour, time.Minute
	for _, c := range []struct {
		name  string
		place *time.Location
		spans []Span
		now   string // in UTC
		until string // in UTC; empty: it is not quiet
	}{
		{"a summer's night", berlin, []Span{{22 * h, 7 * h}}, "2026-07-03T20:00:00Z", "2026-07-04T05:00:00Z"},
		{"just before", berlin, []Span{{22 * h, 7 * h}}, "2026-07-03T19:59:59Z", ""},
		{"just after", berlin, []Span{{22 * h, 7 * h}}, "2026-07-04T05:00:00Z", ""},
		{"the short night", berlin, []Span{{22 * h, 7 * h}}, "2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z"},
		{"the long night", berlin, []Span{{22 * h, 7 * h}}, "2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z"},
		{"it begins in the hour that is left out", berlin, []Span{{2*h + 30*m, 4 * h}}, "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"},
		{"before that hour", berlin, []Span{{2*h + 30*m, 4 * h}}, "2026-03-29T00:59:59Z", ""},
		{"it is in the hour that is left out", berlin, []Span{{2 * h, 3 * h}}, "2026-03-29T01:00:00Z", ""},
		{"it ends in the hour that is left out", berlin, []Span{{1 * h, 2*h + 30*m}}, "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"},
		{"the hour that comes twice, first", berlin, []Span{{2 * h, 2*h + 30*m}}, "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"},
		{"between", berlin, []Span{{2 * h, 2*h + 30*m}}, "2026-10-25T00:40:00Z", ""},
		{"the hour that comes twice, again", berlin, []Span{{2 * h, 2*h + 30*m}}, "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"},
		{"half an hour less", howe, []Span{{1 * h, 3 * h}}, "2026-10-03T15:00:00Z", "2026-10-03T16:00:00Z"},
		{"one follows the other", berlin, []Span{{12 * h, 13 * h}, {13 * h, 24 * h}}, "2026-07-03T10:30:00Z", "2026-07-03T22:00:00Z"},
		{"until midnight", berlin, []Span{{12 * h, 0}}, "2026-07-03T21:59:59Z", "2026-07-03T22:00:00Z"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if quietAt(c.spans, now, c.place) != nil {
			got = quietEnd(c.spans, now, c.place).UTC().Format(time.RFC3339)
		}
		if got != c.until {
			t.Errorf("%s: got quiet until %q, want %q", c.name, got, c.until)
		}
	}
}
