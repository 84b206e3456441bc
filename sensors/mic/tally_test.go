package mic

import (
	"math"
	"testing"
	"time"

	"edged/sensors"
)

func TestOverrun(t *testing.T) {
	tests := []struct {
		name           string
		n, avail, ring int
		want           int
	}{
		{"in time", 1600, 0, 16000, -1},
		{"late, but nothing overwritten", 1600, 14400, 16000, -1},
		{"one frame overwritten", 1600, 14401, 16000, 6401},
		{"three seconds late", 1600, 48000, 16000, 40000},
		{"a small ring", 1, 64, 64, 32},
		{"an answer that is none", 1600, -1, 16000, 0},
		{"another", 1600, math.MaxInt, 16000, math.MaxInt - 8000},
	}
	for _, tt := range tests {
		if got := (&tally{}).overrun(tt.n, tt.avail, tt.ring); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

// TestTally plays a stream's life: each line is a clip of 100 ms at 16 kHz, and what happened before it.
func TestTally(t *testing.T) {
	begin := time.Now()
	tl := tally{lost: -1}
	steps := []struct {
		what   string
		before func()
		end    time.Duration
		want   int
	}{
		{"the first clip goes on from nothing", func() {}, 100 * time.Millisecond, -1},
		{"the second is whole", func() {}, 200 * time.Millisecond, 0},
		{"frames that the driver counted", func() { tl.miss(1600); tl.miss(40) }, 402500 * time.Microsecond, 1640},
		{"a stop that the clock measures", func() { tl.gap = true }, 752500 * time.Microsecond, 4000},
		{"a stop too short to be measured", func() { tl.gap = true }, 852500 * time.Microsecond, 1},
		{"a sleep", func() { tl.miss(5); tl.lost = -1; tl.miss(7) }, time.Hour, -1},
		{"and on", func() {}, time.Hour + 100*time.Millisecond, 0},
	}
	for _, s := range steps {
		s.before()
		tl.end = begin.Add(s.end)
		var c sensors.Clip
		tl.stamp(1600, 16000, &c)
		if c.Lost != s.want {
			t.Errorf("%s: got %d lost, want %d", s.what, c.Lost, s.want)
		}
		if got := c.End.Sub(c.Start); got != 100*time.Millisecond || !c.End.Equal(tl.end) {
			t.Errorf("%s: got a clip of %v that ends %v, want 100 ms, %v", s.what, got, c.End.Sub(begin), s.end)
		}
	}
}
