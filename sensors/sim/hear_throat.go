package sim

import "math"

// throat is what voices have in common, animals' too: pulses go through four resonances, one after the other. Klatt,
// "Software for a cascade/parallel formant synthesizer", JASA 67, 1980.
type throat struct {
	dice       hiss
	phase      float64 // of the pulses, 0 to 1
	resonances [4]resonance
}

// resonance is Klatt's: its gain is 1 at 0 Hz.
type resonance struct{ a, b, c, y1, y2 float64 }

func (r *resonance) tune(hz, width float64) {
	r.c = -math.Exp(-2 * math.Pi * width / SampleRateHz)
	r.b = 2 * math.Exp(-math.Pi*width/SampleRateHz) * math.Cos(2*math.Pi*hz/SampleRateHz)
	r.a = 1 - r.b - r.c
}

func (r *resonance) next(x float64) float64 {
	y := r.a*x + r.b*r.y1 + r.c*r.y2
	r.y1, r.y2 = y, r.y1
	return y
}

// vowel is the first three resonances, in Hz.
type vowel [3]float64

// vowels are those of heed, hid, head, had, hod, hawed, hood, who'd, hud and heard, said by men: Peterson and Barney,
// "Control methods used in a study of the vowels", JASA 24, 1952, table II.
var vowels = [...]vowel{
	{270, 2290, 3010}, {390, 1990, 2550}, {530, 1840, 2480}, {660, 1720, 2410}, {730, 1090, 2440},
	{570, 840, 2410}, {440, 1020, 2240}, {300, 870, 2240}, {640, 1190, 2390}, {490, 1350, 1690},
}

// utterance is one sound of a throat, from its beginning to its end.
type utterance struct {
	pitch  [2]float64 // Hz
	vowel  [2]vowel
	size   float64 // of the resonances; 1 is a man's
	level  float64
	breath float64 // noise beside the pulses
	length int     // samples
	done   int     // of them
}

// rest is how much is left to be uttered.
func (u *utterance) rest() int { return u.length - u.done }

// utter adds as much of u as goes into to, and returns what is behind it.
func (h *throat) utter(to []float64, u *utterance) []float64 {
	const attack, release = 0.03 * SampleRateHz, 0.06 * SampleRateHz
	n := min(len(to), u.rest())
	h.tune(u)
	for i := range n {
		part := float64(u.done) / float64(u.length)
		h.phase += (u.pitch[0] + (u.pitch[1]-u.pitch[0])*part) / SampleRateHz
		h.phase -= math.Floor(h.phase)
		y := 1 - 2*h.phase + u.breath*h.dice.next()
		for k := range h.resonances {
			y = h.resonances[k].next(y)
		}
		loud := min(float64(u.done)/attack, float64(u.rest())/release, 1)
		to[i] += u.level * loud * y
		u.done++
	}
	return to[n:]
}

// tune sets the resonances to where u is now. The fourth does not move.
func (h *throat) tune(u *utterance) {
	part := float64(u.done) / float64(u.length)
	for k, width := range [3]float64{80, 110, 160} {
		hz := u.vowel[0][k] + (u.vowel[1][k]-u.vowel[0][k])*part
		h.resonances[k].tune(min(u.size*hz, 7000), width)
	}
	h.resonances[3].tune(min(u.size*3500, 7500), 300)
}

// speaker babbles: syllables with the rhythm and the melody of speech, of no language.
type speaker struct {
	throat
	consonants strikes
	pitch      float64 // Hz
	size       float64
	beat       float64 // syllables a second
	now        utterance
	pause      int   // samples, in front of now
	word       int   // syllables left of it
	next       vowel // where the last syllable ended
	fall       float64
}

// newSpeaker has the voice of a child, one time in six, of a woman or of a man.
func newSpeaker(dice hiss) *speaker {
	s := &speaker{throat: throat{dice: dice}, next: vowels[8]}
	d := &s.dice
	s.consonants.dice = d.fork()
	switch {
	case d.one(6):
		s.pitch, s.size = d.in(240, 320), d.in(1.2, 1.35)
	case d.one(2):
		s.pitch, s.size = d.in(165, 240), d.in(1.1, 1.2)
	default:
		s.pitch, s.size = d.in(85, 150), d.in(0.95, 1.05)
	}
	s.beat = d.in(3.8, 6)
	return s
}

// speak adds a block of speech. Unless there is more to say, it ends after the syllable; it returns false once it has.
func (s *speaker) speak(to []float64, more bool) bool {
	s.consonants.sound(to)
	for rest := to; len(rest) > 0; {
		n := min(s.pause, len(rest))
		rest = rest[n:]
		s.pause -= n
		if len(rest) == 0 {
			return true
		}
		if s.now.rest() == 0 {
			if !more {
				return false
			}
			s.syllable(hearBlock - len(rest))
			continue
		}
		rest = s.utter(rest, &s.now)
	}
	return true
}

// syllable begins the next, with a consonant before it or not, at offset.
func (s *speaker) syllable(offset int) {
	d := &s.dice
	if s.word--; s.word < 0 {
		s.word = int(d.in(0, 4))
		if s.pause = hearSamples(d.in(0.02, 0.12)); d.one(6) {
			s.pause, s.fall = hearSamples(d.in(0.2, 0.5)), d.in(1.05, 1.35) // a new sentence begins high
		}
		return
	}
	if d.one(2) {
		s.consonants.puff(offset, d.in(3000, 7000), d.in(0.01, 0.06), d.in(0.008, 0.03))
		s.pause = hearSamples(d.in(0.02, 0.08))
	}
	s.fall = max(s.fall*0.96, 0.85)
	from := s.next
	s.next = vowels[int(d.in(0, float64(len(vowels))))%len(vowels)]
	pitch := s.pitch * s.fall
	s.now = utterance{
		pitch: [2]float64{pitch * d.in(0.92, 1.12), pitch * d.in(0.88, 1.05)}, vowel: [2]vowel{from, s.next}, size: s.size,
		level: d.in(0.5, 1) * speechLevel, breath: 0.15, length: hearSamples(d.in(0.7, 1.3) / s.beat),
	}
}

const speechLevel = 0.05
