package simd

import "unsafe"

// Many weights stay bytes, though loops are wide: each panel becomes words right before its loops read it. That costs little where there are
// some rows, and half as much has to come from a cache or from memory that is far away, since a model's weights pass by but once in
// an inference.

// narrowFrom is how many weights are many: as words, more than the first caches hold beside all else.
const narrowFrom = 32 << 10

// packNarrow lays p's weights out as bytes: signed ones, from which the offset is taken when they become words.
func packNarrow[T int8 | uint8](g *Gemm, p *Product[T]) {
	var middle int32
	if !g.signed {
		middle = 128
	}
	g.offset = int16(p.WZero - middle)
	g.w = make([]byte, len(g.base)*g.depth())
	all := unsafe.Slice((*int8)(unsafe.Pointer(&g.w[0])), len(g.w))
	for i := range all {
		all[i] = int8(g.offset) // no weight at all
	}
	layOut(g, p, all, func(w T) int8 { return int8(int32(w) - middle) })
}

// unpack makes words of a panel's weights, unless they are for one row and there is a loop that does that as it goes, and returns
// which of these blocks, or other ones, compute it.
func (g *Gemm) unpack(c *Call, rows, panel int, blocks []block) []block {
	if rows == 1 && g.blocks.one != nil {
		c.offset = int32(g.offset)
		return g.blocks.one
	}
	column, columns := g.panel(panel)
	size := columns * g.depth()
	g.blocks.unpack(&c.panel[:size][0], &g.w[column*g.depth()], size, g.offset)
	c.w = unsafe.Pointer(&c.panel[0])
	return blocks
}

// Together returns how many bytes of inputs are best computed together: what the first cache keeps while all panels pass by, or
// more, if each of them is unpacked every time.
func (g *Gemm) Together() int {
	if g.narrow {
		return 64 << 10
	}
	return 16 << 10
}
