package sim

import "time"

// personSound is what is heard of a person beside the voice: steps, a fall, and whatever one does.
type personSound struct {
	strikes
	throat
	act    *Act
	hard   float64 // the floor: 0 is a carpet, 1 tiles
	heavy  float64
	pace   int // samples from step to step
	step   countdown
	chore  countdown
	cry    utterance
	groans bool
}

func newPersonSound(s *Story, a *Act, dice hiss) *personSound {
	home := newHiss(s.Seed, "floor")
	p := &personSound{act: a, hard: home.in(0, 1), heavy: dice.in(0.6, 1.3), pace: hearSamples(dice.in(0.48, 0.62)), groans: dice.one(2)}
	p.chore = countdown(hearSamples(dice.in(0, 5)))
	p.throat.dice, p.strikes.dice = dice.fork(), dice.fork()
	return p
}

func (p *personSound) sound(to []float64, t time.Duration) (Point, bool) {
	at, _, pose := p.act.being(t, walkSpeed)
	if !p.act.at(t) {
		return at, p.strikes.sound(to)
	}
	p.lieDown(t)
	if pose == Walking {
		p.step.run(func(offset int) int {
			p.tread(offset)
			return int(float64(p.pace) * p.strikes.dice.in(0.94, 1.06))
		})
	} else {
		p.step = 0
		p.chore.run(func(offset int) int { return p.do(offset, pose) })
	}
	heard := p.strikes.sound(to)
	if p.cry.rest() > 0 {
		p.utter(to, &p.cry)
		heard = true
	}
	return at, heard
}

// tread is a heel and, after it, the ball of a foot.
func (p *personSound) tread(offset int) {
	d := &p.strikes.dice
	level := stepLevel * p.heavy * d.in(0.7, 1.2)
	p.ring(offset, d.in(65, 110), level, 0.02)
	p.puff(offset, 500+2500*p.hard, level*(0.25+0.4*p.hard), 0.008)
	if p.hard > 0.5 {
		p.ring(offset, d.in(900, 1600), 0.3*level*p.hard, 0.006)
	}
	p.puff(offset+hearSamples(d.in(0.07, 0.12)), 400+1800*p.hard, level*0.25, 0.012)
}

// lieDown falls, or lies down, when it is time. Some cry just before.
func (p *personSound) lieDown(t time.Duration) {
	const warning = 300 * time.Millisecond
	for i := range p.act.Stays {
		s := &p.act.Stays[i]
		if s.Pose != Fallen && s.Pose != Lying {
			continue
		}
		if offset, now := hearOffset(s.From, t); now && s.Pose == Fallen {
			p.thud(offset)
		} else if now {
			p.rustle(offset, 4)
		}
		if _, soon := hearOffset(s.From-warning, t); soon && s.Pose == Fallen && p.strikes.dice.one(2) {
			p.shout(500, speechLevel*3, 0.35)
		}
	}
}

// thud is a body that falls: a knee, all of it, an arm.
func (p *personSound) thud(offset int) {
	d := &p.strikes.dice
	for i, level := range [...]float64{0.4, 1, 0.35} {
		at := offset + i*hearSamples(d.in(0.09, 0.16))
		level *= thudLevel * p.heavy * d.in(0.8, 1.2)
		p.ring(at, d.in(38, 60), level, 0.07)
		p.ring(at, d.in(75, 140), 0.6*level, 0.04)
		p.ring(at, d.in(180, 320), 0.25*level, 0.02)
		p.puff(at, 350+900*p.hard, 0.4*level, 0.03)
	}
	p.puff(offset+hearSamples(d.in(0.2, 0.5)), 3000, 0.05*thudLevel, 0.1) // things that rattle
}

// shout is one vowel whose pitch falls.
func (p *personSound) shout(hz, level, seconds float64) {
	d := &p.throat.dice
	hz *= d.in(0.7, 1.1)
	p.cry = utterance{pitch: [2]float64{hz, hz * d.in(0.5, 0.7)}, vowel: [2]vowel{vowels[4], vowels[8]}, size: 1.1,
		level: level * d.in(0.5, 1), breath: 0.3, length: hearSamples(seconds * d.in(0.7, 1.2))}
}

// do is what one does between steps; it returns the time to the next such thing. Half of those who fell groan.
func (p *personSound) do(offset int, pose Pose) int {
	d := &p.strikes.dice
	switch {
	case pose == Fallen && p.groans:
		p.shout(160, speechLevel*0.5, 0.7)
	case pose == Fallen:
	case pose == Lying:
		p.rustle(offset, 1)
		return hearSamples(d.in(1.5, 3)) // exercises
	case d.one(3):
		p.rustle(offset, 2)
	case d.one(2): // a cup, a key
		p.ring(offset, d.in(1500, 4500), choreLevel, 0.03)
		p.puff(offset, 4000, 0.5*choreLevel, 0.004)
	default: // something is put down
		p.ring(offset, d.in(150, 500), choreLevel*2, 0.012)
		p.puff(offset, 1500, choreLevel, 0.008)
	}
	return hearSamples(d.in(1.5, 6))
}

// rustle is cloth.
func (p *personSound) rustle(offset int, times int) {
	for range times {
		p.puff(offset, p.strikes.dice.in(2500, 6000), rustleLevel, p.strikes.dice.in(0.03, 0.09))
		offset += hearSamples(p.strikes.dice.in(0.1, 0.3))
	}
}

const (
	stepLevel   = 0.12
	thudLevel   = 1.2
	choreLevel  = 0.04
	rustleLevel = 0.006
)
