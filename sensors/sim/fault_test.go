package sim

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// counted is a Source of a reading each second of a clock: 0, 1, 2, … °C.
type counted struct {
	pace
	begin time.Time
	n     int
}

func (s *counted) Read(ctx context.Context, into *sensors.Reading) error {
	at := s.begin.Add(time.Duration(s.n) * time.Second)
	if err := s.wait(ctx, at); err != nil {
		return err
	}
	into.Time = at
	into.Values = append(into.Values[:0], sensors.Value{Name: "n", Unit: sensors.Celsius, Value: float64(s.n)})
	s.n++
	return nil
}

func (s *counted) Close() error { return nil }

// TestFaultsOfReadings reads a sensor that is broken from 2 s to 5 s: when each sample comes, what it says, and its time.
func TestFaultsOfReadings(t *testing.T) {
	tests := map[FaultKind]string{
		Silent:  "0s: 0 of 0s, 1s: 1 of 1s, 5s: 5 of 5s, 6s: 6 of 6s",
		Late:    "0s: 0 of 0s, 1s: 1 of 1s, 3s: 2 of 2s, 4s: 3 of 3s, 5s: 4 of 4s, 5s: 5 of 5s, 6s: 6 of 6s",
		Fast:    "0s: 0 of 0s, 1s: 1 of 1s, 2s: 2 of 2s, 3s: 3 of 3.05s, 4s: 4 of 4.1s, 5s: 5 of 5s, 6s: 6 of 6s",
		Jump:    "0s: 0 of 0s, 1s: 1 of 1s, 2s: 2 of 32s, 3s: 3 of 33s, 4s: 4 of 34s, 5s: 5 of 5s, 6s: 6 of 6s",
		Garbage: "0s: 0 of 0s, 1s: 1 of 1s, 2s: NaN of 2s, 3s: NaN of 3s, 4s: NaN of 4s, 5s: 5 of 5s, 6s: 6 of 6s",
	}
	for _, kind := range FaultKinds() {
		for _, speed := range []float64{1, 10} {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				clock := sensors.NewClock(begin, speed)
				clock.Run()
				b := NewBroken(&counted{begin: begin, pace: pace{clock: clock}},
					Fault{Kind: kind, Begin: begin, After: 2 * time.Second, For: 3 * time.Second, Clock: clock})
				defer b.Close()
				var got []string
				var r sensors.Reading
				for len(r.Values) == 0 || r.Values[0].Value != 6 {
					if err := b.Read(t.Context(), &r); err != nil {
						t.Fatal(err)
					}
					got = append(got, fmt.Sprintf("%v: %v of %v", clock.Now().Sub(begin), r.Values[0].Value, r.Time.Sub(begin)))
				}
				if got := strings.Join(got, ", "); got != tests[kind] {
					t.Errorf("%s, %v times as fast: got\n%s, want\n%s", kind, speed, got, tests[kind])
				}
			})
		}
	}
}

// TestFaultsEndWithTheirContext reads sensors that will never give anything.
func TestFaultsEndWithTheirContext(t *testing.T) {
	for _, kind := range []FaultKind{Silent, Late} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			b := NewBroken(&counted{begin: begin}, Fault{Kind: kind, Begin: begin})
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			var r sensors.Reading
			if err := b.Read(ctx, &r); !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 500*time.Millisecond {
				t.Errorf("%s: got %v after %v, want the context's error after 500 ms", kind, err, time.Since(begin))
			}
		})
	}
}

// TestGarbage is what a camera, a microphone and a box of chips give that have broken: all of it is told from what is good.
func TestGarbage(t *testing.T) {
	s := NewStory(Options{Seed: 2, Length: 16 * time.Second})
	air, err := NewReadings(NewAir(s), ReadingsOptions{Fast: true})
	if err != nil {
		t.Fatal(err)
	}
	f := Fault{Kind: Garbage, Begin: newYear, After: 2 * time.Second, For: 12 * time.Second}
	check(t, NewFrames(s, FramesOptions{Rate: 1, Begin: newYear, Fast: true}), f,
		"a picture of noise", "a picture with nothing in it", "picture of 18432 bytes, 36864", "pixels of rgb24")
	check(t, NewClips(s, ClipsOptions{Begin: newYear, Fast: true}), f,
		"sound at full scale", "sound with a sample of NaN", "sound with a sample of", "at 0 Hz")
	air.opts.Begin = newYear
	check(t, air, f, "is NaN", "is -1e+30", "reading without a value", "is NaN")
}

var newYear = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// check reads all of a source that is broken, and wants nothing to be said of what is whole, and of each three seconds
// after f.After what stands there.
func check[T sensors.Sample](t *testing.T, src sensors.Source[T], f Fault, want ...string) {
	t.Helper()
	b := NewBroken(src, f)
	defer b.Close()
	said := make([][]string, len(want))
	var s T
	for b.Read(t.Context(), &s) == nil {
		text := sensors.Odd(&s)
		if err := sensors.Check(&s); err != nil {
			text = err.Error()
		}
		switch since, broken := f.since(sensors.At(&s)); {
		case broken:
			turn := since / spoilTurn
			said[turn] = append(said[turn], text)
		case text != "":
			t.Errorf("%v: got %q of what is whole", since, text)
		}
	}
	for turn, w := range want {
		if len(said[turn]) < 3 || slices.ContainsFunc(said[turn], func(got string) bool { return !strings.Contains(got, w) }) {
			t.Errorf("turn %d: got %q, want all to have %q", turn, said[turn], w)
		}
	}
}
