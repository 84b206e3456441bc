package kernel

import (
	"unsafe"

	"edged/runtime/internal/simd"
)

// packed turns rows of inputs into outputs by the loops of package simd.
type packed[T int8 | uint8] struct {
	p     *ConvParams[T]
	gemm  *simd.Gemm
	o     int
	calls []simd.Call // per thread
	sums  [][]int32   // per thread, where the loops make no outputs
}

// newPacked returns nil where package simd has no loops for p's weights, [o,k] in so many pieces. base is what sums are without
// inputs.
func newPacked[T int8 | uint8](p *ConvParams[T], base []int32, k, pieces int) *packed[T] {
	product := simd.Product[T]{N: len(base), K: k, Pieces: pieces, Weights: p.Weights, WZero: p.WZero, Base: base}
	if p.Fixed == nil {
		product.Scale, product.Zero, product.Lo, product.Hi = p.Req.Scale, p.Req.Zero, p.Req.lo, p.Req.hi
	}
	g := simd.NewGemm(product)
	if g == nil {
		return nil
	}
	return &packed[T]{p: p, gemm: g, o: len(base), calls: make([]simd.Call, p.Pool.Threads())}
}

// most makes room for so many lines of so many rows at a time, that are stride bytes apart.
func (g *packed[T]) most(lines, rows, stride int, ready bool) {
	for i := range g.calls {
		g.gemm.Reserve(&g.calls[i], lines, rows, stride, ready)
		if g.p.Fixed != nil {
			g.sums = append(g.sums, make([]int32, lines*rows*g.o))
		}
	}
}

// bytes returns the memory that g keeps.
func (g *packed[T]) bytes() int {
	n := g.gemm.PackedBytes()
	for i := range g.calls {
		n += g.calls[i].Bytes()
	}
	for _, s := range g.sums {
		n += 4 * len(s)
	}
	return n
}

// run computes some panels of m's outputs, [lines,rows,o].
func (g *packed[T]) run(thread int, out []T, m simd.Matrix, from, to int) {
	if g.p.Fixed == nil {
		m.Out, m.OutStride = raw(out), g.o
		g.gemm.Run(&g.calls[thread], m, from, to)
		return
	}
	rows := m.Lines * m.Rows
	sums := g.sums[thread][:rows*g.o]
	m.Out, m.OutStride = raw(sums), 4*g.o
	g.gemm.Run(&g.calls[thread], m, from, to)
	a, b := g.gemm.Columns(from), g.gemm.Columns(to)
	for r := range rows {
		FixedRow(g.p.Fixed, out[r*g.o+a:r*g.o+b], sums[r*g.o+a:r*g.o+b], a)
	}
}

// raw is the memory of s.
func raw[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}
