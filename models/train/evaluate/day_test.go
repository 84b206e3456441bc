package main

import (
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/sensors/sim"
)

func TestDayRepeatsItself(t *testing.T) {
	a, b, other := newDay(5, 0, 24*time.Hour), newDay(5, 0, 24*time.Hour), newDay(6, 0, 24*time.Hour)
	if !reflect.DeepEqual(a, b) || reflect.DeepEqual(a.Acts, other.Acts) {
		t.Error("two days of one seed differ, or two of other seeds do not")
	}
	var ever sim.Set
	for at := time.Duration(0); at < a.Length; at += 5 * time.Second {
		ever |= a.Truth(at).Situations
	}
	if n := len(ever.All()); n < situations-1 {
		t.Errorf("of %d situations %d happen: %v", situations, n, ever.All())
	}
	for i := range a.Acts {
		for k := range a.Acts[:i] {
			if x, y := &a.Acts[k], &a.Acts[i]; x.Kind != sim.ActDoor && x.Kind != sim.ActLamp && excludes(x, y) && x.Start < y.End && y.Start < x.End {
				t.Errorf("at once: %+v and %+v", x, y)
			}
		}
	}
}

// TestDayFromAnHourOn has the scenes of the hours that there are.
func TestDayFromAnHourOn(t *testing.T) {
	s := newDay(5, 7, 2*time.Hour)
	if len(s.Acts) < 20 || s.Acts[0].Start < -time.Minute-time.Second || s.Length != 2*time.Hour+after {
		t.Errorf("got %d acts from %v on, in %v", len(s.Acts), s.Acts[0].Start, s.Length)
	}
	if night := newDay(5, 2, time.Hour); len(night.Acts) > 0 {
		t.Errorf("got %+v by night", night.Acts)
	}
}

func TestSpells(t *testing.T) {
	truths := make([]sim.Set, 4*100) // 100 s
	set := func(from, to float64) {
		for i := int(from * 4); i < int(to*4); i++ {
			truths[i] |= sim.Of(sim.Fire)
		}
	}
	set(1, 5)
	set(14, 20)   // 9 s later: the same
	set(40, 40.5) // too short
	set(60, 70)
	all := spellsOf(truths)[sim.Fire]
	for _, c := range []struct {
		from, to time.Duration
		want     amount
	}{
		{0, 100 * time.Second, amount{2, 29 * time.Second}},
		{0, 30 * time.Second, amount{1, 19 * time.Second}},
		{10 * time.Second, 65 * time.Second, amount{2, 15 * time.Second}},
		{10 * time.Second, 60500 * time.Millisecond, amount{1, 10 * time.Second}},
		{25 * time.Second, 55 * time.Second, amount{}},
	} {
		if got := amountOf(within(all, c.from, c.to)); got != c.want {
			t.Errorf("%v to %v: got %v, want %v", c.from, c.to, got, c.want)
		}
	}
}

func TestFacts(t *testing.T) {
	sec := time.Second
	for _, c := range []struct {
		why      string
		told, so amount
		want     facts
	}{
		{"nothing", amount{}, amount{}, facts{}},
		{"the same", amount{2, 10 * sec}, amount{2, 10 * sec}, facts{hits{3, 3}, 3, hits{1, 1}, 0, hits{}}},
		{"missed", amount{}, amount{1, sec}, facts{hits{0, 3}, 3, hits{0, 1}, 0, hits{}}},
		{"invented", amount{1, sec}, amount{}, facts{hits{0, 3}, 3, hits{}, 1, hits{}}},
		{"once more of two", amount{3, 10 * sec}, amount{2, 10 * sec}, facts{hits{2, 3}, 3, hits{1, 1}, 0, hits{}}},
		{"once more of three", amount{4, 100 * sec}, amount{3, 100 * sec}, facts{hits{3, 3}, 3, hits{1, 1}, 0, hits{}}},
		{"too long", amount{1, 121 * sec}, amount{1, 100 * sec}, facts{hits{2, 3}, 3, hits{1, 1}, 0, hits{}}},
		{"a little too long", amount{1, 120 * sec}, amount{1, 100 * sec}, facts{hits{3, 3}, 3, hits{1, 1}, 0, hits{}}},
		{"short, and 2 s too long", amount{1, 5 * sec}, amount{1, 3 * sec}, facts{hits{3, 3}, 3, hits{1, 1}, 0, hits{}}},
		{"not told how often", amount{0, 100 * sec}, amount{3, 100 * sec}, facts{hits{2, 2}, 3, hits{1, 1}, 0, hits{}}},
		{"not told how often, and too short", amount{0, 50 * sec}, amount{3, 100 * sec}, facts{hits{1, 2}, 3, hits{1, 1}, 0, hits{}}},
		{"not told how often, and invented", amount{0, 50 * sec}, amount{}, facts{hits{0, 2}, 3, hits{}, 1, hits{}}},
	} {
		var got facts
		if got.judge(c.told, c.so); got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.why, got, c.want)
		}
	}
}

// TestReportOfADay has a digest of a quiet hour and day, in one of which something is invented.
func TestReportOfADay(t *testing.T) {
	quiet := sim.Written(sim.Options{Seed: 1, Length: 2*time.Hour + after}, 1, nil)
	told := func(what string, p pipelines.Period, from time.Duration) *pipelines.Event {
		all := pipelines.Spells{Times: 1, Total: time.Hour}
		return &pipelines.Event{Kind: pipelines.KindDigest, Window: pipelines.Window{Start: midnight.Add(from), End: midnight.Add(from + time.Hour)},
			Digest: &pipelines.Digest{Period: p, Happened: []pipelines.Happening{{What: what, Spells: all}}}}
	}
	d := &day{story: quiet, begins: midnight, digests: []*pipelines.Event{
		told("fire", pipelines.Hour, -time.Hour), told("fire", pipelines.Hour, 0), told("empty", pipelines.Hour, time.Hour), told("empty", pipelines.Day, 0),
	}}
	var out strings.Builder
	if err := d.report(&out); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"The hours: 3 of 9 facts right: 0.333; 9 facts of 9 that there could be; named are 1 of 2 (0.500) that happened, and 1 that did not; ",
		"The day: 3 of 3 facts right: 1.000; ", "| empty | 1 | 1 | 1h0m0s | 1h0m0s |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got no %q in\n%s", want, out.String())
		}
	}
	d.digests = append(d.digests, told("fire", pipelines.Day, 0))
	if err := d.report(io.Discard); err == nil {
		t.Error("got no error for a fire that nobody lit")
	}
}

// TestAheadGivesTheTape has the samples of a tape, made beforehand.
func TestAheadGivesTheTape(t *testing.T) {
	samples := func(next func(*pipelines.Step) error) (all []pipelines.Step) {
		for range 40 {
			var s pipelines.Step
			if err := next(&s); err != nil {
				t.Fatal(err)
			}
			s.Sample = copied(s.Sample)
			all = append(all, s)
		}
		return all
	}
	story := sim.NewStory(sim.Options{Seed: 3, Length: 20 * time.Second})
	tapeOf := func() *tape {
		tp := newTape(story, nil)
		tp.every, tp.at = time.Second, -10*time.Second
		return tp
	}
	a := rewind(tapeOf())
	defer a.stop()
	if got, want := samples(a.Next), samples(tapeOf().Next); !slices.EqualFunc(got, want, func(a, b pipelines.Step) bool { return reflect.DeepEqual(a, b) }) {
		t.Error("got other samples")
	}
}
