package pipelines

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// clocked is a Source that gives a reading every second, or period, of a clock, the first at a time. Of those after four
// there may be five that it leaves out.
type clocked struct {
	clock  *sensors.Clock
	first  time.Time
	period time.Duration // 0 is a second
	gap    bool
	n      int
}

func (s *clocked) Read(ctx context.Context, into *sensors.Reading) error {
	at := s.first.Add(time.Duration(s.n) * cmp.Or(s.period, time.Second))
	select {
	case <-time.After(s.clock.Real(at.Sub(s.clock.Now()))):
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.n++; s.gap && s.n == 4 {
		s.n += 5
	}
	into.Time = at
	into.Values = append(into.Values[:0], sensors.Value{Name: "n", Value: 1})
	return nil
}

func (s *clocked) Close() error { return nil }

// TestFastClockChangesNoEvent runs a pipeline of two sensors, one of which falls silent for a while, for some seconds of a
// clock. However fast that runs, the events are the same.
func TestFastClockChangesNoEvent(t *testing.T) {
	told := func(speed float64) (all string) {
		synctest.Test(t, func(t *testing.T) {
			start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
			clock := sensors.NewClock(start, speed)
			events := &keep{}
			p := New("p", events)
			sometimes := &clocked{clock: clock, first: start.Add(time.Second), gap: true}
			always := &clocked{clock: clock, first: start.Add(500 * time.Millisecond)} // never with the other, so that no order is luck
			attach(t, p, NewInput("a", sometimes, InputOptions{Period: time.Second}), newTwice(0), Encoder{})
			attach(t, p, NewInput("b", always, InputOptions{Period: time.Second}), newTwice(0), Encoder{})
			g := NewGroup(Options{Clock: clock, Boot: "boot"})
			g.AddPipeline(p)
			if _, err := run(t, g, clock.Real(11750*time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			for _, ev := range events.events {
				all += fmt.Sprintln(ev.Time.Sub(start), ev.Sensor, ev.Ages, ev.Latency, ev.Degraded)
			}
		})
		return all
	}
	want := told(1)
	if !strings.Contains(want, "7.5s b map[a:3.5s b:0s] 0s [a: no samples for 3.5 s]") {
		t.Errorf("got, at the world's pace:\n%s", want)
	}
	for _, speed := range []float64{0.5, 10, 100} {
		if got := told(speed); got != want {
			t.Errorf("got, %v times as fast:\n%s\nwant\n%s", speed, got, want)
		}
	}
}
