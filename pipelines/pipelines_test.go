package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

func TestEventsAreComplete(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := New("room", sink)
		air := NewInput("air", &ticker{period: time.Second, last: 3}, InputOptions{Period: time.Second})
		gas := NewInput("gas", &ticker{period: 400 * time.Millisecond}, InputOptions{})
		attach(t, p, air, newTwice(250*time.Millisecond), Encoder{})
		attach(t, p, gas, newTwice(0), Encoder{Every: time.Hour})
		g := NewGroup(Options{Boot: "b1"})
		g.AddPipeline(p)
		if _, err := run(t, g, 3300*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		evs := sink.of("air")
		if len(evs) != 3 {
			t.Fatalf("got %d events, want 3", len(evs))
		}
		ev := evs[1] // sample 2 at 2 s, done at 2.25 s; gas was last read at 2 s
		if ev.ID().String() != "b1-room-3" || ev.Seq != 3 || ev.Boot != "b1" || ev.Pipeline != "room" || ev.Model != "twice" {
			t.Errorf("got %+v", ev)
		}
		if ev.Labels[0].Score != 4 {
			t.Errorf("got score %v, want 4", ev.Labels[0].Score)
		}
		if ev.Latency != 250*time.Millisecond || ev.Time.Sub(ev.Window.End) != ev.Latency {
			t.Errorf("got latency %v, want 250ms", ev.Latency)
		}
		if a := ev.Ages["air"]; a != 250*time.Millisecond {
			t.Errorf("got age of air %v, want 250ms", a)
		}
		if a := ev.Ages["gas"]; a != 250*time.Millisecond {
			t.Errorf("got age of gas %v, want 250ms", a)
		}
		if len(ev.Degraded) != 0 {
			t.Errorf("got degraded %q, want none", ev.Degraded)
		}
	})
}

func TestSeqHasNoGapAndOneBadHeadTakesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := New("room", sink)
		for i := range 3 {
			in := NewInput(fmt.Sprint("s", i), &ticker{period: time.Duration(7+i) * time.Millisecond}, InputOptions{})
			attach(t, p, in, newTwice(0), Encoder{Heads: []Head{scoreHead{bad: map[float32]bool{4: true, 10: true}}, scoreHead{}}})
		}
		g := NewGroup(Options{})
		g.AddPipeline(p)
		log, err := run(t, g, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[EventID]bool{}
		for i, ev := range sink.events {
			if ev.Seq != uint64(i+1) {
				t.Fatalf("event %d: got seq %d", i, ev.Seq)
			}
			ids[ev.ID()] = true
		}
		if len(ids) < 300 || len(ids) != len(sink.events) {
			t.Errorf("got %d ids for %d events", len(ids), len(sink.events))
		}
		st := g.Stats()
		if st.Pipelines[0].Events != uint64(len(ids)) || st.Pipelines[0].Encoders[0].Errors != 2 {
			t.Errorf("got stats %+v", st.Pipelines[0])
		}
		if n := strings.Count(log, "undecodable"); n != 3 {
			t.Errorf("got %d log lines, want one for each sensor:\n%s", n, log)
		}
	})
}

func TestSlowEncoderLowersOnlyItsOwnRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fast, slow := &keep{}, &keep{}
		in := NewInput("air", &ticker{period: 10 * time.Millisecond}, InputOptions{})
		a, b := New("fast", fast), New("slow", slow)
		attach(t, a, in, newTwice(0), Encoder{})
		attach(t, b, in, newTwice(95*time.Millisecond), Encoder{Depth: 2})
		g := NewGroup(Options{})
		g.AddPipeline(a)
		g.AddPipeline(b)
		if _, err := run(t, g, time.Second+time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if len(fast.events) != 100 {
			t.Errorf("got %d events of the fast encoder, want 100", len(fast.events))
		}
		if len(slow.events) != 10 {
			t.Errorf("got %d events of the slow encoder, want 10", len(slow.events))
		}
		for _, ev := range slow.events[1:] { // two slots of 10 ms, and 95 ms of work
			if ev.Latency > 116*time.Millisecond {
				t.Errorf("got latency %v: the ring kept old samples", ev.Latency)
			}
		}
		st := g.Stats()
		enc := st.Pipelines[1].Encoders[0]
		if st.Sensors[0].Samples != 100 || enc.Dropped != 100-10-3 || st.Pipelines[0].Encoders[0].Dropped != 0 {
			t.Errorf("got %d samples, %d drops", st.Sensors[0].Samples, enc.Dropped)
		}
		if enc.Invokes != 10 || enc.Mean != 95*time.Millisecond || enc.Max != 95*time.Millisecond {
			t.Errorf("got %+v", enc)
		}
	})
}

func TestDegraded(t *testing.T) {
	wet := errors.New("i2c: no acknowledge from 0x76")
	tests := []struct {
		name  string
		other *Input
		want  map[time.Duration]string // by the event's time since the start
	}{
		{"a sensor that never delivers, after 2 s", NewInput("mic", mute{}, InputOptions{}), map[time.Duration]string{
			time.Second: "", 2 * time.Second: "", 3 * time.Second: "mic: no samples for 3.0 s", 4 * time.Second: "mic: no samples for 4.0 s",
		}},
		{"its period is added", NewInput("mic", mute{}, InputOptions{Period: time.Second, StaleAfter: 1500 * time.Millisecond}), map[time.Duration]string{
			2 * time.Second: "", 3 * time.Second: "mic: no samples for 3.0 s",
		}},
		{"a sensor that falls silent", NewInput("gas", &ticker{period: 300 * time.Millisecond, fail: func(n int) error {
			if n == 2 {
				time.Sleep(5 * time.Second)
			}
			return nil
		}}, InputOptions{StaleAfter: time.Second}), map[time.Duration]string{
			time.Second: "", 2 * time.Second: "gas: no samples for 1.7 s", 6 * time.Second: "",
		}},
		{"an error, until a sample comes", NewInput("gas", &ticker{period: 400 * time.Millisecond, fail: func(n int) error {
			if n > 2 && n < 7 {
				return wet
			}
			return nil
		}}, InputOptions{}), map[time.Duration]string{
			time.Second: "", 2 * time.Second: "gas: " + wet.Error(), 5 * time.Second: "",
		}},
		{"a recording that is over", NewInput("gas", &ticker{period: 400 * time.Millisecond, last: 1}, InputOptions{}), map[time.Duration]string{
			time.Second: "", 7 * time.Second: "",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := &keep{}
				p := New("room", sink)
				attach(t, p, NewInput("air", &ticker{period: time.Second}, InputOptions{}), newTwice(0), Encoder{})
				if _, ok := tt.other.feed.(*feed[sensors.Clip]); ok {
					if err := AddEncoder(p, tt.other, never{}, Encoder{Session: newTwice(0), Heads: []Head{scoreHead{}}}); err != nil {
						t.Fatal(err)
					}
				} else {
					attach(t, p, tt.other, newTwice(0), Encoder{})
				}
				g := NewGroup(Options{})
				g.AddPipeline(p)
				start := time.Now()
				if _, err := run(t, g, 7500*time.Millisecond); err != nil {
					t.Fatal(err)
				}
				seen := 0
				for _, ev := range sink.of("air") {
					want, ok := tt.want[ev.Time.Sub(start)]
					if !ok {
						continue
					}
					seen++
					if got := strings.Join(ev.Degraded, "; "); got != want {
						t.Errorf("at %v: got %q, want %q", ev.Time.Sub(start), got, want)
					}
				}
				if seen != len(tt.want) {
					t.Errorf("saw %d of %d moments", seen, len(tt.want))
				}
			})
		})
	}
}

func TestFailingSensorIsReadAgainEverMoreSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src := &ticker{fail: func(n int) error { return errors.New("gone") }}
		g := NewGroup(Options{})
		g.AddInput(NewInput("air", src, InputOptions{}))
		start := time.Now()
		log, err := run(t, g, 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		var got []time.Duration
		for _, at := range src.reads {
			got = append(got, at.Sub(start)/time.Millisecond)
		}
		want := []time.Duration{0, 0, 100, 300, 700, 1500, 3100, 5100, 7100, 9100, 11100, 13100, 15100, 17100, 19100}
		if !slices.Equal(got, want) {
			t.Errorf("got reads at %d ms, want %d", got, want)
		}
		if n := strings.Count(log, `sensor \"air\": gone`); n != 1 {
			t.Errorf("got %d log lines, want 1:\n%s", n, log)
		}
		if s := g.Stats().Sensors[0]; s.State != Failing || s.Errors != uint64(len(want)) || s.Reason != "gone" {
			t.Errorf("got %+v", s)
		}
	})
}

func TestBadSampleDoesNotEndTheSensor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := New("room", sink)
		in := NewInput("air", &ticker{period: time.Second, last: 5, fail: func(n int) error {
			if n == 3 {
				return fmt.Errorf("kite.jpg: %w", io.EOF) // a file cut short, not the end of the recording
			}
			return nil
		}}, InputOptions{Period: time.Second})
		attach(t, p, in, newTwice(0), Encoder{})
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(p)
		log, err := run(t, g, time.Hour)
		if err != nil || len(sink.events) != 4 {
			t.Errorf("got %d events, %v, want 4", len(sink.events), err)
		}
		if !strings.Contains(log, "kite.jpg: EOF") {
			t.Errorf("got log %q", log)
		}
		if s := g.Stats().Sensors[0]; s.State != Finished || s.Errors != 1 || s.LastErr != "kite.jpg: EOF" {
			t.Errorf("got %+v", s)
		}
	})
}

func TestStopWhenDoneLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := New("room", sink)
		attach(t, p, NewInput("air", &ticker{last: 50}, InputOptions{}), newTwice(time.Second), Encoder{Depth: 3, Block: true})
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(p)
		var served int
		g.Serve("mqtt", func(ctx context.Context) error {
			<-ctx.Done()
			served = len(sink.events)
			return ctx.Err()
		})
		if _, err := run(t, g, time.Hour); err != nil {
			t.Fatal(err)
		}
		if len(sink.events) != 50 || served != 50 {
			t.Errorf("got %d events, %d before the companion's end, want 50", len(sink.events), served)
		}
	})
}

func TestStuckSessionIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck, fine := &keep{}, &keep{}
		in := NewInput("air", &ticker{period: 100 * time.Millisecond}, InputOptions{})
		a, b := New("stuck", stuck), New("fine", fine)
		attach(t, a, in, newTwice(-1), Encoder{Deadline: 300 * time.Millisecond})
		attach(t, b, in, newTwice(0), Encoder{})
		g := NewGroup(Options{})
		g.AddPipeline(a)
		g.AddPipeline(b)
		start := time.Now()
		log, err := run(t, g, 1050*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d != 1050*time.Millisecond {
			t.Errorf("Run lasted %v after its context", d)
		}
		if st := g.Stats().Pipelines[0].Encoders[0]; st.Errors != 3 || st.Invokes != 0 {
			t.Errorf("got %+v, want 3 errors", st)
		}
		if !strings.Contains(log, `pipeline \"stuck\": model \"twice\" on sensor \"air\": no result after 300ms`) {
			t.Errorf("got log %q", log)
		}
		if len(fine.events) != 10 || len(stuck.events) != 0 {
			t.Errorf("got %d and %d events, want 10 and 0", len(fine.events), len(stuck.events))
		}
	})
}

func TestCompanionsFailureStopsTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(Options{})
		g.AddInput(NewInput("mic", mute{}, InputOptions{}))
		g.Serve("web", func(context.Context) error {
			time.Sleep(time.Second)
			return errors.New("port 80 is taken")
		})
		start := time.Now()
		if _, err := run(t, g, time.Hour); err == nil || err.Error() != "web: port 80 is taken" {
			t.Errorf("got %v", err)
		}
		if d := time.Since(start); d != time.Second {
			t.Errorf("Run lasted %v, want 1s", d)
		}
	})
}

func TestSinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, bad := &keep{}, &keep{refuse: func(*Event) error { return errors.New("disk full") }}
		p := New("room", bad, good)
		attach(t, p, NewInput("air", &ticker{last: 4}, InputOptions{}), newTwice(0), Encoder{})
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(p)
		log, err := run(t, g, time.Hour)
		if err != nil || len(good.events) != 4 || good.events[3].Labels[0].Name != "twice" {
			t.Errorf("got %d events, %v", len(good.events), err)
		}
		if n := g.Stats().Pipelines[0].SinkErrors; n != 4 || strings.Count(log, "disk full") != 1 {
			t.Errorf("got %d sink errors, log %q", n, log)
		}
	})
}

func TestReadingsKeepTheSensorsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		in := NewInput("air", &ticker{period: 99 * time.Millisecond}, InputOptions{ReadingEvery: 200 * time.Millisecond, Readings: sink})
		g := NewGroup(Options{})
		g.AddInput(in)
		if _, err := run(t, g, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		if n := len(sink.readings); n < 48 || n > 51 {
			t.Errorf("got %d readings in 10 s, want about 50", n)
		}
	})
}

func TestSnapshotsKeepTheirOwnPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		g := NewGroup(Options{})
		g.AddInput(NewInput("cam", still{40 * time.Millisecond}, InputOptions{Period: 40 * time.Millisecond, SnapshotEvery: time.Second, Snapshots: sink}))
		g.AddInput(NewInput("unseen", still{time.Second}, InputOptions{}))
		if _, err := run(t, g, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		if n := len(sink.pictures); n < 10 || n > 11 {
			t.Errorf("got %d pictures in 10 s, want one a second", n)
		}
	})
}

func TestSilentSensorIsToldOnceAndItsReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(Options{})
		g.AddInput(NewInput("air", &ticker{period: 100 * time.Millisecond, fail: func(n int) error {
			if n == 10 {
				time.Sleep(10 * time.Second)
			}
			return nil
		}}, InputOptions{}))
		log, err := run(t, g, 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(log, "\n") != 2 || !strings.Contains(log, `sensor \"air\": no samples for 2.1 s; is it connected?`) ||
			!strings.Contains(log, `sensor \"air\": delivers again`) {
			t.Errorf("got log\n%s", log)
		}
	})
}

// A folder with a corrupt picture, shown again and again, is no sensor that comes and goes.
func TestSometimesBadSensorIsToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(Options{})
		g.AddInput(NewInput("cam", &ticker{period: 250 * time.Millisecond, fail: func(n int) error {
			if n%2 == 0 {
				return errors.New("b.jpg: no picture")
			}
			return nil
		}}, InputOptions{}))
		log, err := run(t, g, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(log, "\n") != 1 || !strings.Contains(log, `sensor \"cam\": b.jpg: no picture`) {
			t.Errorf("got log\n%s", log)
		}
	})
}

func TestFailingSensorsReturnIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(Options{})
		g.AddInput(NewInput("air", &ticker{period: 100 * time.Millisecond, fail: func(n int) error {
			if n > 20 && n < 26 {
				return errors.New("unplugged")
			}
			return nil
		}}, InputOptions{}))
		log, err := run(t, g, 20*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(log, "\n") != 2 || !strings.Contains(log, "unplugged") || !strings.Contains(log, `sensor \"air\": delivers again`) {
			t.Errorf("got log\n%s", log)
		}
	})
}

func TestWiringErrors(t *testing.T) {
	air := NewInput("air", &ticker{}, InputOptions{})
	p := New("room")
	ok := Encoder{Model: "m", Session: newTwice(0), Heads: []Head{scoreHead{}}}
	tests := []struct {
		name, want string
		err        error
	}{
		{"samples of another type", `pipeline "room": model "m" takes sensors.Clip, sensor "air" gives something else`,
			AddEncoder(p, air, never{}, ok)},
		{"no session", `pipeline "room": model "m" has no input`, AddEncoder(p, air, &each{}, Encoder{Model: "m"})},
		{"no head", `pipeline "room": model "m" has no head`, AddEncoder(p, air, &each{}, Encoder{Model: "m", Session: newTwice(0)})},
		{"two sensors of one name", `pipelines: two sensors are named "air"`, func() error {
			g := NewGroup(Options{})
			g.AddInput(air)
			g.AddInput(NewInput("air", mute{}, InputOptions{}))
			return g.Run(t.Context())
		}()},
	}
	for _, tt := range tests {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, tt.err, tt.want)
		}
	}
}

// TestLostSoundDegradesEvents lets a microphone lose 800 frames once: events say so for as long as a model may hear the
// gap, and pictures lost are no news.
func TestLostSoundDegradesEvents(t *testing.T) {
	start := time.Now()
	hear := health{limit: 2 * time.Second, sound: true}
	see := health{limit: 2 * time.Second}
	for i, tt := range []struct {
		after time.Duration
		lost  int
		want  string
	}{
		{0, -1, ""}, {time.Second, 800, "800 frames of sound lost 0.0 s ago"}, {1500 * time.Millisecond, 0, "800 frames of sound lost 0.5 s ago"},
		{3 * time.Second, 0, "800 frames of sound lost 2.0 s ago"}, {3100 * time.Millisecond, 0, ""}, {4 * time.Second, 16, "16 frames of sound lost 0.0 s ago"},
	} {
		now := start.Add(tt.after)
		hear.start(start)
		hear.deliver(arrival{at: now, now: now, lost: tt.lost})
		if state, got := hear.state(now); state != OK || got != tt.want {
			t.Errorf("clip %d: got %s, %q, want ok, %q", i, state, got, tt.want)
		}
		see.start(start)
		see.deliver(arrival{at: now, now: now, lost: tt.lost})
		if state, got := see.state(now); state != OK || got != "" {
			t.Errorf("picture %d: got %s, %q, want ok", i, state, got)
		}
	}
	if NewInput("cam", still{}, InputOptions{}).health.sound || !NewInput("mic", mute{}, InputOptions{}).health.sound {
		t.Error("a camera gives sound, or a microphone none")
	}
}
