package kernel

import "slices"

// Join is how StableHLO's element-wise operators, and those that take one of them as their body, make one value of two.
type Join int

// The joins. All and Any are of truth values: 0 is false, all else true, and the result 0 or 1.
const (
	JoinNone Join = iota
	JoinUpdate
	JoinAdd
	JoinMul
	JoinMax
	JoinMin
	JoinAnd
	JoinAll
	JoinAny
)

// JoinOf returns a join as a function of the old and the new value; nil for JoinAnd, of which see AndOf, and JoinNone.
// Integers wrap around, and where a value is NaN, max and min give the first, as C++'s std::max and std::min do.
func JoinOf[T Number](j Join) func(a, b T) T {
	switch j {
	case JoinUpdate:
		return func(_, b T) T { return b }
	case JoinAdd:
		return func(a, b T) T { return a + b }
	case JoinMul:
		return func(a, b T) T { return a * b }
	case JoinMax:
		return func(a, b T) T {
			if a < b {
				return b
			}
			return a
		}
	case JoinMin:
		return func(a, b T) T {
			if b < a {
				return b
			}
			return a
		}
	case JoinAll:
		return func(a, b T) T { return oneIf[T](a != 0 && b != 0) }
	case JoinAny:
		return func(a, b T) T { return oneIf[T](a != 0 || b != 0) }
	}
	return nil
}

func oneIf[T Number](yes bool) T {
	if yes {
		return 1
	}
	return 0
}

// AndOf is a & b.
func AndOf[T ~uint8 | ~uint16 | ~uint32 | ~uint64](a, b T) T { return a & b }

// JoinBool returns a join of bools, 0 or 1 in a byte, which count as such in sums and products: C++ makes true of 2.
func JoinBool(j Join) func(a, b uint8) uint8 {
	switch j {
	case JoinUpdate:
		return JoinOf[uint8](j)
	case JoinAdd, JoinMax, JoinAny:
		return JoinOf[uint8](JoinAny)
	case JoinMul, JoinMin, JoinAnd, JoinAll:
		return JoinOf[uint8](JoinAll)
	}
	return nil
}

// JoinHalf returns a join of float16, computed in float32.
func JoinHalf(j Join) func(a, b uint16) uint16 {
	f := JoinOf[float32](j)
	if f == nil {
		return nil
	}
	return func(a, b uint16) uint16 { return FloatToHalf(f(HalfToFloat(a), HalfToFloat(b))) }
}

// JoinEach computes out[i] = f(a[i], b[i]).
func JoinEach[T any](f func(a, b T) T, out, a, b []T) {
	a, b = a[:len(out)], b[:len(out)]
	for i := range out {
		out[i] = f(a[i], b[i])
	}
}

// ShiftLeft is a·2ᵇ of the lower bits, b taken modulo 32 as x86 and WebAssembly take it: StableHLO would have 0 where b is
// too large, but TFLite's kernel lets C++ shift an int.
func ShiftLeft[T int8 | int16 | int32](a, b T) T { return T(int32(a) << (uint32(int32(b)) & 31)) }

// Walk counts through the places of an array's elements, the last dimension fastest.
type Walk struct {
	dims, steps, index []int
	At                 int // the present place
}

// NewWalk returns the walk over dims, each step along dimension d being steps[d] long. No dimension may be zero.
func NewWalk(dims, steps []int) *Walk {
	return &Walk{dims: slices.Clone(dims), steps: slices.Clone(steps), index: make([]int, len(dims))}
}

// Reset goes back to the first element, which is at place 0.
func (w *Walk) Reset() {
	clear(w.index)
	w.At = 0
}

// Next goes to the next element; false if that was the last, and it is at the first again.
func (w *Walk) Next() bool {
	for d := len(w.dims) - 1; d >= 0; d-- {
		w.index[d]++
		w.At += w.steps[d]
		if w.index[d] < w.dims[d] {
			return true
		}
		w.At -= w.steps[d] * w.index[d]
		w.index[d] = 0
	}
	return false
}
