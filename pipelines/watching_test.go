package pipelines

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// guard is a Watcher with an alert, "high", that is open while the newest score is 20 or more, and one, "out", while the sensor
// of that name is not well. It keeps a diary.
type guard struct {
	diary  strings.Builder
	score  float32
	level  float64
	opened map[string]string // the ID of what opened an alert that is open
}

func (g *guard) Name() string { return "guard" }

func (g *guard) See(ev *Event) {
	if ev.Alert != nil {
		fmt.Fprintf(&g.diary, "saw alert %s of %s\n", ev.Alert.Name, ev.Model)
		return
	}
	if ev.Kind == KindLabels {
		g.score = ev.Labels[0].Score
	}
}

func (g *guard) Read(sensor string, r *sensors.Reading) {
	g.level = r.Values[0].Value
	fmt.Fprintf(&g.diary, "%s %s %v\n", sensor, r.Values[0].Name, r.Values[0].Value)
}

func (g *guard) Look(now time.Time, senses []Sense) (due []*Event) {
	is := map[string]bool{"high": g.score >= 20}
	fmt.Fprintf(&g.diary, "%d", now.UnixNano())
	for _, s := range senses {
		fmt.Fprintf(&g.diary, " %v", s)
		is["out"] = is["out"] || s.Sensor == "out" && s.State != OK && s.State != Waiting
	}
	fmt.Fprintln(&g.diary)
	for _, name := range []string{"high", "out"} {
		if _, open := g.opened[name]; open == is[name] {
			continue
		}
		a := &Alert{Name: name, State: Closed}
		if is[name] {
			a.State, g.opened[name] = Open, ""
		} else {
			delete(g.opened, name)
		}
		due = append(due, &Event{Kind: KindAlert, Alert: a})
	}
	return due
}

func (g *guard) Tell(ev *Event) { ev.Alert.Reason = ev.ID().String() }

// guarded is the pipeline of told, with two guards.
func guarded(t *testing.T, o Options, sink *keep, live bool) (*Group, *guard) {
	t.Helper()
	g := told(t, o, sink, live)
	p := g.pipelines[0]
	out := p.inputs[len(p.inputs)-1]
	first, second := &guard{opened: map[string]string{}}, &guard{opened: map[string]string{}}
	for _, w := range []*guard{first, second} {
		if err := AddWatcher(p, w, out); err != nil {
			t.Fatal(err)
		}
	}
	return g, first
}

// TestWatcherTellsAndIsReplayed records a pipeline with Watchers: what they tell comes in the pipeline's order, and a replay
// shows them the same at the same times, so that they tell the same.
func TestWatcherTellsAndIsReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		film, sink := &reel{}, &keep{}
		o := Options{Boot: "b1", Start: time.Now(), Recorder: film}
		live, guard := guarded(t, o, sink, true)
		if _, err := run(t, live, 3*time.Second); err != nil {
			t.Fatal(err)
		}
		tells := map[string]int{}
		for i, ev := range sink.events {
			if ev.Seq != uint64(i+1) || ev.Scores != nil {
				t.Fatalf("got seq %d of event %d, scores %v", ev.Seq, i+1, ev.Scores)
			}
			if ev.Kind == KindAlert {
				tells[ev.Alert.Name+" "+string(ev.Alert.State)]++
				if ev.Model != "guard" || ev.Alert.Reason != ev.ID().String() || ev.Window != (Window{ev.Time, ev.Time}) {
					t.Errorf("got %+v, %+v", ev, ev.Alert)
				}
			}
		}
		if tells["high open"] < 2 || tells["out open"] != 2 {
			t.Errorf("got a dull run: %v", tells)
		}
		if !strings.Contains(guard.diary.String(), "saw alert high of guard") || !strings.Contains(guard.diary.String(), "out n 3") {
			t.Errorf("got the diary\n%s", guard.diary.String())
		}
		for _, follow := range []bool{true, false} {
			film.next = 0
			again := &keep{}
			g, same := guarded(t, Options{Boot: "b1", Start: o.Start.Round(0)}, again, false)
			done, err := g.Replay(t.Context(), film, follow)
			if err != nil || done.Missing+done.Uncalled+done.Unmatched > 0 {
				t.Errorf("follow %v: got %+v, %v", follow, done, err)
			}
			if !follow {
				continue
			}
			compareEvents(t, tellAll(again.events), tellAll(sink.events))
			if got, want := same.diary.String(), guard.diary.String(); !strings.HasPrefix(want, got) || len(got) < len(want)*9/10 {
				t.Errorf("got another diary:\n%s\nwant\n%s", got, want)
			}
		}
	})
}

// TestWatcherLooksOnWhileNothingHappens has a sensor that says nothing at all, and no encoder that would.
func TestWatcherLooksOnWhileNothingHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, g := &keep{}, &guard{opened: map[string]string{}}
		p := New("p", sink)
		if err := AddWatcher(p, g, NewInput("out", &ticker{period: time.Hour}, InputOptions{StaleAfter: time.Second})); err != nil {
			t.Fatal(err)
		}
		group := NewGroup(Options{})
		group.AddPipeline(p)
		if _, err := run(t, group, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		if len(sink.events) != 1 || sink.events[0].Alert.Name != "out" || sink.events[0].Time.Sub(group.started) != 1500*time.Millisecond {
			t.Errorf("got %v", sink.events)
		}
		if n := strings.Count(g.diary.String(), "\n"); n < 19 || n > 21 {
			t.Errorf("got %d looks in 10 s, want two a second", n)
		}
	})
}

// loud is a microphone that gives a square wave of half of full scale, a period at a time.
type loud struct{ period time.Duration }

func (l *loud) Read(ctx context.Context, into *sensors.Clip) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(l.period):
	}
	now := time.Now()
	*into = sensors.Clip{Start: now.Add(-l.period), End: now, RateHz: 1000, Channels: 1, Samples: make([]float32, l.period.Milliseconds())}
	for i := range into.Samples {
		into.Samples[i] = 0.5
	}
	return nil
}

func (l *loud) Close() error { return nil }

func TestWatcherHearsHowLoudItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &guard{opened: map[string]string{}}
		p := New("p")
		if err := AddWatcher(p, g, NewInput("mic", &loud{period: 100 * time.Millisecond}, InputOptions{})); err != nil {
			t.Fatal(err)
		}
		group := NewGroup(Options{})
		group.AddPipeline(p)
		if _, err := run(t, group, 3050*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(g.diary.String(), "mic level"); n != 3 || math.Abs(g.level+3.01) > 0.01 {
			t.Errorf("got %d levels, the last %v dBFS, want 3 and -3.01", n, g.level)
		}
	})
}

func TestWatcherCannotReadPictures(t *testing.T) {
	err := AddWatcher(New("room"), &guard{}, NewInput("cam", still{time.Second}, InputOptions{}))
	if err == nil || !strings.Contains(err.Error(), `pipeline "room": sensor "cam" gives no readings that could be watched`) {
		t.Errorf("got %v", err)
	}
}
