package pipelines

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// gossip is a Narrator that tells every third event that it hears, and what it was told beside since then.
type gossip struct {
	heard  int
	beside []string
}

func (g *gossip) Name() string { return "gossip" }

func (g *gossip) Hear(ev, say *Event) bool {
	if g.heard++; g.heard%3 != 0 {
		return false
	}
	say.Caption = fmt.Sprint(ev.Seq, " ", ev.Kind, " ", ev.Labels[0].Score, " ", strings.Join(g.beside, ","))
	say.Captions, say.Counts = map[string]string{"de": "so so"}, map[string]int{"events": g.heard}
	g.beside = nil
	return true
}

func (g *gossip) Read(sensor string, r *sensors.Reading) {
	g.beside = append(g.beside, fmt.Sprint(sensor, r.Values[0].Value))
}

func (g *gossip) Lose(sensor string) { g.beside = append(g.beside, "no "+sensor) }

// told is a pipeline of two sensors that are joined, and a third whose readings are only told.
func told(t *testing.T, o Options, sink *keep, live bool) *Group {
	t.Helper()
	const ms = time.Millisecond
	air, gas, out := &ticker{last: 1, period: time.Hour}, &ticker{last: 1, period: time.Hour}, &ticker{last: 1, period: time.Hour}
	if live {
		air, gas, out = &ticker{period: 31 * ms}, &ticker{period: 17 * ms}, &ticker{period: 200 * ms, last: 5}
	}
	p := joined(t, sink, air, gas, Fusion{Head: scoreHead{}, Every: 50 * ms})
	p.works[0].of().Heads = []Head{scoreHead{}}
	if err := AddNarrator(p, &gossip{}, NewInput("out", out, InputOptions{StaleAfter: 500 * ms})); err != nil {
		t.Fatal(err)
	}
	g := NewGroup(o)
	g.AddPipeline(p)
	return g
}

// TestNarratorTellsAndIsReplayed records a pipeline with a Narrator: what is told comes right behind what it is told of,
// and a replay tells the same.
func TestNarratorTellsAndIsReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		film, sink := &reel{}, &keep{}
		o := Options{Boot: "b1", Start: time.Now(), Recorder: film}
		if _, err := run(t, told(t, o, sink, true), 2*time.Second); err != nil {
			t.Fatal(err)
		}
		events, beside := 0, ""
		for i, ev := range sink.events {
			if ev.Seq != uint64(i+1) {
				t.Fatalf("got seq %d of event %d", ev.Seq, i+1)
			}
			if ev.Kind != KindCaption {
				events++
				continue
			}
			beside += ev.Caption
			if ev.Model != "gossip" || ev.Captions["de"] != "so so" || ev.Counts["events"] != events || events%3 != 0 || ev.Window != sink.events[i-1].Window {
				t.Errorf("got %+v after %d events", ev, events)
			}
		}
		if events < 60 || !strings.Contains(beside, "out5") || strings.Contains(beside, "out6") || !strings.Contains(beside, "no out") {
			t.Errorf("got a dull run: %d events, %s", events, beside)
		}
		for _, follow := range []bool{true, false} {
			film.next = 0
			again := &keep{}
			done, err := told(t, Options{Boot: "b1", Start: o.Start.Round(0)}, again, false).Replay(t.Context(), film, follow)
			if err != nil || done.Missing+done.Uncalled+done.Unmatched > 0 {
				t.Errorf("follow %v: got %+v, %v", follow, done, err)
			}
			if follow {
				compareEvents(t, tellAll(again.events), tellAll(sink.events))
			} else if n := len(again.events); n < len(sink.events)-5 {
				t.Errorf("got %d events, want about %d", n, len(sink.events))
			}
		}
	})
}

func TestNarratorErrors(t *testing.T) {
	p := New("room")
	in := NewInput("mic", mute{}, InputOptions{})
	if err := AddNarrator(p, &gossip{}, in); err == nil || !strings.Contains(err.Error(), `pipeline "room": sensor "mic" gives no readings`) {
		t.Errorf("got %v", err)
	}
	if err := AddNarrator(p, &gossip{}); err != nil {
		t.Fatal(err)
	}
	if err := AddNarrator(p, &gossip{}); err == nil || slices.Contains(p.inputs, in) {
		t.Errorf("got %v, want an error for the second", err)
	}
	if err := p.narration.take(1); err == nil || p.narration.advance(context.Background()) != nil {
		t.Error("got no error for a sample")
	}
}
