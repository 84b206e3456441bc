package pipelines

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

func TestSharesAreMaxMinFair(t *testing.T) {
	p := New("p")
	p.moments = &moments{}
	for _, tt := range []struct {
		name  string
		cores float64
		owed  []float64
		wants []float64
		level float64
	}{
		{"all fits", 1, nil, []float64{0.5, 0.25, 0.25}, math.Inf(1)},
		{"the largest gives way", 1, nil, []float64{0.9, 0.2, 0.1}, 0.7},
		{"the two largest share", 1, nil, []float64{0.9, 0.1, 0.8}, 0.45},
		{"all want too much", 1, nil, []float64{1, 0.9, 1}, 1.0 / 3},
		{"alone", 0.5, nil, []float64{0.8}, 0.5},
		{"after the fusion", 1, []float64{0.25}, []float64{0.5, 0.5}, 0.375},
		{"a fusion that takes all leaves a tenth", 1, []float64{1}, []float64{0.5, 0.5}, 0.05},
	} {
		s := &shares{cores: tt.cores}
		of := func(want float64) *stage {
			st := &stage{Encoder: Encoder{Period: time.Second}, pipeline: p, seat: newSeat(1)}
			st.rate.cost.Store(int64(want * 1e9))
			return st
		}
		for _, w := range tt.owed {
			s.owed = append(s.owed, of(w))
		}
		for _, w := range tt.wants {
			s.equals = append(s.equals, of(w))
		}
		if got := s.level(); math.Abs(got-tt.level) > 1e-9 && got != tt.level {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.level)
		}
		if n := testing.AllocsPerRun(5, func() { s.level() }); n != 0 {
			t.Errorf("got %v allocations, want 0", n)
		}
	}
}

// TestBudget has three encoders in a pipeline that may use 200 ms of each 500: the cheap keep their rates, and the one that
// alone would need more than that still runs now and then. Its events, and those of the others, say so.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		sink := &keep{}
		p := New("room", sink)
		p.Limit(0.4)
		for _, e := range []struct {
			name string
			cost time.Duration
		}{{"eye", 300 * ms}, {"ear", 60 * ms}, {"air", 5 * ms}} {
			attach(t, p, NewInput(e.name, &ticker{period: 500 * ms}, InputOptions{}), newTwice(e.cost), Encoder{Period: 500 * ms})
		}
		g := NewGroup(Options{})
		g.AddPipeline(p)
		if _, err := run(t, g, time.Minute+10*ms); err != nil {
			t.Fatal(err)
		}
		s := g.Stats().Pipelines[0].Encoders
		for i, name := range []string{"eye", "ear", "air"} {
			if n := s[i].Invokes + s[i].Skipped; n != 120 && n != 119 || len(sink.of(name)) != int(s[i].Invokes) {
				t.Errorf("%s: got %d invokes, %d skipped, %d events; want all 120 accounted for", name, s[i].Invokes, s[i].Skipped, len(sink.of(name)))
			}
		}
		if s[1].Skipped != 0 || s[2].Skipped != 0 {
			t.Errorf("got %d and %d windows skipped of encoders that have less than their shares", s[1].Skipped, s[2].Skipped)
		}
		// What is left for the eye is 200 − 65 ms of each 500, so that 300 take it 1.11 s.
		if n := s[0].Invokes; n < 53 || n > 55 {
			t.Errorf("the eye ran %d times in a minute, want 54", n)
		}
		said := 0
		for _, ev := range sink.events {
			if slices.ContainsFunc(ev.Degraded, func(s string) bool {
				return strings.HasPrefix(s, "eye: twice leaves out ") && strings.HasSuffix(s, " windows for want of time")
			}) {
				said++
			}
		}
		if said < len(sink.events)*9/10 {
			t.Errorf("%d of %d events say that the eye leaves out windows", said, len(sink.events))
		}
	})
}

// TestTooSlowForItsPeriod has an encoder that no core could keep up with: it leaves out windows rather than have its ring drop
// samples, which a preparer of sound would take for a gap.
func TestTooSlowForItsPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New("room")
		attach(t, p, NewInput("mic", &ticker{period: 100 * time.Millisecond}, InputOptions{}), newTwice(250*time.Millisecond), Encoder{Period: 100 * time.Millisecond})
		g := NewGroup(Options{Cores: 4})
		g.AddPipeline(p)
		if _, err := run(t, g, 30*time.Second); err != nil {
			t.Fatal(err)
		}
		if s := g.Stats().Pipelines[0].Encoders[0]; s.Dropped != 0 || s.Invokes < 95 || s.Invokes > 120 || s.Skipped < 150 {
			t.Errorf("got %d dropped, %d invokes, %d skipped; want none dropped", s.Dropped, s.Invokes, s.Skipped)
		}
	})
}

// TestRecordingsAreAnsweredWhole has no time for a recording, and takes it.
func TestRecordingsAreAnsweredWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := New("room", sink)
		p.Limit(0.1)
		in := NewInput("cam", &ticker{period: 10 * time.Millisecond, last: 50}, InputOptions{})
		attach(t, p, in, newTwice(100*time.Millisecond), Encoder{Period: 10 * time.Millisecond, Block: true})
		g := NewGroup(Options{Cores: 1, StopWhenDone: true})
		g.AddPipeline(p)
		if _, err := run(t, g, time.Minute); err != nil || len(sink.events) != 50 {
			t.Errorf("got %d events, %v, want 50", len(sink.events), err)
		}
	})
}

// passing is each, and may do without a sample.
type passing struct {
	each
	passed int
}

func (p *passing) Pass(*sensors.Reading) bool {
	p.passed++
	return true
}

// TestSkippedSamplesCostNothing has a preparer that would take as long as its model.
func TestSkippedSamplesCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, prep := New("room"), &passing{}
		p.Limit(0.5)
		in := NewInput("cam", &ticker{period: 100 * time.Millisecond}, InputOptions{})
		e := Encoder{Model: "m", Session: newTwice(90 * time.Millisecond), Heads: []Head{scoreHead{}}, Period: 100 * time.Millisecond}
		if err := AddEncoder(p, in, prep, e); err != nil {
			t.Fatal(err)
		}
		g := NewGroup(Options{})
		g.AddPipeline(p)
		if _, err := run(t, g, 20*time.Second); err != nil {
			t.Fatal(err)
		}
		s := g.Stats().Pipelines[0].Encoders[0]
		if prep.passed != int(s.Skipped) || s.Skipped < 80 || s.Stages.Prepare.Count > s.Invokes+1 { // the end may come in an Invoke
			t.Errorf("got %d passed, %d skipped, %d prepared for %d invokes", prep.passed, s.Skipped, s.Stages.Prepare.Count, s.Invokes)
		}
	})
}

// TestReplaySkipsWhatTheRunSkipped records encoders that have too little time, and replays that.
func TestReplaySkipsWhatTheRunSkipped(t *testing.T) {
	const ms = time.Millisecond
	room := func(t *testing.T, o Options, sink *keep, live bool) *Group {
		air, gas, delay := &ticker{last: 1, period: time.Hour}, &ticker{last: 1, period: time.Hour}, time.Duration(0)
		if live {
			air, gas, delay = &ticker{period: 31 * ms}, &ticker{period: 17 * ms}, 9*ms
		}
		p := joined(t, sink, air, gas, Fusion{Head: scoreHead{}, Every: 50 * ms})
		p.Limit(0.5)
		for i, period := range []time.Duration{31 * ms, 17 * ms} {
			st := p.works[i].of()
			st.Session.(*twice).delay, st.Period = delay*time.Duration(i+1), period
		}
		p.works[0].of().Heads = []Head{scoreHead{}}
		g := NewGroup(o)
		g.AddPipeline(p)
		return g
	}
	synctest.Test(t, func(t *testing.T) {
		film, sink := &reel{}, &keep{}
		o := Options{Boot: "b1", Start: time.Now(), Recorder: film}
		g := room(t, o, sink, true)
		if _, err := run(t, g, 3*time.Second); err != nil {
			t.Fatal(err)
		}
		was, want := g.Stats().Pipelines[0].Encoders, tellAll(sink.events)
		if len(want) < 60 || was[0].Skipped+was[1].Skipped < 50 || !strings.Contains(fmt.Sprint(want), "for want of time") {
			t.Fatalf("got a dull run: %d events, %d and %d skipped", len(want), was[0].Skipped, was[1].Skipped)
		}
		again := &keep{}
		g = room(t, Options{Boot: "b1", Start: o.Start.Round(0)}, again, false)
		done, err := g.Replay(t.Context(), film, true)
		if err != nil || done.Missing+done.Uncalled+done.Unmatched > 0 {
			t.Errorf("got %+v, %v", done, err)
		}
		compareEvents(t, tellAll(again.events), want)
		if is := g.Stats().Pipelines[0].Encoders; is[0].Skipped != was[0].Skipped || is[1].Skipped != was[1].Skipped {
			t.Errorf("got %d and %d skipped, want %d and %d", is[0].Skipped, is[1].Skipped, was[0].Skipped, was[1].Skipped)
		}
	})
}

// forgetful is a Session that can be warmed up.
type forgetful struct {
	*twice
	done []string
}

func (f *forgetful) Reset() bool { f.done = append(f.done, "forget"); return true }

func (f *forgetful) Invoke(ctx context.Context) error {
	f.done = append(f.done, "run")
	return f.twice.Invoke(ctx)
}

// TestWarmUpOfWords has a fusion's Teller say something to nobody before its first result.
func TestWarmUpOfWords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, words := &keep{}, &tens{}
		p := joined(t, sink, &ticker{period: time.Second}, &ticker{period: time.Hour}, Fusion{Head: words, Words: Words{Teller: words, Model: "speech"}})
		g := NewGroup(Options{Ready: func() {}})
		g.AddPipeline(p)
		if _, err := run(t, g, 500*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if said := g.Stats().Pipelines[0].Encoders[3]; len(words.said) != 1 || said.Invokes != 0 || len(sink.events) != 0 {
			t.Errorf("got %d captions before the first sample, %d counted, %d events; want 1 of which nobody knows", len(words.said), said.Invokes, len(sink.events))
		}
	})
}

// TestWarmUp has models run before their first samples, and then say so. One that cannot forget is not run.
func TestWarmUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		start, ready := time.Now(), time.Duration(-1)
		p := New("room")
		s := &forgetful{twice: newTwice(40 * ms)}
		e := Encoder{Model: "m", Session: s, Heads: []Head{scoreHead{}}, Period: time.Second}
		if err := AddEncoder(p, NewInput("air", &ticker{period: time.Second}, InputOptions{}), &each{}, e); err != nil {
			t.Fatal(err)
		}
		attach(t, p, NewInput("gas", &ticker{period: time.Second}, InputOptions{}), newTwice(ms), Encoder{})
		g := NewGroup(Options{Ready: func() { ready = time.Since(start) }})
		g.AddPipeline(p)
		if _, err := run(t, g, 2500*ms); err != nil {
			t.Fatal(err)
		}
		if want := []string{"forget", "run", "run", "forget", "run", "run"}; !slices.Equal(s.done, want) {
			t.Errorf("got %q, want %q", s.done, want)
		}
		if st := g.Stats().Pipelines[0].Encoders; ready != 80*ms || st[0].Invokes != 2 || st[1].Invokes != 2 {
			t.Errorf("got ready after %v, %d and %d invokes; want 80ms, 2 and 2", ready, st[0].Invokes, st[1].Invokes)
		}
	})
}
