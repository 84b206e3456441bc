package digest

import (
	"strings"
	"testing"
	"time"

	"edged/pipelines"
)

// staged is an hour in which somebody is there in stages: for so many seconds each, after so many without. Within them every
// nth result tells it.
func staged(t *testing.T, nth int, stages ...[2]int) *pipelines.Event {
	t.Helper()
	d := open(t, Options{Hourly: true})
	at, due := noon, []*pipelines.Event(nil)
	for _, s := range stages {
		due = append(due, idle(d, at, at.Add(time.Duration(s[0])*time.Second))...)
		at = at.Add(time.Duration(s[0]) * time.Second)
		for i := range 2 * s[1] {
			var names []string
			if i%nth == 0 {
				names = []string{"person"}
			}
			d.See(labels(at, names...))
			due = append(due, d.Look(at, nil)...)
			at = at.Add(500 * time.Millisecond)
		}
	}
	return one(t, append(due, idle(d, at, noon.Add(time.Hour+time.Second))...))
}

// TestHowOften tells it where no threshold decides.
func TestHowOften(t *testing.T) {
	for _, c := range []struct {
		why    string
		nth    int
		stages [][2]int // seconds without, and with
		times  int
		rough  bool
		en, de string
	}{
		{"one", 1, [][2]int{{60, 100}}, 1, false, "once, for 1 min 40 s from 12:01 on.", "einmal, 1 min 40 s, ab 12:01 Uhr."},
		{"moments with short gaps, which are long for moments", 1, [][2]int{{60, 4}, {15, 4}, {15, 4}}, 3, false,
			"3 times, 12 s in all, most recently at 12:01.", "3-mal, zusammen 12 s, zuletzt um 12:01 Uhr."},
		{"long ones with the same gap", 1, [][2]int{{60, 100}, {15, 120}}, 0, false,
			"A person was there for 3 min 40 s in all, first at 12:01, most recently at 12:04.",
			"Eine Person war da: zusammen 3 min 40 s, zuerst um 12:01 Uhr, zuletzt um 12:04 Uhr."},
		{"long ones that are far apart", 1, [][2]int{{60, 100}, {100, 120}}, 2, false,
			"twice, 3 min 40 s in all, most recently at 12:06.", "zweimal, zusammen 3 min 40 s, zuletzt um 12:06 Uhr."},
		{"one of three is brief", 1, [][2]int{{60, 100}, {100, 5}, {100, 120}}, 0, false, "for 3 min 45 s in all,", "zusammen 3 min 45 s, zuerst"},
		{"one of five is", 1, [][2]int{{60, 100}, {100, 5}, {100, 120}, {200, 100}, {200, 100}}, 5, false, "5 times,", "5-mal,"},
		{"it flickers all the while", 4, [][2]int{{60, 400}}, 1, true, "once, for about 7 min from 12:01 on.", "einmal, etwa 7 min, ab 12:01 Uhr."},
	} {
		ev := staged(t, c.nth, c.stages...)
		h := ev.Digest.Happened
		if len(h) != 1 || h[0].Times != c.times || h[0].Rough != c.rough {
			t.Errorf("%s: got %+v, want %d times, rough %v", c.why, h, c.times, c.rough)
		}
		if !strings.Contains(ev.Caption, c.en) || !strings.Contains(ev.Captions["de"], c.de) {
			t.Errorf("%s: got\n%s\n%s\nwant\n%s\n%s", c.why, ev.Caption, ev.Captions["de"], c.en, c.de)
		}
	}
}

// TestRound leaves of a rough time what is known of it.
func TestRound(t *testing.T) {
	for d, want := range map[time.Duration]string{
		7 * time.Second: "7 s", 44 * time.Second: "40 s", 185 * time.Second: "3 min", 37 * time.Minute: "40 min", 65 * time.Minute: "1 h 10 min",
		5*time.Hour + 12*time.Minute: "5 h",
	} {
		if got := long(round(d)); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}
