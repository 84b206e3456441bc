package spans

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// at is so many seconds after noon.
func at(seconds float64) time.Time { return noon.Add(time.Duration(seconds * float64(time.Second))) }

// drawn puts spans into words, in seconds after noon; ▸ is an open end.
func drawn(all []Span) string {
	var words []string
	for _, s := range all {
		word := fmt.Sprintf("%s %g-%g", s.Name, s.From.Sub(noon).Seconds(), s.To.Sub(noon).Seconds())
		if s.Open {
			word += "▸"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

// TestLabelsBecomeSpans gives a result a second, of which each says the names in its word; a dot is a second without one.
func TestLabelsBecomeSpans(t *testing.T) {
	for _, test := range []struct{ name, results, want string }{
		{"from the first to the last that tells it", "- a a a -", "a 1-3"},
		{"one result is a span without a length", "- a -", "a 1-1"},
		{"two results without it are a gap", "a - - a", "a 0-3"},
		{"three are an end", "a - - - a", "a 0-0, a 4-4"},
		{"others do not matter", "ab b b b ab", "a 0-0, a 4-4, b 0-4"},
		{"silence as long as allowed is none", "a . . a", "a 0-3"},
		{"silence is an end", "a . . . a a", "a 0-0, a 4-5"},
		{"said twice at once, as of two persons", "aa aa -", "a 0-1"},
		{"to the end", "- a a", "a 1-2"},
	} {
		for _, kind := range []pipelines.Kind{pipelines.KindLabels, pipelines.KindDetections} {
			c := NewCollector(map[string]time.Duration{"room": 3 * time.Second})
			for i, word := range strings.Fields(test.results) {
				if word == "." {
					continue
				}
				ev := pipelines.Event{Kind: kind, Pipeline: "room", Time: at(float64(i))}
				for _, r := range strings.ReplaceAll(word, "-", "") {
					l := pipelines.Label{Name: string(r), Score: 0.5}
					if kind == pipelines.KindLabels {
						ev.Labels = append(ev.Labels, l)
					} else {
						ev.Detections = append(ev.Detections, pipelines.Detection{Label: l})
					}
				}
				put(t, c, &ev)
			}
			if got := drawn(c.Spans(at(100))); got != test.want {
				t.Errorf("%s, %s: got %s, want %s", test.name, kind, got, test.want)
			}
		}
	}
}

func put(t *testing.T, c *Collector, ev *pipelines.Event) {
	t.Helper()
	if err := c.Put(t.Context(), ev); err != nil {
		t.Fatal(err)
	}
}

// TestStreamsAreApart lets models, sensors and pipelines speak of the same thing: only two models on one sensor are one.
func TestStreamsAreApart(t *testing.T) {
	c := NewCollector(map[string]time.Duration{"room": 10 * time.Second, "hall": 10 * time.Second})
	for i := range 6 {
		for _, from := range []struct {
			pipeline, sensor, model string
			says                    bool
		}{
			{"room", "cam", "eye", i < 4}, {"room", "cam", "other", i >= 3}, {"room", "mic", "ear", i == 1}, {"hall", "cam", "eye", i > 4},
		} {
			ev := pipelines.Event{Kind: pipelines.KindLabels, Pipeline: from.pipeline, Sensor: from.sensor, Model: from.model, Time: at(float64(i))}
			if from.says {
				ev.Labels = []pipelines.Label{{Name: from.pipeline + from.sensor, Score: float32(i) / 10}}
			}
			put(t, c, &ev)
		}
	}
	all := c.Spans(at(6))
	if got, want := drawn(all), "hallcam 5-5, roomcam 0-5, roommic 1-1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if all[1].Score != 0.5 || all[2].Score != 0.1 {
		t.Errorf("got scores %v and %v", all[1].Score, all[2].Score)
	}
}

// TestAlertsBecomeSpans opens and closes alerts; captions are nobody's.
func TestAlertsBecomeSpans(t *testing.T) {
	c := NewCollector(nil)
	alert := func(second float64, seq uint64, name string, state pipelines.AlertState, opening string) {
		t.Helper()
		put(t, c, &pipelines.Event{Boot: "b", Seq: seq, Kind: pipelines.KindAlert, Pipeline: "room", Time: at(second),
			Alert: &pipelines.Alert{Name: name, State: state, Opening: opening, Severity: "critical", Reason: "because"}})
	}
	alert(1, 1, "fire", pipelines.Open, "b-room-1")
	alert(2, 2, "fall", pipelines.Open, "b-room-2")
	put(t, c, &pipelines.Event{Kind: pipelines.KindCaption, Labels: []pipelines.Label{{Name: "x"}}})
	alert(3, 3, "fire", pipelines.Closed, "b-room-1")
	alert(3, 4, "door", pipelines.Closed, "of another run")
	alert(5, 5, "fire", pipelines.Open, "b-room-5")
	all := c.Spans(at(9))
	if got, want := drawn(all), "fall 2-9▸, fire 1-3, fire 5-9▸"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if s := all[0]; s.Severity != "critical" || s.Reason != "because" {
		t.Errorf("got %+v", s)
	}
}

// spansOf reads spans of one alert: "1-3 5-9", and with a severity 1-3/critical.
func spansOf(t *testing.T, text string) (all []Span) {
	t.Helper()
	for word := range strings.FieldsSeq(text) {
		var from, to float64
		word, severity, _ := strings.Cut(word, "/")
		if _, err := fmt.Sscanf(word, "%g-%g", &from, &to); err != nil {
			t.Fatal(err)
		}
		all = append(all, Span{Key: Key{Kind: pipelines.KindAlert, Name: "a"}, From: at(from), To: at(to), Severity: severity})
	}
	return all
}

// TestCompare compares hand-made spans, a step being a second.
func TestCompare(t *testing.T) {
	for _, test := range []struct{ name, was, is, want string }{
		{"nothing", "", "", ""},
		{"the same", "1-3 5-9", "1-3 5-9", "same 1-3 1-3, same 5-9 5-9"},
		{"one more", "1-3", "1-3 5-9", "same 1-3 1-3, new 5-9"},
		{"one less", "1-3 5-9", "5-9", "gone 1-3, same 5-9 5-9"},
		{"by a step", "5-9", "6-8", "same 5-9 6-8"},
		{"by more, later", "5-9", "6.5-9", "moved 5-9 6.5-9"},
		{"by more, earlier", "5-9", "2-9", "moved 5-9 2-9"},
		{"it ends later", "5-9", "5-12", "moved 5-9 5-12"},
		{"apart by a step, they are one", "5-6", "7-8", "moved 5-6 7-8"},
		{"apart by more, they are two", "5-6", "8-9", "gone 5-6, new 8-9"},
		{"told once, a step later", "5-5", "6-6", "same 5-5 6-6"},
		{"in two", "1-9", "1-4 6-9", "moved 1-9 1-4, new 6-9"},
		{"of two one", "1-4 6-9", "1-9", "moved 1-4 1-9, gone 6-9"},
		{"which overlaps more", "1-2 3-9", "1.5-9", "gone 1-2, moved 3-9 1.5-9"},
		{"which overlaps more, the other way round", "1.5-9", "1-2 3-9", "new 1-2, moved 1.5-9 3-9"},
		{"another severity", "1-3/warning", "1-3/critical", "moved 1-3 1-3"},
	} {
		var got []string
		for _, c := range Compare(spansOf(t, test.was), spansOf(t, test.is), func(Key) time.Duration { return time.Second }) {
			words := []string{string(c.What)}
			for _, s := range []*Span{c.Was, c.Is} {
				if s != nil {
					words = append(words, strings.TrimPrefix(drawn([]Span{*s}), "a "))
				}
			}
			got = append(got, strings.Join(words, " "))
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// TestOrder has alerts first, then what is earlier, and never pairs what has another name.
func TestOrder(t *testing.T) {
	key := func(kind pipelines.Kind, name string) Key { return Key{Kind: kind, Name: name} }
	was := []Span{{Key: key(pipelines.KindAlert, "b"), From: at(7), To: at(8)}, {Key: key(pipelines.KindLabels, "a"), From: at(1), To: at(2)}}
	is := []Span{{Key: key(pipelines.KindAlert, "a"), From: at(9), To: at(9)}, {Key: key(pipelines.KindDetections, "a"), From: at(1), To: at(2)}}
	var got []string
	for _, c := range Compare(was, is, func(Key) time.Duration { return time.Hour }) {
		got = append(got, fmt.Sprint(c.What, " ", c.Of().Kind, " ", c.Of().Name))
	}
	if got, want := strings.Join(got, ", "), "gone alert b, new alert a, new detections a, gone labels a"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestCompareLosesNothing compares random spans: each is in one change, and none is taken for one that was at another time.
func TestCompareLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(10, 10))
	some := func() (all []Span) {
		second := 0.0
		for range random.IntN(8) {
			from := second + 0.1 + random.Float64()*3
			second = from + random.Float64()*3
			all = append(all, Span{Key: Key{Kind: pipelines.KindLabels, Name: "a"}, From: at(from), To: at(second)})
		}
		return all
	}
	step := func(Key) time.Duration { return time.Second / 2 }
	for range 2000 {
		was, is := some(), some()
		counts := map[*Span]int{}
		for _, c := range Compare(was, is, step) {
			counts[c.Was]++
			counts[c.Is]++
			if c.Was != nil && c.Is != nil && overlap(c.Was, c.Is) < -step(Key{}) {
				t.Fatalf("%s and %s: took %s for %s", drawn(was), drawn(is), drawn([]Span{*c.Was}), drawn([]Span{*c.Is}))
			}
		}
		for _, all := range [][]Span{was, is} {
			for i := range all {
				if counts[&all[i]] != 1 {
					t.Fatalf("%s and %s: got %s %d times", drawn(was), drawn(is), drawn(all[i:i+1]), counts[&all[i]])
				}
			}
		}
	}
}
