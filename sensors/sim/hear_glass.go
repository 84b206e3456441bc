package sim

import "time"

// glassSound is a pane or a glass that breaks, and its shards.
type glassSound struct {
	strikes
	act *Act
	at  Point
}

func newGlassSound(s *Story, a *Act, dice hiss) *glassSound {
	at := s.Home.Spots[Place(a.Where)]
	return &glassSound{strikes: strikes{dice: dice}, act: a, at: at}
}

func (g *glassSound) sound(to []float64, t time.Duration) (Point, bool) {
	if offset, now := hearOffset(g.act.Start, t); now {
		g.shatter(offset, (g.act.End - g.act.Start).Seconds())
	}
	return g.at, g.strikes.sound(to)
}

// shatter breaks a glass at offset; its shards have come to rest after some seconds.
func (s *strikes) shatter(offset int, seconds float64) {
	d := &s.dice
	level := glassLevel * d.in(0.5, 1)
	s.ring(offset, d.in(150, 500), 0.5*level, 0.012)
	s.puff(offset, 7000, level, d.in(0.015, 0.05))
	for range 16 {
		s.ring(offset+hearSamples(d.in(0, 0.03)), d.in(1700, 7600), level*d.in(0.05, 0.25), d.in(0.01, 0.07))
	}
	for at := d.in(0.05, 0.12); at < seconds; at += d.in(0.02, 0.16) {
		quieter := level * (1 - 0.5*at/seconds)
		for range 3 {
			s.ring(offset+hearSamples(at), d.in(2400, 7700), quieter*d.in(0.05, 0.3), d.in(0.01, 0.05))
		}
		s.puff(offset+hearSamples(at), 7000, quieter*d.in(0.05, 0.25), 0.004)
	}
}

const glassLevel = 1
