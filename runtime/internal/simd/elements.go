package simd

import "unsafe"

// SumRule is XNNPACK's rule of quantized addition: kernel.AddQ.
//
//	out = clamp(Zero + (Bias + a·MA + b·MB) >> Shift)
type SumRule struct {
	MA, MB, Bias, Shift int32
	Zero, Lo, Hi        int32
}

// sumCall is what the loop is told.
type sumCall struct {
	a, b, out unsafe.Pointer
	n         uint64

	ma, mb, bias, shift int32
	zero, lo, hi        int32
}

// quantizeCall is what the loop is told.
type quantizeCall struct {
	in, out unsafe.Pointer
	n       uint64

	inverse, least, most float32
	zero                 int32
}

// elements are the loops of a path over elements. Those that take a call are functions of the architecture, add and quantize:
// of what is called by a pointer, Go thinks that it keeps its operands, and would allocate them.
type elements struct {
	addRow [2]func(sums *int32, in *byte, n int)        // of unsigned and of signed bytes
	lookup func(out, in *byte, n int, table *[256]byte) // nil if the processor lacks it
	plain  bool                                         // without between, and argMax of long rows
}

// sign says which of two loops is T's.
func sign[T int8 | uint8]() int {
	if ^T(0) < 0 {
		return 1
	}
	return 0
}

// Add computes out[i] from a[i] and b[i], all as long, and reports whether it did: the path that runs may have no loop for it.
func Add[T int8 | uint8](r *SumRule, out, a, b []T) bool {
	e := chosen().elements
	if e == nil {
		return false
	}
	addBy(e, r, out, a, b)
	return true
}

func addBy[T int8 | uint8](e *elements, r *SumRule, out, a, b []T) {
	if len(a) != len(out) || len(b) != len(out) {
		panic("simd: operands of different lengths")
	}
	if len(out) == 0 {
		return
	}
	c := sumCall{unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&out[0]), uint64(len(out)), r.MA, r.MB, r.Bias, r.Shift, r.Zero, r.Lo, r.Hi}
	e.add(&c, sign[T]() == 1)
}

// AddRow computes sums[i] += in[i], both as long, and reports whether it did.
func AddRow[T int8 | uint8](sums []int32, in []T) bool {
	e := chosen().elements
	if e == nil {
		return false
	}
	addRowBy(e, sums, in)
	return true
}

func addRowBy[T int8 | uint8](e *elements, sums []int32, in []T) {
	if len(sums) != len(in) {
		panic("simd: operands of different lengths")
	}
	if len(in) > 0 {
		e.addRow[sign[T]()](&sums[0], (*byte)(unsafe.Pointer(&in[0])), len(in))
	}
}

// Quantize computes out[i] = rint(in[i]·inverse held to least … most) + zero, both as long, NaN as most, and reports whether it
// did.
func Quantize[T int8 | uint8](out []T, in []float32, inverse, least, most float32, zero int32) bool {
	e := chosen().elements
	if e == nil {
		return false
	}
	quantizeBy(e, out, in, quantizeCall{inverse: inverse, least: least, most: most, zero: zero})
	return true
}

// Lookup computes out[i] = table[in[i]], both as long, and reports whether it did. They may be the same.
func Lookup(out, in []byte, table *[256]byte) bool {
	e := chosen().elements
	if e == nil || e.lookup == nil {
		return false
	}
	if len(out) != len(in) {
		panic("simd: operands of different lengths")
	}
	if len(in) > 0 {
		e.lookup(&out[0], &in[0], len(in), table)
	}
	return true
}

func quantizeBy[T int8 | uint8](e *elements, out []T, in []float32, c quantizeCall) {
	if len(out) != len(in) {
		panic("simd: operands of different lengths")
	}
	if len(in) > 0 {
		c.in, c.out, c.n = unsafe.Pointer(&in[0]), unsafe.Pointer(&out[0]), uint64(len(in))
		e.quantize(&c)
	}
}
