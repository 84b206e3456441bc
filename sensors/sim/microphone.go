package sim

import (
	"fmt"
	"time"
)

// Microphone is what is heard of a story. A minute is made from the one before it, since sounds last and echo: what was
// made is kept on a tape, and what lies before the tape is made again from the beginning. That way a story sounds the same
// whatever is asked first, one that is heard from its beginning to its end costs little at a time, and three minutes,
// 6 MB, can be heard in any order.
type Microphone struct {
	story *Story
	band  *band
	tape  []int16 // a ring; sample i is at (i − tapeBegin) modulo its length
	made  int64   // samples up to this one have been made
}

// What can be heard, in samples, and how much of it is kept.
const (
	tapeBegin  = -10 * SampleRateHz
	tapeLength = 190 * SampleRateHz
	tapeAfter  = 10 * SampleRateHz // beyond the story's end
)

// NewMicrophone listens to s, which must not change any more.
func NewMicrophone(s *Story) *Microphone {
	m := &Microphone{story: s}
	all := m.samples(s.Length) - tapeBegin + tapeAfter + hearBlock
	m.tape = make([]int16, 0, min(all, tapeLength))
	m.rewind()
	return m
}

// Hear fills to with the samples from from on; 0 is the story's beginning. They are in (−1, 1). It is silent up to ten
// seconds before the story and from ten seconds after it.
func (m *Microphone) Hear(to []float32, from int64) {
	end := m.samples(m.story.Length) + tapeAfter
	for len(to) > 0 {
		n := min(len(to), SampleRateHz)
		if from < tapeBegin || from+int64(n) > end {
			n = 1
			to[0] = 0
		}
		if from >= tapeBegin && from+int64(n) <= end {
			m.copy(to[:n], from)
		}
		to, from = to[n:], from+int64(n)
	}
}

// samples is how many samples a time takes.
func (m *Microphone) samples(t time.Duration) int64 {
	return int64(t/time.Second)*SampleRateHz + int64(t%time.Second)*SampleRateHz/int64(time.Second)
}

// copy copies from the tape, after making what is not there.
func (m *Microphone) copy(to []float32, from int64) {
	if from < m.made-tapeLength {
		m.rewind()
	}
	for m.made < from+int64(len(to)) {
		m.record()
	}
	at := int((from - tapeBegin) % tapeLength)
	for i := range to {
		to[i] = float32(m.tape[at]) / (1 << 15)
		if at++; at == tapeLength {
			at = 0
		}
	}
}

func (m *Microphone) rewind() {
	m.band, m.made = newBand(m.story), tapeBegin
	m.tape = m.tape[:0]
}

// record makes the next block. The tape grows up to its length, a whole number of blocks.
func (m *Microphone) record() {
	at := int((m.made - tapeBegin) % tapeLength)
	if at == len(m.tape) {
		var more [hearBlock]int16
		m.tape = append(m.tape, more[:]...)
	}
	m.band.play(m.tape[at:at+hearBlock], time.Duration(m.made/hearBlock)*hearBlockTime)
	m.made += hearBlock
}

// sounder is something that sounds.
type sounder interface {
	// sound adds the block that begins at t to a silent one, and returns where it sounds. It is called for one block after
	// the other. It returns false if it is silent.
	sound(to []float64, t time.Duration) (Point, bool)
}

// band is all that sounds in a story, playing.
type band struct {
	room    *hearRoom
	players []player
	dry     []float64 // a block
}

// player is a sounder and when it may sound.
type player struct {
	sounder
	start, end time.Duration
	gain       float64 // at the end of the block before; 0 at first
}

// play makes the block that begins at t.
func (b *band) play(to []int16, t time.Duration) {
	for i := range b.players {
		p := &b.players[i]
		if t+hearBlockTime <= p.start || t >= p.end {
			continue
		}
		if at, heard := p.sound(b.dry, t); heard {
			p.gain = b.room.add(b.dry, at, p.gain)
			clear(b.dry)
		}
	}
	b.room.take(to)
}

// fade is how long things that were switched off, or were hit last, may still be heard.
const fade = 3 * time.Second

// newBand lets everything take its place.
func newBand(s *Story) *band {
	b := &band{room: newHearRoom(s.Seed, s.Home), dry: make([]float64, hearBlock)}
	always := s.Length + time.Hour
	b.players = append(b.players,
		player{sounder: newOutside(s), start: -time.Hour, end: always},
		player{sounder: newConversation(s), start: -time.Hour, end: always})
	for i := range s.Acts {
		a := &s.Acts[i]
		if made := newSounder(s, a); made != nil {
			b.players = append(b.players, player{sounder: made, start: a.Start - time.Second, end: a.End + fade})
		}
	}
	return b
}

// newSounder returns what an act sounds like; nil for those that do not, or are heard as a part of others.
func newSounder(s *Story, a *Act) sounder {
	dice := newHiss(s.Seed, fmt.Sprint(a.Kind, a.Start, a.Variant))
	switch a.Kind {
	case ActPerson:
		return newPersonSound(s, a, dice)
	case ActPet:
		return newPetSound(a, dice)
	case ActDoor:
		return newDoorSound(s, a, dice)
	case ActKnock:
		return newKnocking(s, a, dice)
	case ActKettle:
		return newKettleSound(s, a, dice)
	case ActCooking:
		return newSizzle(s, a, dice)
	case ActFire:
		return newFireSound(s.Home.FireAt[a.Where], a, dice)
	case ActAlarm:
		return newAlarmSound(s, a)
	case ActWasher, ActUnbalanced:
		return newWasherSound(s, a, dice)
	case ActGlass:
		return newGlassSound(s, a, dice)
	case ActWindow:
		return newWindowSound(s, a, dice)
	case ActTelevision:
		return newScreenSound(s, a, dice)
	case ActMusic:
		return newMusicSound(s, a, dice)
	}
	return nil
}
