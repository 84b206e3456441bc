package sim

import (
	"math"
	"time"
)

// SampleRateHz is the microphone's. It has one channel.
const SampleRateHz = 16000

// Sound is made in blocks. What moves or changes slowly is looked at once a block.
const (
	hearBlock     = 320
	hearBlockTime = hearBlock * time.Second / SampleRateHz // 20 ms
)

// hearSamples is how many samples a number of seconds has.
func hearSamples(seconds float64) int { return int(seconds * SampleRateHz) }

// hearOffset is the number of samples from t to event, and whether the event is in the block that begins at t.
func hearOffset(event, t time.Duration) (int, bool) {
	return int((event - t) * SampleRateHz / time.Second), event >= t && event < t+hearBlockTime
}

// hiss is white noise and, being quick, the dice of everything that sounds: George Marsaglia's xorshift, 2003. It is never 0.
type hiss uint64

// newHiss returns the noise of one part of what a story sounds like.
func newHiss(seed uint64, part string) hiss { return hiss(chance(seed, "hear "+part).Uint64() | 1) }

// next returns a number from −1 up to 1, of variance 1/3.
func (h *hiss) next() float64 {
	x := *h
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*h = x
	return float64(int64(x)) / (1 << 63)
}

// in returns a number from lo to hi.
func (h *hiss) in(lo, hi float64) float64 { return lo + (hi-lo)*(h.next()+1)/2 }

// one reports true in one of n cases.
func (h *hiss) one(n float64) bool { return (h.next()+1)/2*n < 1 }

// fork returns dice of their own for a part.
func (h *hiss) fork() hiss {
	h.next()
	return hiss(uint64(*h)*0x9e3779b97f4a7c15 | 1)
}

// countdown counts samples to the next of a row of events.
type countdown int

// run calls event with the offset of each that is due in this block; event returns the time to the next, in samples.
func (c *countdown) run(event func(offset int) int) {
	for *c < hearBlock {
		*c += countdown(max(event(int(*c)), 1))
	}
	*c -= hearBlock
}

// lowpass is of one pole.
type lowpass struct{ k, y float64 }

func newLowpass(hz float64) lowpass { return lowpass{k: 1 - math.Exp(-2*math.Pi*hz/SampleRateHz)} }

func (l *lowpass) next(x float64) float64 {
	l.y += l.k * (x - l.y)
	return l.y
}

// level is what white noise must be multiplied by in front of l for an effective value of 1 behind it.
func (l *lowpass) level() float64 { return math.Sqrt(3 * (2 - l.k) / l.k) }

// biquad is a filter of two poles and two zeros, in the transposed second form.
type biquad struct{ b0, b1, b2, a1, a2, z1, z2 float64 }

func (f *biquad) next(x float64) float64 {
	y := f.b0*x + f.z1
	f.z1 = f.b1*x - f.a1*y + f.z2
	f.z2 = f.b2*x - f.a2*y
	return y
}

// newBiquad is a filter by Robert Bristow-Johnson's cookbook, from the numerator's three coefficients before they are
// normalised: they are given cos ω and alpha.
func newBiquad(hz, q float64, zeros func(cos, alpha float64) (b0, b1, b2 float64)) biquad {
	sin, cos := math.Sincos(2 * math.Pi * hz / SampleRateHz)
	alpha := sin / (2 * q)
	b0, b1, b2 := zeros(cos, alpha)
	a0 := 1 + alpha
	return biquad{b0: b0 / a0, b1: b1 / a0, b2: b2 / a0, a1: -2 * cos / a0, a2: (1 - alpha) / a0}
}

func newLowpass2(hz float64) biquad {
	return newBiquad(hz, math.Sqrt2/2, func(cos, _ float64) (b0, b1, b2 float64) { return (1 - cos) / 2, 1 - cos, (1 - cos) / 2 })
}

func newHighpass2(hz float64) biquad {
	return newBiquad(hz, math.Sqrt2/2, func(cos, _ float64) (b0, b1, b2 float64) { return (1 + cos) / 2, -1 - cos, (1 + cos) / 2 })
}

// newBandpass has a gain of 1 in its middle.
func newBandpass(hz, q float64) biquad {
	return newBiquad(hz, q, func(_, alpha float64) (b0, b1, b2 float64) { return alpha, 0, -alpha })
}
