package kernel

import "math"

// Whole is an integer type that floats are cast to.
type Whole interface {
	int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64
}

// Truncate computes out[i] = in[i] with its fraction cut off. What B does not hold follows LiteRT as it ships: int32 and
// larger types are limited to what they hold, and the lowest bits of that are the result for the smaller ones; NaN is 0.
// Source: TFLite, cast.cc; WebAssembly's saturating conversions, which fix what C++ leaves open.
func Truncate[B Whole, A float32 | float64](out []B, in []A) {
	lo, hi := limitsOf[B]()
	switch {
	case lo < 0:
		lo, hi = min(lo, math.MinInt32), max(hi, math.MaxInt32)
	default:
		hi = max(hi, math.MaxUint32)
	}
	for i, v := range in {
		out[i] = truncate[B](float64(v), lo, hi)
	}
}

// Saturate computes out[i] = in[i] with its fraction cut off, limited to what B holds; NaN becomes nan.
// Source: TFLite, cast.cc, for float32 to int16, int32 and uint8.
func Saturate[B Whole](out []B, in []float32, nan B) {
	lo, hi := limitsOf[B]()
	for i, v := range in {
		if v != v {
			out[i] = nan
			continue
		}
		out[i] = truncate[B](float64(v), lo, hi)
	}
}

// truncate limits x to [lo, hi] and returns its lowest bits.
func truncate[B Whole](x float64, lo int64, hi uint64) B {
	switch {
	case x != x:
		return 0
	case x >= float64(hi):
		return B(hi)
	case x <= float64(lo):
		return B(lo)
	case x < 0:
		return B(int64(x))
	}
	return B(uint64(x))
}

// limitsOf returns the least and greatest value of an integer type.
func limitsOf[B Whole]() (lo int64, hi uint64) {
	switch any(B(0)).(type) {
	case int8:
		return math.MinInt8, math.MaxInt8
	case uint8:
		return 0, math.MaxUint8
	case int16:
		return math.MinInt16, math.MaxInt16
	case uint16:
		return 0, math.MaxUint16
	case int32:
		return math.MinInt32, math.MaxInt32
	case uint32:
		return 0, math.MaxUint32
	case int64:
		return math.MinInt64, math.MaxInt64
	}
	return 0, math.MaxUint64
}

// Truth computes out[i] = in[i] != 0, NaN being true.
func Truth[A Number](out []byte, in []A) {
	for i, v := range in {
		out[i] = 0
		if v != 0 {
			out[i] = 1
		}
	}
}

// Halves computes out[i] = in[i] rounded to binary16 by way of float32.
func Halves[A Number](out []uint16, in []A) {
	for i, v := range in {
		out[i] = FloatToHalf(float32(v))
	}
}

// Floats computes out[i] = in[i], a binary16.
func Floats[B float32 | float64](out []B, in []uint16) {
	for i, v := range in {
		out[i] = B(HalfToFloat(v))
	}
}
