package kernel

import "math"

// FakeQuant rounds floats to the values that an integer of some bits has, which lie evenly from low to high and have
// zero among them.
type FakeQuant struct{ scale, inverse, low, high float32 }

// NewFakeQuant moves the range from low to high so that zero is one of its 2^bits values. bits are at most 16.
// Source: TFLite, NudgeQuantizationRange.
func NewFakeQuant(low, high float32, bits int) FakeQuant {
	most := float32(int(1)<<bits - 1)
	scale := (high - low) / most
	zero := 0 - low/scale
	switch {
	case !(zero >= 0): // or NaN, of an empty range
		zero = 0
	case zero > most:
		zero = most
	default:
		zero = float32(math.Round(float64(zero)))
	}
	return FakeQuant{scale: scale, inverse: 1 / scale, low: (0 - zero) * scale, high: (most - zero) * scale}
}

// Run computes out = low + scale·round((clamp(in) − low)/scale), halves away from zero.
// Source: TFLite, FakeQuantizeArray.
func (q FakeQuant) Run(out, in []float32) {
	for i, v := range in {
		v = smaller(q.high, larger(q.low, v)) - q.low
		steps := float32(math.Round(float64(float32(v * q.inverse))))
		out[i] = float32(steps*q.scale) + q.low
	}
}
