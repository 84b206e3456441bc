package alerts

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"edged/pipelines"
)

// TestTraces looks at which looks are told, and what of them.
func TestTraces(t *testing.T) {
	w := &world{}
	var got []string
	place := zone(t, "Europe/Berlin")
	a := newRig(t, Options{
		Pipeline: "room", Location: place,
		Rules: []Rule{{Name: "fire", When: w.when(), Terms: Terms{For: 2 * time.Second, Cooldown: time.Minute, Quiet: []Span{{15 * time.Hour, 16 * time.Hour}}}}},
		Traces: func(tr *Trace) {
			if tr.Pipeline != "room" || tr.Alert != "fire" || tr.Time.Location() != place {
				t.Errorf("got trace %+v", tr)
			}
			if _, err := json.Marshal(tr); err != nil {
				t.Error(err)
			}
			line := fmt.Sprint(tr.Time.Sub(noon), " ", tr.Outcome, " ", tr.When.Clauses[0].Left, " ", tr.EventID)
			if !tr.Since.IsZero() {
				line += fmt.Sprint(" since ", tr.Since.Sub(noon))
			}
			if !tr.Until.IsZero() {
				line += fmt.Sprint(" until ", tr.Until.Sub(noon))
			}
			got = append(got, line+tr.Back)
		},
	})
	for _, s := range []struct {
		after time.Duration
		score float64
	}{
		{0, 0.1}, {time.Second, 0.1}, // nothing is new
		{2 * time.Second, 0.6}, {3 * time.Second, 0.605}, {4 * time.Second, 0.5}, // nearer; too little; farther
		{5 * time.Second, 0.7}, {6 * time.Second, 0.85}, {7 * time.Second, 0.85}, {8 * time.Second, 0.85}, // it opens
		{9 * time.Second, 0.85}, {10 * time.Second, 0.2},
		{11 * time.Second, 0.95}, {13 * time.Second, 0.95}, {20 * time.Second, 0.95}, {60 * time.Second, 0.95}, // a minute begins
		{64 * time.Minute, 0.1}, {64*time.Minute + 1, 0.1}, {65 * time.Minute, 0.1}, // each minute
		{70 * time.Minute, 0.1},
		{90 * time.Minute, 0.9}, {90*time.Minute + 2*time.Second, 0.9}, {95 * time.Minute, 0.1}, // quiet hours, by the clock there
		{3 * time.Hour, 0.9}, {3*time.Hour + 2*time.Second, 0.9},
	} {
		w.score = s.score
		a.See(&pipelines.Event{Boot: "r", Pipeline: "room", Seq: uint64(s.after / time.Second)})
		a.look(noon.Add(s.after), "ev")
	}
	want := []string{
		"0s idle 0.1 r-room-0",
		"2s idle 0.6 r-room-2",
		"5s idle 0.7 r-room-5",
		"6s waiting 0.85 r-room-6 since 6s until 8s",
		"8s opened 0.85 ev-room-1 since 6s",
		"9s open 0.85 r-room-9 since 6s",
		"10s closed 0.2 ev-room-2 since 10s",
		"11s waiting 0.95 r-room-11 since 11s until 13s",
		"13s cooldown 0.95 r-room-13 since 11s until 1m10s",
		"1m0s cooldown 0.95 r-room-60 since 11s until 1m10s",
		"1h4m0s idle 0.1 r-room-3840",
		"1h5m0s idle 0.1 r-room-3900",
		"1h10m0s idle 0.1 r-room-4200",
		"1h30m0s waiting 0.9 r-room-5400 since 1h30m0s until 1h30m2s",
		"1h30m2s quiet 0.9 r-room-5402 since 1h30m0s until 2h0m0s15:00-16:00",
		"1h35m0s idle 0.1 r-room-5700",
		"3h0m0s waiting 0.9 r-room-10800 since 3h0m0s until 3h0m2s",
		"3h0m2s opened 0.9 ev-room-3 since 3h0m0s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}

// TestLookAllocates looks while nothing happens, with traces: nothing is allocated.
func TestLookAllocates(t *testing.T) {
	a, now := resting(t)
	if n := testing.AllocsPerRun(1000, func() { now = now.Add(500 * time.Millisecond); a.Look(now, nil) }); n != 0 {
		t.Errorf("a look allocates %v times, want 0", n)
	}
}

// BenchmarkLook is a look at ten alerts that rest.
func BenchmarkLook(b *testing.B) {
	a, now := resting(b)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(500 * time.Millisecond)
		a.Look(now, nil)
	}
}

// resting returns ten alerts that have been looked at, some of them open.
func resting(t testing.TB) (*rig, time.Time) {
	o := Options{Traces: func(*Trace) {}}
	for i := range 10 {
		w := &world{score: 0.1, fresh: true}
		r := Rule{Name: fmt.Sprint("a", i), When: w.when(), Terms: Terms{Least: 3, Of: 5, Quiet: []Span{{22 * time.Hour, 7 * time.Hour}}}}
		switch i {
		case 0:
			w.score, r.Terms = 0.9, Terms{}
		case 1:
			r.ClearWhen = w.clearWhen()
		case 2:
			w.score, r.Terms = 0.9, Terms{For: 100000 * time.Hour}
		}
		o.Rules = append(o.Rules, r)
	}
	a := newRig(t, o)
	for i := range 10 {
		a.look(noon.Add(time.Duration(i)*time.Second), "")
	}
	return a, noon.Add(time.Minute)
}
