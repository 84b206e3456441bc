package sim

import (
	"math"
	"time"
)

// musicSound is four chords, over and over, a bass and drums.
type musicSound struct {
	strikes
	act   *Act // nil: of the television
	at    Point
	root  float64 // Hz
	minor bool
	beat  float64 // seconds, of an eighth
	tick  int     // eighths passed
	next  countdown
}

func newMusicSound(s *Story, a *Act, dice hiss) *musicSound {
	m := newTune(dice)
	m.act, m.at = a, s.Home.middle(chance(s.Seed, "hear loudspeaker"))
	return m
}

// newTune plays without an end.
func newTune(dice hiss) *musicSound {
	m := &musicSound{strikes: strikes{dice: dice}}
	d := &m.dice
	m.root, m.minor, m.beat = 130.8*math.Exp2(math.Floor(d.in(-5, 7))/12), d.one(3), 30/d.in(80, 135)
	return m
}

func (m *musicSound) sound(to []float64, t time.Duration) (Point, bool) {
	if m.act == nil || m.act.at(t) {
		m.next.run(m.eighth)
	}
	return m.at, m.strikes.sound(to)
}

// eighth plays what begins with it.
func (m *musicSound) eighth(offset int) int {
	chord := [...]int{0, 9, 5, 7}[m.tick/8%4]
	switch m.tick % 8 {
	case 0, 4:
		m.ring(offset, 52, musicLevel, 0.05) // drum
		m.pluck(offset, chord-12, 1.5)
	case 2, 6:
		m.puff(offset, 3500, 0.25*musicLevel, 0.03)
	}
	m.puff(offset, 7500, 0.06*musicLevel, 0.008)
	third := 4
	if m.minor {
		third = 3
	}
	arpeggio := [...]int{0, 7, third, 12, 7, third, 12, 7}
	m.pluck(offset, chord+arpeggio[m.tick%8], 1)
	m.tick++
	return hearSamples(m.beat)
}

// pluck is a string, semitones above the root.
func (m *musicSound) pluck(offset, semitones int, loud float64) {
	hz := m.root * math.Exp2(float64(semitones)/12)
	level := loud * musicLevel * m.dice.in(0.25, 0.4)
	for partial := 1.0; partial <= 4; partial++ {
		m.ring(offset, partial*hz, level/partial, 0.18/partial)
	}
}

const musicLevel = 0.12
