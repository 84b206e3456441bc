package govern

import (
	"strings"
	"testing"
	"time"
)

// second is what a machine reads each second.
func second(g *Governor, n int, read func(i int) Reading) (changes int) {
	start := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for i := range n {
		if g.Look(start.Add(time.Duration(i)*time.Second), read(i)) {
			changes++
		}
	}
	return changes
}

// TestProcessorTimeIsHeld has work whose every level takes what it takes at once.
func TestProcessorTimeIsHeld(t *testing.T) {
	for _, full := range []float64{0.5, 0.65, 0.8, 1} {
		g := New(Limits{CPU: 0.4}, len(duties)-1)
		over, turns, last := 0, 0, -120
		second(g, 3600, func(i int) Reading {
			cpu := full * duties[g.Level()]
			if over++; cpu <= 0.4 {
				over = 0
			}
			if over == 1 && i > 0 {
				turns++
				if i-last < 60 {
					t.Errorf("at %v: back and forth twice in %d s", full, i-last)
				}
				last = i
			}
			if over > 5 {
				t.Fatalf("%v of the processors at full work: above the limit for %d s", full, over)
			}
			return Reading{CPU: cpu}
		})
		if g.Level() == 0 || turns > 10 {
			t.Errorf("%v of the processors at full work: level %d in the end, %d tries to do more in an hour; want at most 10", full, g.Level(), turns)
		}
	}
}

func TestOneBusySecondIsNoTrouble(t *testing.T) {
	g := New(Limits{CPU: 0.6}, 5)
	n := second(g, 600, func(i int) Reading {
		if i%20 == 0 {
			return Reading{CPU: 0.9}
		}
		return Reading{CPU: 0.2}
	})
	if n != 0 {
		t.Errorf("%d steps for single busy seconds", n)
	}
}

func TestMemoryIsHeld(t *testing.T) {
	g := New(Limits{Memory: 400 << 20}, 3)
	second(g, 10, func(int) Reading { return Reading{Memory: 410 << 20} })
	if g.Level() != 3 || !g.Ended() || g.Why() != "410 MiB of memory, at most 400 MiB" {
		t.Errorf("level %d, ended %v, for %q", g.Level(), g.Ended(), g.Why())
	}
}

// TestTheWorstIsTold has two limits passed at once.
func TestTheWorstIsTold(t *testing.T) {
	g := New(Limits{Temperature: 75_000, CPU: 0.6}, 5)
	second(g, 3, func(int) Reading { return Reading{Temperature: 76_000, CPU: 0.9} })
	if why := g.Why(); !strings.HasPrefix(why, "90 % of the processors, at most 60 %") {
		t.Errorf("got %q", why)
	}
}

// TestWhatNobodyKnows has limits of what cannot be read.
func TestWhatNobodyKnows(t *testing.T) {
	g := New(Limits{Temperature: 75_000, Memory: 1 << 20}, 5)
	if n := second(g, 100, func(int) Reading { return Reading{} }); n != 0 || g.Ended() {
		t.Errorf("%d steps for nothing", n)
	}
	if n := second(New(Limits{}, 5), 100, func(int) Reading { return Reading{Temperature: 99_000, Memory: 1 << 30, CPU: 1} }); n != 0 {
		t.Errorf("%d steps without a limit", n)
	}
}

// TestPatience wants a minute between a step up and one down, and twice that after one too many.
func TestPatience(t *testing.T) {
	g := New(Limits{CPU: 0.5}, 1)
	var at []int
	second(g, 1000, func(i int) Reading {
		if n := len(at); g.Level() != n%2 {
			at = append(at, i)
		}
		if g.Level() == 1 {
			return Reading{CPU: 0.1}
		}
		return Reading{CPU: 0.9}
	})
	var waits []int
	for i := 1; i < len(at); i += 2 {
		waits = append(waits, at[i]-at[i-1])
	}
	if len(waits) < 3 || waits[0] != 60 || waits[1] != 120 || waits[2] != 240 {
		t.Errorf("waited %v s before it tried again; want 60, 120, 240", waits)
	}
}

func TestCalmAllocatesNothing(t *testing.T) {
	g := New(Limits{Temperature: 75_000, Memory: 400 << 20, CPU: 0.6}, 5)
	now := time.Now()
	got := testing.AllocsPerRun(100, func() {
		now = now.Add(time.Second)
		g.Look(now, Reading{Temperature: 50_000, Memory: 1 << 20, CPU: 0.1})
	})
	if got != 0 {
		t.Errorf("%v allocations in a calm second", got)
	}
}
