package sim

import (
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// firstTimes returns the times of a source's first n samples, from begin on.
func firstTimes[T sensors.Sample](t *testing.T, src sensors.Source[T], begin time.Time, n int) (at []time.Duration) {
	t.Helper()
	defer src.Close()
	var s T
	for range n {
		if err := src.Read(t.Context(), &s); err != nil {
			t.Fatal(err)
		}
		at = append(at, sensors.At(&s).Sub(begin))
	}
	return at
}

// TestSensesOfAFastRoom reads all senses of a room whose clock runs ten times as fast, from two seconds before its story on.
func TestSensesOfAFastRoom(t *testing.T) {
	s := NewStory(Options{Seed: 2, Length: 20 * time.Second})
	air := NewAir(s)
	senses := map[string]func(*testing.T, time.Time, *sensors.Clock) []time.Duration{
		"pictures": func(t *testing.T, begin time.Time, c *sensors.Clock) []time.Duration {
			return firstTimes(t, NewFrames(s, FramesOptions{Rate: 1, Begin: begin, Clock: c}), begin, 5)
		},
		"sound": func(t *testing.T, begin time.Time, c *sensors.Clock) []time.Duration {
			return firstTimes(t, NewClips(s, ClipsOptions{Chunk: time.Second, Begin: begin, Clock: c}), begin, 4)
		},
		"readings": func(t *testing.T, begin time.Time, c *sensors.Clock) []time.Duration {
			r, err := NewReadings(air, ReadingsOptions{Begin: begin, Clock: c})
			if err != nil {
				t.Fatal(err)
			}
			return firstTimes(t, r, begin, 5)
		},
	}
	for name, read := range senses {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				c := sensors.NewClock(start, 10)
				c.Run()
				at := read(t, start.Add(2*time.Second), c)
				if first, last := at[0], at[len(at)-1]; first > -time.Second || last != 2*time.Second {
					t.Errorf("got samples at %v, want the first before the story and the last at 2 s", at)
				}
				if took := time.Since(start); took != 400*time.Millisecond {
					t.Errorf("four seconds took %v, want 400 ms", took)
				}
			})
		})
	}
}

// TestSoundIsLostWhenNobodyListens reads a microphone, pauses for longer than its buffer holds, and reads on.
func TestSoundIsLostWhenNobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		c := NewClips(NewStory(Options{Seed: 2, Length: 20 * time.Second}), ClipsOptions{Begin: begin})
		defer c.Close()
		var clip sensors.Clip
		for _, want := range []int{0, 0, 5 * SampleRateHz / 10} {
			if err := c.Read(t.Context(), &clip); err != nil {
				t.Fatal(err)
			}
			if clip.Lost != want {
				t.Errorf("%d samples lost before %v, want %d", clip.Lost, clip.Start.Sub(begin), want)
			}
			if clip.Start.After(begin) {
				time.Sleep(4500 * time.Millisecond)
			}
		}
	})
}
