package kernel

import "math"

// Rounding is how one of TFLite's own kernels brings a layer's sums to the output's scale.
type Rounding int

const (
	Twice     Rounding = iota // Multiplier.Apply: the reference kernels, and those of depthwise and transposed convolutions
	Saturated                 // Multiplier.ApplySaturated: what gemmlowp multiplies
	Once                      // Multiplier.ApplyOnce: what ruy multiplies
	Wide                      // Multiplier.ApplyWide: sums of 64 bits
	Exact                     // in float64, ties away from zero: FULLY_CONNECTED with sums of 64 bits
)

// Fixed turns sums into quantized outputs: q = clamp(zero + acc·scale, lo, hi).
type Fixed struct {
	Rounding     Rounding
	Scale        []Multiplier // one, or one an output channel
	Real         []float64    // the same, for Exact
	Zero, Lo, Hi int32
}

// one turns a sum of channel c into an output. Sums of 32 bits have wrapped around, as LiteRT's do.
func (f *Fixed) one(acc int64, c int) int32 {
	return min(max(f.scaled(acc, c)+f.Zero, f.Lo), f.Hi)
}

func (f *Fixed) scaled(acc int64, c int) int32 {
	if f.Rounding == Exact {
		return int32(min(max(math.Round(float64(acc)*f.Real[c%len(f.Real)]), math.MinInt32), math.MaxInt32))
	}
	switch m := f.Scale[c%len(f.Scale)]; f.Rounding {
	case Saturated:
		return m.ApplySaturated(int32(acc))
	case Once:
		return m.ApplyOnce(int32(acc))
	case Wide:
		return m.ApplyWide(acc)
	default:
		return m.Apply(int32(acc))
	}
}

// FixedRow turns acc, one sum a channel from channel c0 on, into out.
func FixedRow[T Quantized, A int32 | int64](f *Fixed, out []T, acc []A, c0 int) {
	for i, a := range acc {
		out[i] = T(f.one(int64(a), c0+i))
	}
}
