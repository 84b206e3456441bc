package govern

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// board is a simulated one: what is computed becomes heat, and heat goes away the faster the hotter the processor is. It is a
// resistor and a capacitor: dT/dt = (air + idle + busy·duty − T)/tau.
type board struct {
	air, idle, busy float64       // degrees Celsius: of the air, and above it in the end: of what always runs, and of the work at level 0
	tau             time.Duration // until 63 % of a change has come
	duties          []float64     // part of the work that is left, by level
	step            float64       // of the sensor, in degrees

	t float64 // its temperature
}

// run lets d pass at a level. load is 1 for as much work as ever.
func (b *board) run(d time.Duration, level int, load float64) {
	end := b.air + b.idle + b.busy*b.duties[level]*load
	b.t = end + (b.t-end)*math.Exp(-d.Seconds()/b.tau.Seconds())
}

// reads is what its sensor says.
func (b *board) reads() int { return int(math.Floor(b.t/b.step) * b.step * 1000) }

// duties are what levels of edged leave of the work, about: pictures at half and a quarter of their rate, smaller ones, then
// encoders at half and a quarter of theirs.
var duties = []float64{1, 0.9, 0.85, 0.8, 0.45, 0.25}

// fate is what became of a board.
type fate struct {
	hottest float64
	above   time.Duration // the longest time in one go above the limit
	turns   []time.Time   // when it went up again after it had gone down
	downs   int
	levels  map[int]time.Duration
	last    int
}

// most returns how many turns there were at most in a time.
func (f *fate) most(in time.Duration) int {
	most := 0
	for i, from := range f.turns {
		n := 0
		for _, at := range f.turns[i:] {
			if at.Sub(from) < in {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// live lets a governor keep a board within limit for a time. load is how much work there is at a moment.
func live(b *board, limit float64, length time.Duration, load func(time.Duration) float64) *fate {
	g := New(Limits{Temperature: int(limit * 1000)}, len(b.duties)-1)
	f := &fate{levels: map[int]time.Duration{}}
	start := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	const tick = 100 * time.Millisecond
	var above time.Duration
	down := false
	for at := time.Duration(0); at < length; at += tick {
		if at%time.Second == 0 {
			was := g.Level()
			if g.Look(start.Add(at), Reading{Temperature: b.reads()}) && g.Level() < was {
				down = true
				f.downs++
			} else if g.Level() > was && down {
				down, f.turns = false, append(f.turns, start.Add(at))
			}
		}
		b.run(tick, g.Level(), load(at))
		f.levels[g.Level()] += tick
		f.hottest = max(f.hottest, b.t)
		if above += tick; b.t <= limit {
			above = 0
		}
		f.above = max(f.above, above)
	}
	f.last = g.Level()
	return f
}

func steady(time.Duration) float64 { return 1 }

// TestHeatIsHeld lets boards run for 40 minutes that would become far too hot, each from the cold: small ones whose heat comes in
// seconds, and those with a heat sink.
func TestHeatIsHeld(t *testing.T) {
	const limit = 75
	for _, tau := range []time.Duration{5 * time.Second, 8 * time.Second, 20 * time.Second, time.Minute, 5 * time.Minute} {
		for _, busy := range []float64{25, 32, 40, 55} {
			for _, step := range []float64{0.001, 0.487, 1} {
				t.Run(fmt.Sprintf("tau %v, %v °C at most, steps of %v", tau, 45+busy, step), func(t *testing.T) {
					b := &board{air: 30, idle: 15, busy: busy, tau: tau, duties: duties, step: step, t: 45}
					f := live(b, limit, 40*time.Minute, steady)
					if f.above > 5*time.Second {
						t.Errorf("above %d °C for %v in one go, up to %.1f °C; want 5 s at most", limit, f.above, f.hottest)
					}
					if n := f.most(time.Minute); n > 1 {
						t.Errorf("went back and forth %d times within a minute", n)
					}
					if busy == 25 && f.last != 0 {
						t.Errorf("level %d at the end, of a board that never gets hotter than 70 °C", f.last)
					}
					if busy > 32 && f.levels[0] > 20*time.Minute {
						t.Errorf("nothing was left out for %v of 40 minutes", f.levels[0])
					}
				})
			}
		}
	}
}

// TestHeatComesAndGoes has work that doubles and halves at random, on a board in the sun.
func TestHeatComesAndGoes(t *testing.T) {
	const limit = 75
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 12))
		tau := time.Duration(5+r.IntN(120)) * time.Second
		b := &board{air: 30, idle: 15, busy: 30, tau: tau, duties: duties, step: 0.487, t: 50}
		load, until := 1.0, time.Duration(0)
		f := live(b, limit, 30*time.Minute, func(at time.Duration) float64 {
			if at >= until {
				load, until = 0.3+1.2*r.Float64(), at+time.Duration(10+r.IntN(170))*time.Second
			}
			return load
		})
		if f.above > 5*time.Second {
			t.Errorf("seed %d, tau %v: above %d °C for %v in one go, up to %.1f °C; want 5 s at most", seed, tau, limit, f.above, f.hottest)
		}
		if n := f.most(time.Minute); n > 1 {
			t.Errorf("seed %d, tau %v: went back and forth %d times within a minute", seed, tau, n)
		}
	}
}

// TestHeatGoes wants all work back after the sun has gone.
func TestHeatGoes(t *testing.T) {
	b := &board{air: 45, idle: 15, busy: 35, tau: 30 * time.Second, duties: duties, step: 0.487, t: 50}
	g := New(Limits{Temperature: 75_000}, len(duties)-1)
	now := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	pass := func(d time.Duration) (steps int) {
		for end := now.Add(d); now.Before(end); now = now.Add(time.Second) {
			if g.Look(now, Reading{Temperature: b.reads()}) {
				steps++
			}
			b.run(time.Second, g.Level(), 1)
		}
		return steps
	}
	pass(10 * time.Minute)
	if g.Level() == 0 || g.Why() == "" {
		t.Fatalf("level %d for %q, want a higher one and a reason", g.Level(), g.Why())
	}
	b.air = 15
	pass(40 * time.Minute)
	if g.Level() != 0 || g.Why() != "" {
		t.Errorf("level %d for %q in the cool; want 0", g.Level(), g.Why())
	}
	if n := pass(time.Hour); n != 0 {
		t.Errorf("%d steps in a cool hour", n)
	}
}

// TestTooHotFromTheStart begins far above the limit: all is left out within 5 s, and it is told when that is not enough.
func TestTooHotFromTheStart(t *testing.T) {
	b := &board{air: 60, idle: 20, busy: 30, tau: time.Minute, duties: duties, step: 0.487, t: 88}
	g := New(Limits{Temperature: 75_000}, len(duties)-1)
	now := time.Now()
	for range 6 {
		g.Look(now, Reading{Temperature: b.reads()})
		b.run(time.Second, g.Level(), 1)
		now = now.Add(time.Second)
	}
	if g.Level() != len(duties)-1 {
		t.Errorf("level %d after 5 s at 88 °C, want the last", g.Level())
	}
	for range 5 {
		g.Look(now, Reading{Temperature: b.reads()})
		now = now.Add(time.Second)
	}
	if !g.Ended() {
		t.Error("it is still too hot at the last level, and nobody is told")
	}
}
