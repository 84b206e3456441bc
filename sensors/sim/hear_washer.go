package sim

import (
	"math"
	"time"
)

// washerSound is a motor and water; out of balance also a drum that hits, twice a second or so.
type washerSound struct {
	strikes
	act    *Act
	at     Point
	hz     float64 // of the motor
	turn   float64 // seconds a turn of the drum takes
	phase  float64
	drum   float64 // 0 to 1
	sag    float64 // how much the motor slows down in a turn
	water  biquad
	hits   countdown
	heavy  float64 // how hard, wandering
	belted lowpass
}

func newWasherSound(s *Story, a *Act, dice hiss) *washerSound {
	home := newHiss(s.Seed, "washer")
	w := &washerSound{strikes: strikes{dice: dice}, act: a, at: s.Home.Spots[AtWasher], hz: home.in(90, 170), turn: home.in(1, 1.4), sag: 0.01,
		water: newBandpass(home.in(500, 1200), 0.7), belted: newLowpass(home.in(900, 2000)), heavy: 0.7}
	if a.Kind == ActUnbalanced {
		w.turn, w.sag, w.hz = home.in(0.42, 0.58), 0.06, 1.6*w.hz
	}
	return w
}

func (w *washerSound) sound(to []float64, t time.Duration) (Point, bool) {
	run := ramp(t-w.act.Start, 2*time.Second) * (1 - ramp(t-w.act.End, 2*time.Second))
	if run == 0 {
		return w.at, w.strikes.sound(to)
	}
	if w.act.Kind == ActUnbalanced {
		w.hits.run(func(offset int) int { return w.hit(offset, run) })
	}
	w.drum += hearBlock / (w.turn * SampleRateHz)
	swing := math.Sin(2 * math.Pi * w.drum)
	step := w.hz * (0.3 + 0.7*run) * (1 + w.sag*swing) / SampleRateHz
	hum, slosh := motorLevel*run*(1+0.25*swing), waterLevel*run*(1+0.8*swing)
	for i := range to {
		w.phase += step
		saw := 2*(w.phase-math.Floor(w.phase)) - 1
		to[i] += w.belted.next(hum*(saw+0.3*w.dice.next())) + slosh*w.water.next(w.dice.next())
	}
	w.strikes.sound(to)
	return w.at, true
}

// hit is the drum against its case; it returns the time of a turn.
func (w *washerSound) hit(offset int, run float64) int {
	d := &w.dice
	w.heavy = min(max(w.heavy+0.2*d.next(), 0.35), 1)
	level := bangLevel * w.heavy * run
	w.ring(offset, d.in(55, 75), level, 0.05)
	w.ring(offset, d.in(130, 190), 0.6*level, 0.03)
	w.ring(offset, d.in(320, 520), 0.3*level, 0.015)
	w.puff(offset, 1800, 0.3*level, 0.02)
	return hearSamples(w.turn * d.in(0.95, 1.05))
}

const (
	motorLevel = 0.07
	waterLevel = 0.09
	bangLevel  = 0.45
)
