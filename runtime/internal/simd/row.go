package simd

import "unsafe"

// Row is a Gemm's work on one row of inputs after the other: all that its loop is told but where the row lies is worked out once.
// In a small layer of one row that would be a good part of the time.
type Row struct {
	call    Call
	run     func(*Call)
	at      unsafe.Pointer // where the row begins
	in, out int            // bytes of it and of its outputs
}

// NewRow returns nil unless one call of a loop does all columns of a row.
func (g *Gemm) NewRow() *Row {
	panels := g.Panels()
	last, columns := g.panel(panels - 1)
	if !g.blocks.nest || g.pieces != 1 || g.row != 0 || panels > 1 && (columns != g.blocks.widest() || last+columns > g.n) {
		return nil
	}
	_, columns = g.panel(0)
	b, _ := split(g.blocks.widths[columns/lanes-1], 1)
	r := &Row{run: b.run, in: g.Reach(false), out: g.n}
	c := &r.call
	c.a, c.w, c.base, c.flip = unsafe.Pointer(&r.at), unsafe.Pointer(&g.w[0]), unsafe.Pointer(&g.base[0]), g.flip
	c.lda, c.ldo, c.pieces, c.steps, c.times = uint64(g.k), uint64(g.n), 1, uint64(g.steps), 1
	c.zero, c.lo, c.hi, c.ends = g.zero, g.lo, g.hi, g.ends
	c.mask = ^uint64(0) >> (maxColumns - columns + max(0, columns-g.n))
	size := 4
	if g.scale != nil {
		c.scale, size = unsafe.Pointer(&g.scale[0]), 1
	}
	r.out *= size
	c.nest.lines, c.nest.panels, c.nest.limits = 1, uint64(panels), g.limits
	c.nest.depth, c.nest.across = uint64(columns*g.depth()), uint64(columns*size)
	return r
}

// Run computes a row's outputs, bytes or sums of 32 bits.
func (r *Row) Run(out, in []byte) {
	if len(in) < r.in || len(out) < r.out {
		panic("simd: row out of range")
	}
	r.at, r.call.out = unsafe.Pointer(unsafe.SliceData(in)), unsafe.Pointer(unsafe.SliceData(out))
	r.run(&r.call)
}
