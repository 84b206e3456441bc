package simd

import "unsafe"

// FloatOp is a function of two float32.
type FloatOp int

// The functions. Larger is a if a > b, else b, also where one is NaN; so is Smaller.
const (
	FloatSum FloatOp = iota
	FloatDifference
	FloatProduct
	FloatQuotient
	FloatLarger
	FloatSmaller
)

// pairCall is what the loops over two operands are told: of n elements, and how many bytes it is from 16 of an operand to the next.
type pairCall struct {
	a, b, out       unsafe.Pointer
	n, stepA, stepB uint64
	bounded         uint64 // 0 where lo and hi are infinite
	lo, hi          float32
}

// floatsCall is what the loops over one operand are told.
type floatsCall struct {
	in, out unsafe.Pointer
	n       uint64
}

// FloatBounds hold a result; NaN stays.
type FloatBounds struct{ Lo, Hi float32 }

// FloatPairs computes out[i] = op(a[i], b[i]) held to bounds, for as many of the first elements as whole blocks hold, and returns
// how many: none where the path that runs has no loop. An operand may also be one element, which stands for all of them.
func FloatPairs(op FloatOp, out, a, b []float32, to FloatBounds) int {
	f := chosen().floats
	if f == nil || len(out) < lanes {
		return 0
	}
	return floatPairs(f, op, out, a, b, to)
}

func floatPairs(f *floats, op FloatOp, out, a, b []float32, to FloatBounds) int {
	const inf = 0x1p200
	var same [2][lanes]float32
	c := pairCall{out: unsafe.Pointer(&out[0]), n: uint64(len(out) &^ (lanes - 1)), lo: to.Lo, hi: to.Hi}
	if float64(to.Lo) > -inf || float64(to.Hi) < inf {
		c.bounded = 1
	}
	c.a, c.stepA = operand(&same[0], a, len(out))
	c.b, c.stepB = operand(&same[1], b, len(out))
	f.pair(op, &c)
	return int(c.n)
}

// operand returns where an operand of n elements lies, and how far it is from 16 to the next; one element is repeated in same.
func operand(same *[lanes]float32, a []float32, n int) (unsafe.Pointer, uint64) {
	switch len(a) {
	case n:
		return unsafe.Pointer(&a[0]), 4 * lanes
	case 1:
		for i := range same {
			same[i] = a[0]
		}
		return unsafe.Pointer(same), 0
	}
	panic("simd: operands of different lengths")
}

// Logs computes natural logarithms as kernel.Log does, for as many of the first elements as whole blocks hold, and returns how
// many. out may be in.
func Logs(out, in []float32) int {
	f := chosen().floats
	if f == nil || len(in) < lanes {
		return 0
	}
	return logs(f, out, in)
}

func logs(f *floats, out, in []float32) int {
	n := len(in) &^ (lanes - 1)
	if len(out) < n {
		panic("simd: operands of different lengths")
	}
	f.log(&floatsCall{unsafe.Pointer(&in[0]), unsafe.Pointer(&out[0]), uint64(n)})
	return n
}

// Magnitudes computes those of complex numbers as kernel.Magnitude does, for as many of the first as whole blocks hold, and
// returns how many.
func Magnitudes(out []float32, in []complex64) int {
	f := chosen().floats
	if f == nil || len(in) < lanes {
		return 0
	}
	return magnitudes(f, out, in)
}

func magnitudes(f *floats, out []float32, in []complex64) int {
	n := len(in) &^ (lanes - 1)
	if len(out) < n {
		panic("simd: operands of different lengths")
	}
	f.magnitudes(&floatsCall{unsafe.Pointer(&in[0]), unsafe.Pointer(&out[0]), uint64(n)})
	return n
}
