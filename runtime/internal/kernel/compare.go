package kernel

import (
	"math"
	"slices"
	"unsafe"
)

// Compare computes out[i] = f(a[i], b[i]) over the walk w, 1 for true; out may be a or b.
func Compare[T any](w *Broadcast, f func(a, b T) bool, out []byte, a, b []T) {
	w.Each(func(o, i, j int) {
		v := byte(0)
		if f(a[i], b[j]) {
			v = 1
		}
		out[o] = v
	})
}

// Scaled brings a quantized number to a scale that it shares with others, so that they can be compared:
// (q − zero)·2⁸·scale, by TFLite's fixed-point rule for scales below 1. Source: TFLite, reference_ops::ComparisonWithScaling.
type Scaled struct {
	zero int32
	m    Multiplier
}

// NewScaled returns the conversion for numbers of one scale and zero point.
func NewScaled(scale float32, zero int32) Scaled {
	return Scaled{zero: zero, m: NewMultiplier(float64(scale))}
}

// CompareScaled computes out[i] = f(a[i], b[i]) over the walk w for quantized numbers of different scales.
func CompareScaled[T int8 | uint8 | int16](w *Broadcast, f func(a, b int32) bool, qa, qb Scaled, out []byte, a, b []T) {
	Compare(w, func(x, y T) bool {
		return f(qa.m.ApplyRight((int32(x)-qa.zero)<<8), qb.m.ApplyRight((int32(y)-qb.zero)<<8))
	}, out, a, b)
}

// Logic computes out[i] = f(a[i], b[i]) over the walk w on bools, of which any byte but 0 is true.
func Logic(w *Broadcast, f func(a, b bool) bool, out, a, b []byte) {
	Compare(w, func(x, y byte) bool { return f(x != 0, y != 0) }, out, a, b)
}

// Not computes out[i] = !in[i].
func Not(out, in []byte) {
	for i, v := range in {
		out[i] = 0
		if v == 0 {
			out[i] = 1
		}
	}
}

// AnyAll computes out[o] = whether any, or all, of the elements of in that fall on it are true. The walk broadcasts out,
// its reduced dimensions of one element, over in.
func AnyAll(w *Broadcast, all bool, out, in []byte) {
	start, decided := byte(0), byte(1)
	if all {
		start, decided = 1, 0
	}
	fill(out, start)
	w.Each(func(_, o, i int) {
		if (in[i] != 0) != all {
			out[o] = decided
		}
	})
}

// Integer is an integer type of a tensor.
type Integer interface {
	~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64
}

// Integers computes out[i] = f(a[i], b[i]) over the walk w.
func Integers[T Number](w *Broadcast, f func(a, b T) T, out, a, b []T) {
	w.Each(func(o, i, j int) { out[o] = f(a[i], b[j]) })
}

// Xor is a ^ b.
func Xor[T Integer](a, b T) T { return a ^ b }

// RightShift is a >> b, arithmetically; a shift below 0 is 0, and one over the type's last bit is that.
// Source: TFLite, right_shift.cc.
func RightShift[T Integer](a, b T) T {
	bits := T(unsafe.Sizeof(a))*8 - 1
	return a >> min(max(b, 0), bits)
}

// FloorDiv is ⌊a/b⌋; b must not be zero. The one quotient that overflows, least/−1, wraps around for the small types and is
// the greatest number for int32, as the conversion from float64 has it in LiteRT.
func FloorDiv[T int8 | int16 | int32](a, b T) T {
	if int64(a) == math.MinInt32 && b == -1 {
		return ^a
	}
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// FloorDivFloat is ⌊a/b⌋ with the quotient in float64. Source: TFLite, reference_ops::FloorDiv.
func FloorDivFloat(a, b float32) float32 { return float32(math.Floor(float64(a) / float64(b))) }

// FloorMod is a − b·⌊a/b⌋, which has b's sign; b must not be zero.
func FloorMod[T int8 | int16 | int32 | int64](a, b T) T {
	r := a % b
	if r != 0 && (b < 0) != (r < 0) {
		r += b
	}
	return r
}

// FloorModFloat is FloorMod on floats. Source: TFLite, reference_ops::FloorMod.
func FloorModFloat(a, b float32) float32 {
	r := float32(math.Mod(float64(a), float64(b)))
	if r != 0 && (b < 0) != (r < 0) {
		r += b
	}
	return r
}

// HasZero reports whether one of v is zero.
func HasZero[T Number](v []T) bool {
	return slices.Contains(v, 0)
}
