package sim

import (
	"math"
	"time"
)

// outside is the street, birds by day, vehicles and rain, through a window that is shut or open.
type outside struct {
	strikes
	story   *Story
	at      Point
	loud    float64 // of the street, by day
	street  lowpass
	deep    lowpass
	cars    [2]car // one that passes of itself, one of an act
	next    countdown
	bird    bird
	drops   biquad
	patter  countdown
	pane    lowpass
	through float64 // what a shut window lets pass
}

func newOutside(s *Story) *outside {
	o := &outside{strikes: strikes{dice: newHiss(s.Seed, "outside")}, story: s, at: s.Home.Spots[AtWindow], deep: newLowpass(50)}
	d := &o.dice
	o.loud, o.street, o.drops = d.in(0.6, 1.5), newLowpass(d.in(400, 1000)), newHighpass2(d.in(700, 1500))
	o.pane, o.through = newLowpass(d.in(250, 450)), d.in(0.05, 0.15)
	o.next = countdown(hearSamples(d.in(0, 20)))
	o.bird = newBird(d.fork())
	return o
}

// window and rain are of the moment, 0 to 1. Of vehicle is the act, if one passes.
func (o *outside) window(t time.Duration) (open, rain float64, vehicle *Act) {
	for i := range o.story.Acts {
		switch a := &o.story.Acts[i]; a.Kind {
		case ActWindow:
			open = max(open, ramp(t-a.Start, windowTime)*ramp(a.End-t, windowTime))
		case ActRain:
			rain = max(rain, ramp(t-a.Start, 2*time.Second)*ramp(a.End-t, 2*time.Second))
		case ActStreet:
			if a.at(t) {
				vehicle = a
			}
		}
	}
	return open, rain, vehicle
}

func (o *outside) sound(to []float64, t time.Duration) (Point, bool) {
	open, rain, vehicle := o.window(t)
	level := streetLevel * o.loud * (0.5 + 0.5*o.story.Daylight) * o.street.level()
	shower := rainLevel * rain
	for i := range to {
		white := o.dice.next()
		y := o.street.next(level * white)
		to[i] += y - o.deep.next(y) + shower*o.drops.next(white)
	}
	o.traffic(to, t, vehicle)
	if open > 0 && rain < 0.1 {
		o.bird.sing(to, birdLevel*o.story.Daylight)
	}
	for i, x := range to {
		to[i] = open*x + (1-open)*o.through*o.pane.next(x)
	}
	if rain > 0 {
		o.patter.run(func(offset int) int { return o.drop(offset, rain) })
	}
	o.strikes.sound(to)
	return o.at, true
}

// drop hits the pane.
func (o *outside) drop(offset int, rain float64) int {
	o.puff(offset, o.dice.in(1500, 5000), rain*dropLevel*o.dice.in(0.2, 1), 0.003)
	return hearSamples(o.dice.in(0.002, 0.04))
}

// traffic lets cars pass now and then, and the loud one of an act.
func (o *outside) traffic(to []float64, t time.Duration, vehicle *Act) {
	o.next.run(func(int) int {
		o.cars[0] = newCar(&o.dice, carLevel*o.loud, o.dice.in(3, 6))
		return hearSamples(o.dice.in(8, 30) / (0.3 + 0.7*o.story.Daylight))
	})
	if vehicle != nil && o.cars[1].left <= 0 {
		o.cars[1] = newCar(&o.dice, vehicleLevel, (vehicle.End - t).Seconds())
	}
	for i := range o.cars {
		o.cars[i].pass(to, &o.dice)
	}
}

// car comes and goes.
type car struct {
	left, length int // samples
	level, hz    float64
	phase        float64
	tyres        lowpass
	exhaust      lowpass
}

func newCar(d *hiss, level, seconds float64) car {
	n := hearSamples(seconds)
	return car{left: n, length: n, level: level * d.in(0.7, 1.3), hz: d.in(35, 75), tyres: newLowpass(d.in(700, 1600)), exhaust: newLowpass(400)}
}

// pass adds a block: what comes nearer is 3 % higher than what goes away at 10 m/s (Doppler).
func (c *car) pass(to []float64, white *hiss) {
	if c.left <= 0 {
		return
	}
	part := 1 - float64(c.left)/float64(c.length)
	near := math.Pow(math.Sin(math.Pi*part), 2)
	hz := c.hz * (1 + 0.03*math.Cos(math.Pi*part))
	noise, engine := c.level*near*c.tyres.level(), c.level*near
	for i := range to {
		c.phase += hz / SampleRateHz
		saw := 2*(c.phase-math.Floor(c.phase)) - 1
		to[i] += c.tyres.next(noise*0.6*white.next()) + c.exhaust.next(engine*saw)
	}
	c.left -= len(to)
}

// bird sings in short glides.
type bird struct {
	dice     hiss
	wait     int // samples to the next note
	left, of int // samples of the note
	notes    int // left of the phrase
	hz       [2]float64
	home     float64
	phase    float64
}

func newBird(dice hiss) bird {
	b := bird{dice: dice}
	b.home = b.dice.in(2600, 4600)
	return b
}

func (b *bird) sing(to []float64, level float64) {
	for i := range to {
		if b.left == 0 {
			if b.wait--; b.wait <= 0 {
				b.note()
			}
			continue
		}
		part := 1 - float64(b.left)/float64(b.of)
		b.phase += (b.hz[0] + (b.hz[1]-b.hz[0])*part) / SampleRateHz
		to[i] += level * math.Sin(math.Pi*part) * math.Sin(2*math.Pi*b.phase)
		b.left--
	}
	b.phase -= math.Floor(b.phase)
}

// note picks the next note and the pause after it.
func (b *bird) note() {
	d := &b.dice
	if b.notes--; b.notes < 0 {
		b.notes, b.wait = int(d.in(2, 9)), hearSamples(d.in(0.4, 3))
		b.hz[1] = b.home * d.in(0.8, 1.3)
		return
	}
	b.of = hearSamples(d.in(0.04, 0.15))
	b.left, b.wait = b.of, hearSamples(d.in(0.02, 0.1))
	b.hz = [2]float64{b.hz[1] * d.in(0.85, 1.2), b.home * d.in(0.75, 1.4)}
}

// windowSound is what is heard of the window itself: its handle when it is opened, its frame when it is shut.
type windowSound struct {
	strikes
	act *Act
	at  Point
}

func newWindowSound(s *Story, a *Act, dice hiss) *windowSound {
	return &windowSound{strikes: strikes{dice: dice}, act: a, at: s.Home.Spots[AtWindow]}
}

func (w *windowSound) sound(to []float64, t time.Duration) (Point, bool) {
	if offset, now := hearOffset(w.act.Start, t); now {
		w.ring(offset, w.dice.in(900, 1600), 0.08, 0.01)
		w.puff(offset, 4000, 0.06, 0.01)
	}
	if offset, now := hearOffset(w.act.End, t); now {
		w.ring(offset, w.dice.in(140, 220), 0.2, 0.02)
		w.puff(offset, 3000, 0.08, 0.008)
	}
	return w.at, w.strikes.sound(to)
}

const (
	streetLevel  = 0.05
	carLevel     = 0.08
	vehicleLevel = 0.5
	birdLevel    = 0.03
	rainLevel    = 0.08
	dropLevel    = 0.06
)
