package sim

import "math"

// echo is a room's reverberation: four delays that feed each other by a Hadamard matrix, each damped at high frequencies.
// Jot and Chaigne, "Digital delay networks for designing artificial reverberators", AES 1991.
type echo struct {
	lines [4][]float64
	at    [4]int
	back  [4]float64 // what is left after one way through the line
	dull  [4]lowpass
	level float64
}

// newEcho takes seconds to fall by 60 dB.
func newEcho(h *Home, seconds float64) echo {
	const soundSpeed = 343 // m/s, at 20 °C
	var e echo
	for i, metres := range [4]float64{h.Width, h.Depth, h.Height * 1.13, math.Hypot(h.Width, h.Depth) * 1.07} {
		n := hearSamples(2 * metres / soundSpeed)
		e.lines[i] = make([]float64, n)
		e.back[i] = math.Pow(10, -3*float64(n)/(seconds*SampleRateHz)) / 2 // the matrix's rows have four ones
		e.dull[i] = newLowpass(4500)
	}
	kept := 2 * e.back[1]
	e.level = math.Sqrt(1-kept*kept) / 2
	return e
}

func (e *echo) next(x float64) float64 {
	var o [4]float64
	for i := range o {
		o[i] = e.dull[i].next(e.back[i] * e.lines[i][e.at[i]])
	}
	sum, cross := o[0]+o[1], o[0]-o[1]
	sum2, cross2 := o[2]+o[3], o[2]-o[3]
	in := [4]float64{sum + sum2, cross + cross2, sum - sum2, cross - cross2}
	for i := range in {
		e.lines[i][e.at[i]] = in[i] + x
		if e.at[i]++; e.at[i] == len(e.lines[i]) {
			e.at[i] = 0
		}
	}
	return 2 * e.level * (o[0] + o[1] - o[2] + o[3])
}
