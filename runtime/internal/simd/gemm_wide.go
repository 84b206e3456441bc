package simd

import "unsafe"

// Loops that are wide take inputs and weights of 16 bits, two of each at a step. Bytes of either kind fit, weights less their zero
// point too, so that nothing is left to be taken from the sums.

// perStep returns how many inputs the loops take at a step: four bytes of them.
func (b *blocks) perStep() int {
	if b.wide {
		return 2
	}
	return 4
}

// crossing returns loops by crossed pairs, if there are some and such a product is worth it: what rows take off costs as much as
// three columns of it, and blocks are lower.
func (b *blocks) crossing(columns, pieces, length int) *blocks {
	if b.cross == nil || length%4 != 0 || columns < 24 || pieces*length < 48 {
		return b
	}
	return b.cross
}

// packWide lays p's weights out as wide loops read them: [pieces][steps][columns][2] in each panel.
func packWide[T int8 | uint8](g *Gemm, p *Product[T]) {
	if g.blocks.crossed {
		g.row = -1
		uncross(g, p)
	}
	if g.narrow = g.n*g.k >= narrowFrom; g.narrow {
		packNarrow(g, p)
		return
	}
	g.w = make([]byte, len(g.base)*g.depth())
	layOut(g, p, wide(g.w), func(w T) int16 { return int16(int32(w) - p.WZero) })
}

// layOut puts p's weights to their places, as what stands there for each.
func layOut[T int8 | uint8, S int8 | int16](g *Gemm, p *Product[T], all []S, stand func(T) S) {
	length, deep := g.k/g.pieces, g.pieces*g.steps*2
	for n := range g.n {
		from, columns := g.panel(n / g.blocks.widest())
		to := all[from*deep+(n-from)*2:]
		for k, w := range p.Weights[n*g.k : (n+1)*g.k] {
			piece, k := k/length, k%length
			to[(piece*g.steps+k/2)*columns*2+k%2] = stand(w)
		}
	}
}

// uncross takes from the sums what crossed weights have more: the products of those two apart in each four.
func uncross[T int8 | uint8](g *Gemm, p *Product[T]) {
	for n := range g.n {
		w := p.Weights[n*g.k : (n+1)*g.k]
		for k := 0; k < g.k; k += 4 {
			g.base[n] -= (int32(w[k])-p.WZero)*(int32(w[k+2])-p.WZero) + (int32(w[k+1])-p.WZero)*(int32(w[k+3])-p.WZero)
		}
	}
}

// wide is b as words.
func wide(b []byte) []int16 {
	return unsafe.Slice((*int16)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/2)
}

// widenRow copies from as words to to, which is as long.
func widenRow(loops [2]func(to *int16, from *byte, n int), signed bool, to []int16, from []byte) {
	loop := loops[0]
	if signed {
		loop = loops[1]
	}
	whole := len(from) &^ (lanes - 1)
	if whole > 0 {
		loop(&to[0], &from[0], whole)
	}
	for i := whole; i < len(from); i++ {
		if to[i] = int16(from[i]); signed {
			to[i] = int16(int8(from[i]))
		}
	}
}
