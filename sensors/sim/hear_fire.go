package sim

import "time"

// fireSound crackles and roars. That of a film is made by the same means: what tells them apart is the loudspeaker.
type fireSound struct {
	strikes
	act     *Act // nil: of a film
	at      Point
	roar    lowpass
	deep    lowpass
	gust    lowpass
	dry     float64 // how much it crackles
	strong  float64 // how much it roars
	crackle countdown
	burst   int // crackles left of one that comes in a row
}

func newFireSound(at Point, a *Act, dice hiss) *fireSound {
	f := &fireSound{strikes: strikes{dice: dice}, act: a, at: at, gust: lowpass{k: 0.05}, deep: newLowpass(60)}
	f.dry, f.strong, f.roar = f.dice.in(0.6, 1.5), f.dice.in(0.2, 1.4), newLowpass(f.dice.in(250, 600))
	return f
}

// size is that of the scene, and a film's fire is a large one.
func (f *fireSound) size(t time.Duration) float64 {
	switch {
	case f.act == nil:
		return 1
	case !f.act.at(t):
		return 0
	}
	return 0.15 + 0.85*ramp(t-f.act.Start, f.act.Turn-f.act.Start)
}

func (f *fireSound) sound(to []float64, t time.Duration) (Point, bool) {
	size := f.size(t)
	if size == 0 {
		return f.at, f.strikes.sound(to)
	}
	f.crackle.run(func(offset int) int { return f.snap(offset, size) })
	level := roarLevel * f.strong * size * size * (1 + 1.5*f.gust.next(f.dice.next())) * f.roar.level()
	for i := range to {
		y := f.roar.next(level * f.dice.next())
		to[i] += y - f.deep.next(y)
	}
	f.strikes.sound(to)
	return f.at, true
}

// snap is one crackle, few of them loud; it returns the time to the next.
func (f *fireSound) snap(offset int, size float64) int {
	d := &f.dice
	loud := d.in(0.1, 1)
	level := crackleLevel * f.dry * (0.4 + 0.6*size) * loud * loud * loud
	f.puff(offset, d.in(1500, 7500), 2*level, d.in(0.0008, 0.006))
	if d.one(3) {
		f.ring(offset, d.in(400, 2500), level, d.in(0.002, 0.006))
	}
	if f.burst--; f.burst > 0 {
		return hearSamples(d.in(0.002, 0.02))
	}
	if d.one(8) {
		f.burst = int(d.in(3, 12))
	}
	return hearSamples(d.in(0.005, 0.11) / (0.3 + 0.7*size))
}

const (
	roarLevel    = 0.035
	crackleLevel = 0.35
)
