package sim

import "math"

// hearRoom is what stands between things and the microphone's samples: distance, echoes, the room's own tone, the
// microphone. Its seed is the home's.
type hearRoom struct {
	at   Point // of the microphone
	echo echo
	tone tone

	bass   lowpass // what the microphone does not hear
	treble lowpass
	gain   float64

	direct, spread []float64 // a block each: what comes straight, and what goes everywhere
}

func newHearRoom(seed uint64, h *Home) *hearRoom {
	dice := newHiss(seed, "room")
	return &hearRoom{
		at:     Point{h.Width * dice.in(0.35, 0.65), 0.2}, // beside the camera
		echo:   newEcho(h, dice.in(0.25, 0.65)),
		tone:   newTone(dice.fork()),
		bass:   newLowpass(dice.in(25, 90)),
		treble: newLowpass(dice.in(5000, 9000)),
		gain:   math.Exp2(dice.in(-1, 1)),
		direct: make([]float64, hearBlock), spread: make([]float64, hearBlock),
	}
}

// add lets dry, which sounds at p, into the room. was is its direct gain up to now; the new one is returned. Levels of
// things are those at 1 m, which is also how far away the echoes are as loud as the thing itself.
func (r *hearRoom) add(dry []float64, p Point, was float64) float64 {
	gain := 1 / max(p.to(r.at), 0.5)
	if was == 0 {
		was = gain
	}
	slope := (gain - was) / hearBlock
	for i, x := range dry {
		r.direct[i] += was * x
		was += slope
		r.spread[i] += x
	}
	return gain
}

// take turns what is in the room into samples, and empties the room.
func (r *hearRoom) take(to []int16) {
	r.tone.add(r.direct)
	for i, x := range r.direct {
		x += r.echo.next(r.spread[i])
		x -= r.bass.next(x)
		x = r.treble.next(x) + r.tone.white.next()*r.tone.self
		to[i] = int16(math.Round(limit(r.gain*x) * (1<<15 - 1)))
	}
	clear(r.direct)
	clear(r.spread)
}

// limit leaves x as it is up to a half, and keeps it below 1.
func limit(x float64) float64 {
	switch {
	case x > 0.5:
		return 1 - 0.25/x
	case x < -0.5:
		return -1 - 0.25/x
	}
	return x
}

// tone is what a room sounds like when nothing is the matter: the mains, a murmur, and the microphone's own noise.
type tone struct {
	white             hiss
	hum               [3]dying // of 50, 100 and 150 Hz
	murmur            lowpass
	air               lowpass
	loud, draught     float64
	self              float64
	swell, swellSpeed float64
}

func newTone(dice hiss) tone {
	t := tone{murmur: newLowpass(dice.in(120, 400)), air: newLowpass(2500), self: math.Exp2(dice.in(-12, -10))}
	t.loud = dice.in(0.0008, 0.003) * t.murmur.level()
	t.draught = dice.in(0.0002, 0.0006) * t.air.level()
	for i := range t.hum {
		sin, cos := math.Sincos(2 * math.Pi * 50 * float64(i+1) / SampleRateHz)
		t.hum[i] = dying{a: 2 * cos, b: 1, y2: -sin * dice.in(0.0001, 0.002) / float64(i+1)}
	}
	t.swellSpeed = dice.in(0.1, 0.4) * 2 * math.Pi * hearBlock / SampleRateHz
	t.white = dice.fork()
	return t
}

func (t *tone) add(to []float64) {
	t.swell += t.swellSpeed
	loud := t.loud * (1 + 0.3*math.Sin(t.swell))
	for i := range to {
		to[i] += t.murmur.next(loud*t.white.next()) + t.air.next(t.draught*t.white.next())
	}
	for i := range t.hum {
		t.hum[i].left = len(to)
		t.hum[i].add(to)
	}
}
