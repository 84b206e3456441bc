package sim

import (
	"math"
	"slices"
)

// strikes are things that were hit: sines that die away, and puffs of noise.
type strikes struct {
	dice  hiss
	rings []dying
	puffs []puff
}

// audibly is for how many half-lives something that dies away is heard: then it is 42 dB down.
const audibly = 7

// dying is a sine that dies away, by y[n] = a·y[n−1] − b·y[n−2].
type dying struct {
	wait, left   int // samples until it starts, and then until it is over
	a, b, y1, y2 float64
}

// puff is noise that dies away, without what is below a fourth of its frequency.
type puff struct {
	wait, left  int
	level, fade float64
	high, low   lowpass
}

// ring starts a sine at offset: it halves every half seconds.
func (s *strikes) ring(offset int, hz, level, half float64) {
	k := math.Exp2(-1 / (half * SampleRateHz))
	sin, cos := math.Sincos(2 * math.Pi * hz / SampleRateHz)
	s.rings = append(s.rings, dying{wait: offset, left: hearSamples(audibly * half), a: 2 * k * cos, b: k * k, y2: -level * sin / k})
}

// puff starts noise at offset, of an effective value of about level.
func (s *strikes) puff(offset int, hz, level, half float64) {
	p := puff{wait: offset, left: hearSamples(audibly * half), fade: math.Exp2(-1 / (half * SampleRateHz)), high: newLowpass(hz), low: newLowpass(hz / 4)}
	p.level = level * p.high.level()
	s.puffs = append(s.puffs, p)
}

// sound adds a block of all that was hit, and reports whether there was anything.
func (s *strikes) sound(to []float64) bool {
	heard := len(s.rings)+len(s.puffs) > 0
	for i := range s.rings {
		s.rings[i].add(to)
	}
	for i := range s.puffs {
		s.puffs[i].add(to, &s.dice)
	}
	s.rings = slices.DeleteFunc(s.rings, func(d dying) bool { return d.left <= 0 })
	s.puffs = slices.DeleteFunc(s.puffs, func(p puff) bool { return p.left <= 0 })
	return heard
}

// hearSpan is the part of to that a sound with so much to wait and so much left is in; both are counted down by len(to).
func hearSpan(to []float64, wait, left *int) []float64 {
	from := min(*wait, len(to))
	part := to[from:min(from+*left, len(to))]
	*wait -= from
	*left -= len(part)
	return part
}

func (d *dying) add(to []float64) {
	part := hearSpan(to, &d.wait, &d.left)
	y1, y2 := d.y1, d.y2
	for i := range part {
		y1, y2 = d.a*y1-d.b*y2, y1
		part[i] += y1
	}
	d.y1, d.y2 = y1, y2
}

func (p *puff) add(to []float64, white *hiss) {
	part := hearSpan(to, &p.wait, &p.left)
	for i := range part {
		y := p.high.next(p.level * white.next())
		part[i] += y - p.low.next(y)
		p.level *= p.fade
	}
}
