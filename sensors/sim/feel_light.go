package sim

import (
	"math"
	"time"
)

// Which random wave is which.
const (
	airCloud uint64 = iota + 100
	airScreen
	airFlame
	airGust
	airBreeze
	airTilt
)

// see puts the light at the box into its series.
func (a *Air) see(c *airClimate, scenes []Scene) {
	for i := range scenes {
		now := &scenes[i]
		t := now.At.Seconds()
		sky := now.Daylight * c.sky * (1 + 0.12*airWave(a.key, airCloud, 0.04, t))
		lx := sky + c.lamp*airIf(now.Lamp) + 6*now.Door + a.screen(c, now) + a.flames(c, now)
		a.series[airLight][i] = max(lx*a.shade(now), 0.2)
	}
}

// shade is the part of the light that people near the box leave.
func (a *Air) shade(now *Scene) float64 {
	left := 1.0
	for i := range now.People {
		d := now.People[i].Point.to(a.box)
		left *= 1 - 0.18*math.Exp(-d*d/0.5)
	}
	return left
}

// screen is the light of the television: shots of some seconds, or flames.
func (a *Air) screen(c *airClimate, now *Scene) float64 {
	if !now.TelevisionOn {
		return 0
	}
	t := now.At.Seconds()
	switch now.Show {
	case ShowFire:
		return c.tube * max(1.3+0.5*airWave(a.key, airScreen, 5, t), 0.2)
	case ShowTalk:
		return c.tube * (1 + 0.1*airGauss(a.key, airScreen, int64(t/4)))
	}
	return c.tube * max(0.9+0.35*airGauss(a.key, airScreen, int64(t/2)), 0.1)
}

// flames is the light of a fire, 0.16 lm/W (a candle gives 12.6 lm of 80 W), which flickers a few times in a second.
func (a *Air) flames(c *airClimate, now *Scene) float64 {
	const lumenPerWatt = 0.16
	lx := lumenPerWatt / airRadiant * a.irradiance(c, now)
	return lx * max(1+0.5*airWave(a.key, airFlame, 5, now.At.Seconds()), 0.2)
}

// weigh puts the pressure into its series: the weather's, gusts that come through leaks and more through a window, what
// a fire adds, and the pulse of a door.
func (a *Air) weigh(c *airClimate, scenes []Scene) {
	series := a.series[airPressure]
	for i := range scenes {
		now := &scenes[i]
		t := now.At.Seconds()
		gusts := airWave(a.key, airGust, 0.15, t) + 0.5*airWave(a.key, airBreeze, 0.9, t)
		series[i] = c.pressure + c.drift*t + 0.4*c.wind*(0.3+now.Window)*gusts + 2*now.Fire
	}
	for i := range a.story.Acts {
		if door := &a.story.Acts[i]; door.Kind == ActDoor {
			a.pulse(door.Start, -4)
			a.pulse(door.End, 7)
		}
	}
}

// pulse adds one of some pascals that leaks away within a second.
func (a *Air) pulse(at time.Duration, pascal float64) {
	series := a.series[airPressure]
	first := a.index(at)
	for i := first; i < min(first+20, len(series)); i++ {
		since := airStep.Seconds() * float64(i-first)
		series[i] += pascal * math.Exp(-since/0.4)
	}
}
