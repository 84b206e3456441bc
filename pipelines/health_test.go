package pipelines

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

func TestHealthTellsOfClocksAndOddities(t *testing.T) {
	start := time.Now()
	type seen struct {
		came, skew time.Duration // when a sample came, and how much of the future it was
		odd        string
		asked      time.Duration
		want       string
	}
	tests := []struct {
		name  string
		sound bool
		seen  []seen
	}{
		{"times a little off", false, []seen{{0, 100 * time.Millisecond, "", 0, ""}, {time.Second, -500 * time.Millisecond, "", time.Second, ""}}},
		{"a clock ahead", false, []seen{{0, 30 * time.Second, "", 0, "its clock is 30.0 s ahead"}, {time.Second, 0, "", time.Second, ""}}},
		{"late", false, []seen{{0, -1500 * time.Millisecond, "", 0, "samples come 1.5 s late"}}},
		{"an odd picture", false, []seen{{0, 0, "noise", time.Second, "noise"}, {time.Second, 0, "", time.Second, ""}}},
		{"odd sound is heard for a while", true, []seen{{0, 0, "noise", 0, "noise"}, {time.Second, 0, "", time.Second, "noise 1.0 s ago"},
			{2500 * time.Millisecond, 0, "", 2500 * time.Millisecond, ""}}},
		{"odd, and late", false, []seen{{0, -time.Second, "noise", 0, "samples come 1.0 s late; noise"}}},
	}
	for _, tt := range tests {
		h := health{limit: 2 * time.Second, sound: tt.sound}
		h.start(start)
		for i, s := range tt.seen {
			now := start.Add(s.came)
			h.deliver(arrival{at: now.Add(s.skew), now: now, odd: s.odd})
			if state, got := h.state(start.Add(s.asked)); state != OK || got != s.want {
				t.Errorf("%s, sample %d: got %s, %q, want ok, %q", tt.name, i, state, got, s.want)
			}
		}
	}
}

// wrong is a Source of a reading each second whose clock is 30 s ahead for 5 s, and which then says what cannot be for 5 s.
type wrong struct{ n int }

func (s *wrong) Read(ctx context.Context, into *sensors.Reading) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Second):
	}
	s.n++
	*into = sensors.Reading{Time: time.Now(), Values: []sensors.Value{{Name: "n", Unit: sensors.Celsius, Value: float64(s.n)}}}
	switch s.n / 5 {
	case 1:
		into.Time = into.Time.Add(30 * time.Second)
	case 2:
		into.Values[0].Value = -1000
	}
	return nil
}

func (s *wrong) Close() error { return nil }

// TestWrongTimesAndValues: what is of the future is taken for now, and when the clock is set nothing waits for it; a sample
// that cannot be is left out, and told.
func TestWrongTimesAndValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		events := &keep{}
		p := New("p", events)
		other := NewInput("b", &ticker{period: 1100 * time.Millisecond}, InputOptions{Period: time.Second})
		attach(t, p, NewInput("a", &wrong{}, InputOptions{Period: time.Second}), newTwice(0), Encoder{Every: time.Second})
		attach(t, p, other, newTwice(0), Encoder{})
		g := NewGroup(Options{})
		g.AddPipeline(p)
		if _, err := run(t, g, 19500*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		told := map[string]bool{}
		for _, ev := range events.events {
			second := int(ev.Time.Sub(start) / time.Second)
			if len(ev.Degraded) > 0 {
				told[fmt.Sprint(ev.Sensor, second, ev.Degraded)] = true
			}
			if ev.Sensor == "a" && !ev.Window.End.Equal(ev.Time) {
				t.Errorf("an event of second %d speaks of %v later", second, ev.Window.End.Sub(ev.Time))
			}
			if ev.Ages["a"] < 0 {
				t.Errorf("second %d: a is %v old", second, ev.Ages["a"])
			}
		}
		for _, want := range []string{"a5 [a: its clock is 30.0 s ahead]", "b7 [a: its clock is 30.0 s ahead]", "b11 [a: n is -1000 °C]"} {
			if !told[want] {
				t.Errorf("got %v, want %s", told, want)
			}
		}
		// Of 1 to 9; and from 15 on, but for what the waits after errors cost.
		if n := len(events.of("a")); n < 9+2 || told["a10 [a: its clock is 30.0 s ahead]"] {
			t.Errorf("got %d events of a, want at least 11; told %v", n, told)
		}
	})
}

// TestPacerAfterAJumpBack lets things through again at once when times go back.
func TestPacerAfterAJumpBack(t *testing.T) {
	start := time.Now()
	p := pacer{every: time.Second}
	for _, tt := range []struct {
		at   time.Duration
		want bool
	}{{0, true}, {30 * time.Second, true}, {30500 * time.Millisecond, false}, {2 * time.Second, true}, {2500 * time.Millisecond, false}, {3 * time.Second, true}} {
		if got := p.due(start.Add(tt.at)); got != tt.want {
			t.Errorf("at %v: got %v, want %v", tt.at, got, tt.want)
		}
	}
}
