package kernel

import "edged/runtime/internal/simd"

// Pooling is a pooling over a Window: each output is made of the inputs seen, channel by channel. Padding takes no part.
//
//	in [N,H,W,C], out [N,Y,X,C]   of the same type
type Pooling[T Quantized | float32] struct {
	w       Window
	pool    *Pool
	cost    Cost
	one     func(dst []T, s *seen[T], thread int)
	seen    []seen[T] // per thread
	in, out []T
	body    func(i, thread int)
}

// newPooling prepares a pooling whose outputs are made by one, which takes some inputs in a nanosecond.
func newPooling[T Quantized | float32](w Window, pool *Pool, rate int64, one func(dst []T, s *seen[T], thread int)) *Pooling[T] {
	p := &Pooling[T]{w: w, pool: pool, cost: w.cost(1, rate), one: one, seen: make([]seen[T], pool.Threads())}
	p.body = p.row
	return p
}

// Run computes out from in.
func (p *Pooling[T]) Run(out, in []T) {
	p.in, p.out = in, out
	p.pool.Run(p.w.N*p.w.Y, p.cost, p.body)
	p.in, p.out = nil, nil
}

// row computes a row of outputs.
func (p *Pooling[T]) row(i, thread int) {
	w := &p.w
	y0 := i%w.Y*w.StrideH - w.PadTop
	s := &p.seen[thread]
	*s = seen[T]{in: p.in, c: w.C, line: w.W}
	i0, i1 := span(y0, w.KernelH, 1, w.H)
	for x := 0; x < w.X && !p.pool.Stopped(); x++ {
		x0 := x*w.StrideW - w.PadLeft
		j0, j1 := span(x0, w.KernelW, 1, w.W)
		s.rows, s.cols, s.first = i1-i0, j1-j0, (i/w.Y*w.H+y0+i0)*w.W+x0+j0
		p.one(p.out[(i*w.X+x)*w.C:][:w.C], s, thread)
	}
	s.in = nil
}

// seen is what an output sees: rows·cols pixels of c channels.
type seen[T any] struct {
	in                         []T
	first, line, rows, cols, c int // the first pixel, and how many are in a line of the picture
}

// pixel returns the channels of a pixel.
func (s *seen[T]) pixel(i, j int) []T {
	at := (s.first + i*s.line + j) * s.c
	return s.in[at : at+s.c]
}

// Inputs in a nanosecond, about.
const (
	sumsRate = 8
	maxRate  = 4
)

// NewAveragePool returns out[n,y,x,c] = mean of the inputs seen, rounded to nearest with ties away from zero and held to lo … hi.
// Source: TFLite's builtin AVERAGE_POOL_2D, which XNNPACK leaves alone for quantized types.
func NewAveragePool[T Quantized](w Window, lo, hi int32, pool *Pool) *Pooling[T] {
	sums := make([][]int32, pool.Threads())
	for i := range sums {
		sums[i] = make([]int32, w.C)
	}
	return newPooling(w, pool, sumsRate, func(dst []T, s *seen[T], thread int) {
		acc := sums[thread]
		fill(acc, 0)
		for i := range s.rows {
			for j := range s.cols {
				addPixel(acc, s.pixel(i, j))
			}
		}
		count := int32(s.rows * s.cols)
		for c, a := range acc {
			dst[c] = T(min(max(roundedQuotient(a, count), lo), hi))
		}
	})
}

// addPixel computes sums[c] += in[c].
func addPixel[T Quantized](sums []int32, in []T) {
	switch in := any(in).(type) {
	case []int8:
		addRow(sums, in)
	case []uint8:
		addRow(sums, in)
	case []int16:
		for c, v := range in {
			sums[c] += int32(v)
		}
	}
}

// roundedQuotient returns a/n to nearest, ties away from zero; 0 for n = 0.
func roundedQuotient(a, n int32) int32 {
	switch {
	case n == 0:
		return 0
	case a > 0:
		return (a + n/2) / n
	default:
		return (a - n/2) / n
	}
}

// NewMaxPool returns out[n,y,x,c] = the largest input seen, held to lo … hi, which T can hold.
func NewMaxPool[T Quantized](w Window, lo, hi int32, pool *Pool) *Pooling[T] {
	p := newPooling(w, pool, maxRate, func(dst []T, s *seen[T], _ int) {
		fill(dst, T(lo))
		for i := range s.rows {
			for j := range s.cols {
				maxTo(dst, s.pixel(i, j))
			}
		}
		if T(hi)+1 < T(hi) { // the largest of all
			return
		}
		for c, v := range dst {
			dst[c] = min(v, T(hi))
		}
	})
	switch p := any(p).(type) {
	case *Pooling[int8]:
		maxByVectors(p, lo, hi)
	case *Pooling[uint8]:
		maxByVectors(p, lo, hi)
	}
	return p
}

// maxByVectors lets package simd's loop compute p, if it has one.
func maxByVectors[T int8 | uint8](p *Pooling[T], lo, hi int32) {
	const rate = 16
	if simd.HasMaxPool(p.w.C) {
		p.cost, p.body = p.w.cost(1, rate), func(i, _ int) { maxPoolRow(p, lo, hi, i) }
	}
}

// maxPoolRow computes a row of outputs, pixels that see alike together.
func maxPoolRow[T int8 | uint8](p *Pooling[T], lo, hi int32, i int) {
	w, n, y0 := &p.w, i/p.w.Y, i%p.w.Y*p.w.StrideH-p.w.PadTop
	i0, i1 := span(y0, w.KernelH, 1, w.H)
	row := simd.MaxPool{Rows: i1 - i0, Channels: w.C, Row: w.W * w.C, Step: w.StrideW * w.C, Lo: lo, Hi: hi}
	for x, end := 0, 0; x < w.X && !p.pool.Stopped(); x = end {
		var j0, j1 int
		j0, j1, end = w.alike(x)
		row.Columns = j1 - j0
		pixels := p.out[(i*w.X+x)*w.C : (i*w.X+end)*w.C]
		if row.Rows < 1 || row.Columns < 1 {
			fill(pixels, T(lo))
			continue
		}
		simd.MaxPoolRow(&row, pixels, p.in[((n*w.H+y0+i0)*w.W+x*w.StrideW-w.PadLeft+j0)*w.C:])
	}
}
