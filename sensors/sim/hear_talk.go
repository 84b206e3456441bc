package sim

import (
	"strconv"
	"time"
)

// talk is people who speak in turn; one alone may be on the phone.
type talk struct {
	dice     hiss
	cast     []voice
	quiet    bool     // say little
	speaking *voice   // nil in a pause
	left     int      // samples, of the turn or of the pause
	present  []*voice // while choosing
}

// voice is one who may speak.
type voice struct {
	*speaker
	act *Act // nil: of the television
}

// newConversation is that of the people of s.
func newConversation(s *Story) *talk {
	k := &talk{dice: newHiss(s.Seed, "conversation")}
	k.quiet = k.dice.one(8)
	for i := range s.Acts {
		if a := &s.Acts[i]; a.Kind == ActPerson {
			k.cast = append(k.cast, voice{newSpeaker(newHiss(s.Seed, "voice "+strconv.Itoa(a.Variant))), a})
		}
	}
	return k
}

func (k *talk) sound(to []float64, t time.Duration) (Point, bool) {
	k.left -= hearBlock
	if k.speaking == nil && !k.begin(t) {
		return Point{}, false
	}
	v := k.speaking
	if !v.speak(to, k.left > 0) {
		k.speaking, k.left = nil, k.pause(t)
	}
	if v.act == nil {
		return Point{}, true
	}
	p, _, _ := v.act.being(t, walkSpeed)
	return p, true
}

// begin lets somebody speak, if it is time.
func (k *talk) begin(t time.Duration) bool {
	if k.left > 0 && (k.left < hearSamples(2) || k.quiet || k.count(t) < 2) {
		return false
	}
	n := k.count(t)
	if n == 0 {
		return false
	}
	if k.left = k.pause(t); n == 1 && k.present[0].act != nil && !k.dice.one(5) {
		return false // keeps silent
	}
	k.speaking = k.present[int(k.dice.in(0, float64(n)))%n]
	k.left = hearSamples(k.dice.in(0.8, 3.5))
	return true
}

// count finds who may speak. Whoever has fallen does not.
func (k *talk) count(t time.Duration) int {
	k.present = k.present[:0]
	for i := range k.cast {
		v := &k.cast[i]
		if v.act != nil {
			if !v.act.at(t) {
				continue
			}
			if _, _, pose := v.act.being(t, walkSpeed); pose == Fallen {
				continue
			}
		}
		k.present = append(k.present, v)
	}
	return len(k.present)
}

// pause picks the time to the next turn.
func (k *talk) pause(t time.Duration) int {
	lo, hi := 0.1, 1.2
	switch alone := k.count(t) < 2; {
	case alone && len(k.cast) > 0 && k.cast[0].act != nil:
		lo, hi = 1, 9
	case k.quiet:
		lo, hi = 2, 10
	}
	return hearSamples(k.dice.in(lo, hi))
}
