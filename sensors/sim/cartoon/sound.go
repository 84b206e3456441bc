package cartoon

import (
	"math"
	"math/rand/v2"
	"time"

	"edged/sensors"
)

// SampleRate is the microphone's, in samples a second; it has one channel.
const SampleRate = 16000

// Sound makes a second of n in some room, without name and times. It begins at any moment of the noise.
func Sound(r *rand.Rand, n Noise) sensors.Clip {
	long := make([]float32, 2*SampleRate)
	newVoices(r).add(long, n)
	from := r.IntN(SampleRate)
	return sensors.Clip{RateHz: SampleRate, Channels: 1, Samples: roomNoise(r, long[from:from+SampleRate])}
}

// roomNoise adds the quiet noise of a room: a mains hum and a murmur that falls off above its cut-off.
func roomNoise(r *rand.Rand, to []float32) []float32 {
	cut := 0.05 + 0.1*r.Float64() // of a one-pole low-pass: 130 to 400 Hz
	level, hum := 0.01+0.02*r.Float64(), tone(r, 50, 0.004)
	murmur := 0.0
	for i := range to {
		murmur += cut * (level*white(r) - murmur)
		to[i] = float32(math.Max(-0.99, math.Min(0.99, float64(to[i])+murmur+0.0005*white(r)+hum.next())))
	}
	return to
}

// white is noise between −1 and 1.
func white(r *rand.Rand) float64 { return 2*r.Float64() - 1 }

// ring is a sine that dies away, by y[n] = 2·k·cos(ω)·y[n−1] − k²·y[n−2].
type ring struct{ a, b, y1, y2 float64 }

// newRing starts a sine at its zero; it halves every half seconds.
func newRing(hz, level, half float64) ring {
	k := math.Exp2(-1 / (half * SampleRate))
	w := 2 * math.Pi * hz / SampleRate
	return ring{a: 2 * k * math.Cos(w), b: k * k, y2: -level * math.Sin(w)}
}

// tone is a sine that lasts, its level up to a fifth more or less.
func tone(r *rand.Rand, hz, level float64) ring { return newRing(hz, level*(0.8+0.4*r.Float64()), 1e9) }

func (s *ring) next() float64 {
	y := s.a*s.y1 - s.b*s.y2
	s.y1, s.y2 = y, s.y1
	return y
}

// voices is what stays the same of a room's noises.
type voices struct {
	r      *rand.Rand
	loud   float64
	door   float64 // Hz
	beeper float64 // Hz
	steam  float64 // how much of the hiss's low part is left out
}

func newVoices(r *rand.Rand) *voices {
	return &voices{r: r, loud: 0.3 + 0.5*r.Float64(), door: 110 + 130*r.Float64(), beeper: 2800 + 700*r.Float64(),
		steam: 0.6 + 0.35*r.Float64()}
}

// add lays a noise over to.
func (v *voices) add(to []float32, n Noise) {
	switch n {
	case Knock:
		v.knocks(to)
	case Alarm:
		v.alarm(to)
	case Glass:
		v.glass(to)
	case Kettle:
		v.kettle(to)
	}
}

// samples is how many a time takes.
func samples(d time.Duration) int { return int(d * SampleRate / time.Second) }

// between picks a number of samples between two numbers of seconds.
func (v *voices) between(lo, hi float64) int { return int((lo + (hi-lo)*v.r.Float64()) * SampleRate) }

// knocks are a knuckle on a door, in threes to fives.
func (v *voices) knocks(to []float32) {
	for at := v.between(0, 0.1); at < len(to); at += v.between(0.25, 0.4) {
		beat := v.between(0.16, 0.24)
		for range 3 + v.r.IntN(3) {
			level := v.loud * (0.6 + 0.4*v.r.Float64())
			v.strike(to, at, 0.03, newRing(v.door, level, 0.015), newRing(2.7*v.door, level/2, 0.008), newRing(5.3*v.door, level/4, 0.004))
			at += beat
		}
	}
}

// strike adds rings and a scrape of noise, which halves every half seconds, from sample at on.
func (v *voices) strike(to []float32, at int, half float64, rings ...ring) {
	fade := math.Exp2(-1 / (half / 4 * SampleRate))
	scrape := v.loud * 0.1
	for i := at; i < min(at+int(20*half*SampleRate), len(to)); i++ {
		y := scrape * white(v.r)
		scrape *= fade
		for k := range rings {
			y += rings[k].next()
		}
		to[i] += float32(y)
	}
}

// alarm is the three beeps of ISO 8201, half a second each, but with a pause of 0.7 s in place of 1.5 s, so that every
// second has a beep in it.
func (v *voices) alarm(to []float32) {
	const half, cycle = SampleRate / 2, 5*SampleRate/2 + SampleRate*7/10
	beep := tone(v.r, v.beeper, v.loud*0.6)
	for i := range to {
		y := beep.next()
		if at := i % cycle; at < 5*half && at/half%2 == 0 {
			to[i] += float32(y)
		}
	}
}

// glass is a shelf of glasses that fall one after the other.
func (v *voices) glass(to []float32) {
	for at := v.between(0, 0.1); at < len(to); at += v.between(0.3, 0.6) {
		var shards []ring
		for range 9 {
			shards = append(shards, newRing(1800+5000*v.r.Float64(), v.loud*0.15, 0.02+0.06*v.r.Float64()))
		}
		v.strike(to, at, 0.12, shards...)
	}
}

// kettle is steam: noise without its low part, surging slowly.
func (v *voices) kettle(to []float32) {
	surge := tone(v.r, 3+4*v.r.Float64(), 0.2)
	before := 0.0
	for i := range to {
		w := white(v.r)
		to[i] += float32(v.loud * 0.3 * (1 + surge.next()) * (w - v.steam*before))
		before = w
	}
}
