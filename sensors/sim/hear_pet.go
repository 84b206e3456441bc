package sim

import "time"

// petSound is a cat that mews and purrs, or a dog that barks and pants, and their claws on the floor.
type petSound struct {
	strikes
	throat
	act   *Act
	dog   bool
	size  float64
	claws countdown
	call  countdown
	puffs countdown // of a dog's breath, or of a purr
	now   utterance
	barks int // still to come
}

func newPetSound(a *Act, dice hiss) *petSound {
	p := &petSound{act: a, dog: a.Variant%2 == 1, size: dice.in(0.8, 1.2)}
	p.call = countdown(hearSamples(dice.in(0.5, 8)))
	p.throat.dice, p.strikes.dice = dice.fork(), dice.fork()
	return p
}

func (p *petSound) sound(to []float64, t time.Duration) (Point, bool) {
	at, _, pose := p.act.being(t, petSpeed)
	if !p.act.at(t) {
		return at, p.strikes.sound(to)
	}
	if pose == Walking {
		p.claws.run(p.walk)
	}
	p.call.run(p.speak)
	if pose != Walking {
		p.puffs.run(p.breathe)
	}
	heard := p.strikes.sound(to)
	if p.now.rest() > 0 {
		p.utter(to, &p.now)
		heard = true
	}
	return at, heard
}

// walk is one of four paws.
func (p *petSound) walk(offset int) int {
	d := &p.strikes.dice
	level := 0.006
	if p.dog {
		level = 0.03
	}
	p.puff(offset, d.in(4000, 7000), level*d.in(0.5, 1.3), 0.003)
	p.ring(offset, d.in(2500, 5000)/p.size, 0.3*level, 0.004)
	return hearSamples(d.in(0.09, 0.19) * p.size)
}

// breathe is a breath of a dog that pants, or one of a cat's purrs.
func (p *petSound) breathe(offset int) int {
	d := &p.strikes.dice
	if p.dog {
		p.puff(offset, d.in(1800, 3000), pantLevel*d.in(0.4, 1), 0.04)
		return hearSamples(d.in(0.2, 0.28))
	}
	p.ring(offset, d.in(90, 160), purrLevel*d.in(0.4, 1), 0.008)
	p.puff(offset, 900, 0.3*purrLevel, 0.008)
	return hearSamples(0.04)
}

// speak begins a mew or the next bark, and returns the time to the one after it.
func (p *petSound) speak(int) int {
	d := &p.throat.dice
	if !p.dog {
		hz := d.in(480, 760) / p.size
		p.now = utterance{pitch: [2]float64{hz, hz * d.in(0.75, 1.1)}, vowel: [2]vowel{vowels[2], vowels[5]}, size: 1.7 / p.size,
			level: petLevel * d.in(0.5, 1), breath: 0.2, length: hearSamples(d.in(0.4, 0.9))}
		return hearSamples(d.in(3, 11))
	}
	hz := d.in(330, 560) / p.size
	p.now = utterance{pitch: [2]float64{hz, hz * 0.55}, vowel: [2]vowel{vowels[8], vowels[6]}, size: 1.15 / p.size,
		level: 3 * petLevel * d.in(0.6, 1), breath: 1.2, length: hearSamples(d.in(0.12, 0.2))}
	if p.barks--; p.barks <= 0 {
		p.barks = int(d.in(1, 5))
		return hearSamples(d.in(4, 12))
	}
	return hearSamples(d.in(0.3, 0.5))
}

const (
	petLevel  = 0.08
	pantLevel = 0.025
	purrLevel = 0.02
)
