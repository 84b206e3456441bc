package ref

import (
	"math"
	"math/big"
)

// Scaled brings a quantized number to a scale that it shares with others: (q − zero)·2⁸·scale.
// Source: tflite/kernels/internal/reference/comparisons.h, ComparisonWithScaling.
func Scaled(q int64, a Affine) int64 { return NewMultiplier(float64(a.Scale)).Right((q - a.Zero) << 8) }

// RightShift is a/2ᵇ rounded down, b held to 0 … bits−1. Source: tflite/kernels/right_shift.cc.
func RightShift(a, b int64, bits int) int64 {
	q, _ := Floor(a, 1<<Clamp(b, 0, int64(bits-1)))
	return q
}

// FloorDivInt is ⌊a/b⌋ in an integer type of the given bits. Source: tflite/kernels/floor_div.cc, which computes in
// float64 and converts back: what int32 does not hold becomes its end, in smaller types the lowest bits stay.
func FloorDivInt(a, b int64, bits int) int64 {
	return Wrap(toInt(math.Floor(float64(a)/float64(b))), bits)
}

// FloorModInt is a − b·⌊a/b⌋, exactly.
func FloorModInt(a, b int64) int64 {
	x, y := big.NewInt(a), big.NewInt(b)
	r := new(big.Int).Mod(x, y) // 0 ≤ r < |b|
	if r.Sign() != 0 && b < 0 {
		r.Add(r, y)
	}
	return r.Int64()
}
