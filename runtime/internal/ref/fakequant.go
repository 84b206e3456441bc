package ref

import "math"

// FakeQuant returns the value nearest to v among the 2^bits evenly from low to high, moved so that one of them is zero.
func FakeQuant(v, low, high float64, bits int) float64 {
	steps := math.Exp2(float64(bits)) - 1
	scale := (high - low) / steps
	zero := min(max(math.Round(-low/scale), 0), steps)
	best := -zero * scale
	for q := range int(steps) + 1 {
		if level := (float64(q) - zero) * scale; math.Abs(level-v) < math.Abs(best-v) {
			best = level
		}
	}
	return best
}
