package simd

import "unsafe"

// ProductRule is XNNPACK's rule of quantized products: kernel.ProductXNN.
//
//	out = Zero + rint(clamp((a−ZeroA)·(b−ZeroB)·Scale, Lo, Hi))
type ProductRule struct {
	ZeroA, ZeroB  int32
	Scale, Lo, Hi float32
	Zero          int32
}

type productCall struct {
	a, b, out     unsafe.Pointer
	n             uint64
	zeroA, zeroB  int32
	scale, lo, hi float32
	zero          int32
}

type bytesCall struct {
	a, b, out unsafe.Pointer
	n         uint64
}

// blockOf checks two operands, and returns how many of the first elements whole blocks hold; none where there is no loop.
func blockOf[T int8 | uint8](e *elements, out, a, b []T) int {
	if len(a) != len(out) || len(b) != len(out) {
		panic("simd: operands of different lengths")
	}
	if e == nil {
		return 0
	}
	return len(out) &^ (lanes - 1)
}

// Products computes as many of the first of out as whole blocks hold, and returns how many.
func Products[T int8 | uint8](r *ProductRule, out, a, b []T) int {
	return productsBy(chosen().elements, r, out, a, b)
}

func productsBy[T int8 | uint8](e *elements, r *ProductRule, out, a, b []T) int {
	n := blockOf(e, out, a, b)
	if n > 0 {
		c := productCall{unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&out[0]), uint64(n), r.ZeroA, r.ZeroB, r.Scale, r.Lo, r.Hi, r.Zero}
		e.product(&c, sign[T]() == 1)
	}
	return n
}

// Extremes computes the larger or the smaller of a[i] and b[i], for as many of the first of out as whole blocks hold, and returns how
// many.
func Extremes[T int8 | uint8](larger bool, out, a, b []T) int {
	return extremesBy(chosen().elements, larger, out, a, b)
}

func extremesBy[T int8 | uint8](e *elements, larger bool, out, a, b []T) int {
	n := blockOf(e, out, a, b)
	if n > 0 {
		e.extreme(&bytesCall{unsafe.Pointer(&a[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&out[0]), uint64(n)}, larger, sign[T]() == 1)
	}
	return n
}

// MaxPool is a row of pixels of which each is the largest of Rows·Columns inputs.
type MaxPool struct {
	Rows, Columns int
	Channels      int
	Row, Step     int   // elements from a row of inputs to the next, and from a pixel's first input to the next's
	Lo, Hi        int32 // what results are held to
}

type maxPoolCall struct {
	in, out                                    unsafe.Pointer
	pixels, channels, rows, columns, row, step uint64
	lo, hi                                     byte
}

// HasMaxPool reports whether MaxPoolRow has a loop for so many channels: it wants 16.
func HasMaxPool(channels int) bool { return chosen().elements != nil && channels >= lanes }

// MaxPoolRow computes out, whose first pixel's first input is in[0].
func MaxPoolRow[T int8 | uint8](p *MaxPool, out, in []T) { maxPoolRow(chosen().elements, p, out, in) }

func maxPoolRow[T int8 | uint8](e *elements, p *MaxPool, out, in []T) {
	pixels := len(out) / p.Channels
	if p.Channels < lanes || min(p.Rows, p.Columns, pixels) < 1 {
		panic("simd: no pixels")
	}
	if last := (pixels-1)*p.Step + (p.Rows-1)*p.Row + p.Columns*p.Channels; min(p.Step, p.Row) < 0 || last > len(in) {
		panic("simd: row out of range")
	}
	e.maxPool(&maxPoolCall{
		in: unsafe.Pointer(&in[0]), out: unsafe.Pointer(&out[0]), pixels: uint64(pixels), channels: uint64(p.Channels),
		rows: uint64(p.Rows), columns: uint64(p.Columns), row: uint64(p.Row), step: uint64(p.Step), lo: byte(p.Lo), hi: byte(p.Hi),
	}, sign[T]() == 1)
}
