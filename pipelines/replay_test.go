package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// reel is a Recorder that keeps all, and a Tape that gives it back, as a file would: times have lost their monotonic clock.
type reel struct {
	mu    sync.Mutex
	steps []Step
	next  int
}

func (r *reel) Record(s *Step) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := *s
	c.At, c.Event = s.At.Round(0), nil
	if s.Err != nil {
		c.Err = errors.New(s.Err.Error())
	}
	if in, ok := s.Sample.(*sensors.Reading); ok {
		out := &sensors.Reading{}
		sensors.Copy(out, in)
		out.Time = in.Time.Round(0)
		c.Sample = out
	}
	r.steps = append(r.steps, c)
}

func (r *reel) Next(into *Step) error {
	if r.next == len(r.steps) {
		return io.EOF
	}
	*into = r.steps[r.next]
	r.next++
	return nil
}

// tell writes all that an event says.
func tell(ev *Event) string {
	c := *ev
	c.Time, c.Window.Start, c.Window.End, c.Alert = time.Time{}, time.Time{}, time.Time{}, nil
	var alert Alert
	if ev.Alert != nil {
		alert = *ev.Alert
	}
	return fmt.Sprint(ev.Time.UnixNano(), ev.Window.Start.UnixNano(), ev.Window.End.UnixNano(), c, alert)
}

// tellAll writes events, pipeline by pipeline: what two of them say at a time comes to a sink in either order.
func tellAll(evs []*Event) []string {
	var all []string
	slices.SortStableFunc(evs, func(a, b *Event) int { return strings.Compare(a.Pipeline, b.Pipeline) })
	for _, ev := range evs {
		all = append(all, tell(ev))
	}
	return all
}

// scene is two pipelines on three sensors: one that fails now and then, one that ends, encoders that are too slow for their
// sensors, a head that cannot decode all.
func scene(t *testing.T, o Options, live bool) (*Group, *keep) {
	t.Helper()
	src := func(period time.Duration, last int, fail func(int) error) sensors.Source[sensors.Reading] {
		if !live {
			return &ticker{last: 1, period: time.Hour}
		}
		return &ticker{period: period, last: last, fail: fail}
	}
	cold := func(n int) error {
		if n%9 == 0 {
			return fmt.Errorf("sample %d is bad", n)
		}
		return nil
	}
	ms := time.Millisecond
	delay := func(d time.Duration) *twice {
		if !live {
			d = 0
		}
		return newTwice(d)
	}
	sink := &keep{}
	air := NewInput("air", src(10*ms, 0, nil), InputOptions{Period: 10 * ms})
	gas := NewInput("gas", src(7*ms, 0, cold), InputOptions{})
	end := NewInput("end", src(20*ms, 15, nil), InputOptions{StaleAfter: 50 * ms})
	g := NewGroup(o)
	room, hall := New("room", sink), New("hall", sink)
	bad := scoreHead{bad: map[float32]bool{8: true, 40: true}}
	attach(t, room, air, delay(0), Encoder{Heads: []Head{scoreHead{}, bad, scoreHead{}}})
	attach(t, room, air, delay(33*ms), Encoder{Depth: 2})
	attach(t, room, gas, delay(17*ms), Encoder{Depth: 1})
	attach(t, hall, gas, delay(ms), Encoder{Every: 30 * ms})
	attach(t, hall, end, delay(40*ms), Encoder{Block: true})
	attach(t, hall, air, delay(5*ms), Encoder{Also: []*Input{gas, end}, Depth: 3})
	g.AddPipeline(room)
	g.AddPipeline(hall)
	return g, sink
}

// TestReplayIsTheRun records a run and replays it twice: each event comes again in its place, the same to the last bit.
func TestReplayIsTheRun(t *testing.T) {
	live := func(t *testing.T) (*reel, []string, Stats, Options) {
		film := &reel{}
		o := Options{Boot: "b1", Start: time.Now(), Recorder: film}
		g, sink := scene(t, o, true)
		if _, err := run(t, g, 700*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		return film, tellAll(sink.events), g.Stats(), o
	}
	check := func(t *testing.T, film *reel, want []string, was Stats, o Options) {
		dropped := was.Pipelines[0].Encoders[1].Dropped
		if len(want) < 100 || dropped < 10 || !strings.Contains(strings.Join(want, ""), "is bad") {
			t.Fatalf("got a dull run: %d events, %d drops", len(want), dropped)
		}
		for range 2 {
			film.next = 0
			g, sink := scene(t, Options{Boot: "b1", Start: o.Start.Round(0)}, false)
			done, err := g.Replay(t.Context(), film, true)
			if err != nil {
				t.Fatal(err)
			}
			compareEvents(t, tellAll(sink.events), want)
			if done.Missing+done.Uncalled+done.Unmatched > 0 || done.Samples == 0 {
				t.Errorf("got %+v", done)
			}
			if got := g.Stats().Pipelines[0].Encoders[1].Dropped; got > dropped || got+3 < dropped { // what was never taken is nobody's
				t.Errorf("got %d drops, want about %d", got, dropped)
			}
		}
	}
	t.Run("in made-up time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			film, want, stats, o := live(t)
			check(t, film, want, stats, o)
		})
	})
	t.Run("in real time", func(t *testing.T) {
		film, want, stats, o := live(t)
		check(t, film, want, stats, o)
	})
}

func compareEvents(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d events, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("event %d: got\n%s\nwant\n%s", i, got[i], want[i])
		}
	}
}

// TestReplayAtOnce replays without following the encoders: each takes all, and two replays are the same.
func TestReplayAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		film := &reel{}
		start := time.Now()
		g, _ := scene(t, Options{Start: start, Recorder: film}, true)
		if _, err := run(t, g, 700*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		var all [2][]string
		for i := range all {
			film.next = 0
			g, sink := scene(t, Options{Boot: "b1", Start: start}, false)
			if _, err := g.Replay(t.Context(), film, false); err != nil {
				t.Fatal(err)
			}
			st := g.Stats()
			for _, e := range slices.Concat(st.Pipelines[0].Encoders, st.Pipelines[1].Encoders) {
				if e.Dropped != 0 {
					t.Errorf("got %d drops of %s", e.Dropped, e.Sensor)
				}
			}
			if st.Sensors[0].Samples != 69 && st.Sensors[0].Samples != 70 || st.Pipelines[0].Encoders[1].Invokes != st.Sensors[0].Samples {
				t.Errorf("got %d samples and %d invokes, want some 70 each", st.Sensors[0].Samples, st.Pipelines[0].Encoders[1].Invokes)
			}
			all[i] = tellAll(sink.events)
		}
		compareEvents(t, all[1], all[0])
	})
}

// TestReplayOfAnotherRun follows a recording that does not fit: nothing hangs, and what does not match is counted.
func TestReplayOfAnotherRun(t *testing.T) {
	at := time.Now()
	one := func(n int) *sensors.Reading {
		return &sensors.Reading{Time: at, Values: []sensors.Value{{Value: float64(n)}}}
	}
	film := &reel{steps: []Step{
		{What: Sampled, At: at, Sensor: "who", Sample: one(1)},
		{What: Taken, At: at, Pipeline: "room", Encoder: 9, Number: 1},
		{What: Emitted, At: at, Pipeline: "room", Encoder: 0},
		{What: Taken, At: at, Pipeline: "room", Encoder: 0, Number: 1},
		{What: Sampled, At: at, Sensor: "air", Sample: one(1)},
		{What: Taken, At: at, Pipeline: "room", Encoder: 0, Number: 1},
		{What: Emitted, At: at, Pipeline: "room", Encoder: 0},
		{What: Emitted, At: at, Pipeline: "room", Encoder: 0},
		{What: Sampled, At: at, Sensor: "air", Sample: one(2)},
		{What: Taken, At: at, Pipeline: "room", Encoder: 0, Number: 2},
		{What: Failed, At: at, Sensor: "who", Err: errors.New("x")},
		{What: Ended, At: at, Sensor: "who"},
		{What: Sampled, At: at, Sensor: "air", Sample: one(3)},
		{What: Taken, At: at, Pipeline: "room", Encoder: 0, Number: 3},
	}}
	sink := &keep{}
	p := New("room", sink)
	attach(t, p, NewInput("air", &ticker{}, InputOptions{}), newTwice(0), Encoder{})
	g := NewGroup(Options{Start: at})
	g.AddPipeline(p)
	done, err := g.Replay(t.Context(), film, true)
	if want := (Replayed{Samples: 3, Missing: 2, Uncalled: 1, Unmatched: 2}); err != nil || done != want {
		t.Errorf("got %+v, %v; want %+v", done, err, want)
	}
	if len(sink.events) != 1 {
		t.Errorf("got %d events, want 1", len(sink.events))
	}
	film = &reel{steps: []Step{{What: Sampled, At: at, Sensor: "air", Sample: &sensors.Frame{Time: at}}}}
	g = NewGroup(Options{Start: at})
	g.AddInput(NewInput("air", &ticker{}, InputOptions{}))
	if _, err := g.Replay(t.Context(), film, true); err == nil || !strings.Contains(err.Error(), `sensor "air" gives sensors.Reading`) {
		t.Errorf("got %v, want that the sensor gives something else", err)
	}
}

// TestReplayEndsWithItsContext stops a tape that has no end.
func TestReplayEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := NewGroup(Options{Start: time.Now()})
	n := 0
	if _, err := g.Replay(ctx, tapeFunc(func(*Step) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	}), true); err != nil || n != 10 {
		t.Errorf("got %v after %d steps, want 10", err, n)
	}
}

type tapeFunc func(*Step) error

func (f tapeFunc) Next(s *Step) error { return f(s) }

// TestRecordingKeepsTimesTogether sets the wall clock of a sensor's samples ahead: they keep their distance.
func TestRecordingKeepsTimesTogether(t *testing.T) {
	m := &moments{start: time.Now(), to: &reel{}}
	r := &sensors.Reading{Time: m.start.Round(0).Add(time.Second)}
	align(m, r)
	if d := r.Time.Sub(m.start); d != time.Second || r.Time.Round(0).Sub(m.start.Round(0)) != time.Second {
		t.Errorf("got %v, want 1 s by both clocks", d)
	}
}
