package kernel

import "edged/runtime/internal/simd"

// packedConv is a Conv2D by the loops of package simd: for each row of outputs the product of what its pixels see with the
// weights. What they see is not copied out of the picture: a row of the kernel covers inputs that lie side by side, and the next
// pixel's begin a stride behind. Only what padding belongs to, or what must be other bytes, is copied, row by row.
type packedConv[T int8 | uint8] struct {
	*packed[T]
	w      Window // of one row where a pixel sees itself alone: all follow one another then
	direct bool   // nothing is copied
	how    *split // of rows of outputs, or of pixels where the picture is one row
	cost   Cost
	rings  []*ring[T]
	places []simd.Places // per thread, where nothing is copied
	x, y   []T           // inputs and outputs of this Run
	body   func(i, thread int)
}

// newPackedConv returns nil where package simd has no loops for it.
func newPackedConv[T int8 | uint8](w Window, p *ConvParams[T], base []int32) *packedConv[T] {
	if n := besides(&w, len(base)); n > 1 && p.Fixed == nil {
		wide, params, sums := beside(w, *p, base, n)
		return newPackedConv(wide, &params, sums)
	}
	c := &packedConv[T]{w: w}
	aside := w.DilationW == 1 || w.KernelW == 1 // a kernel row's taps lie side by side
	pieces, length := w.KernelH, w.KernelW*w.C
	if !aside {
		pieces, length = w.KernelH*w.KernelW, w.C
	}
	if c.packed = newPacked(p, base, pieces*length, pieces); c.packed == nil {
		return nil
	}
	inside := (w.Y-1)*w.StrideH+(w.KernelH-1)*w.DilationH < w.H && (w.X-1)*w.StrideW+(w.KernelW-1)*w.DilationW < w.W
	c.direct = w.PadTop == 0 && w.PadLeft == 0 && inside && aside && length%4 == 0
	threads, flat := p.Pool.Threads(), c.direct && w.KernelH == 1 && w.KernelW == 1 && w.StrideH == 1 && w.StrideW == 1
	c.cost = w.cost(c.o, dotRate)
	if flat {
		c.w = Window{N: 1, H: 1, Y: 1, W: w.N * w.H * w.W, X: w.N * w.Y * w.X, C: w.C, KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
		c.how = divide(p.Pool.Worth(c.cost), c.w.X, c.gemm.Rows(), c.pixels(), c.gemm.Panels())
		c.most(1, c.how.most(), w.C, false)
		c.body = c.part
	} else {
		if c.direct = c.direct && simd.Raw[T](simd.ForGemm); !c.direct && !fits(&w, simd.ForGemm, threads) {
			return nil
		}
		c.how = divide(p.Pool.Worth(c.cost), w.N*w.Y, 1, ringLines(&w, simd.ForGemm), c.gemm.Panels())
		c.most(c.how.most(), w.X, c.stride(), true)
		c.body = c.rows
	}
	for range threads {
		if flat || c.direct {
			c.places = append(c.places, simd.NewPlaces(c.how.most()*pieces))
		} else {
			c.rings = append(c.rings, newRing[T](&c.w, simd.ForGemm, p.InZero, c.how.most(), slots{taps: !aside}))
		}
	}
	return c
}

// pixels returns how many pixels of one row are computed together at most.
func (c *packedConv[T]) pixels() int { return c.gemm.Together() / c.w.C }

// bytes returns the memory that c keeps.
func (c *packedConv[T]) bytes() int { return c.packed.bytes() + ringBytes(c.rings) }

// run convolves in to out.
func (c *packedConv[T]) run(in, out []T) {
	c.x, c.y = in, out
	for _, r := range c.rings {
		r.forget()
	}
	c.how.choose(c.p.Pool, c.cost)
	c.p.Pool.Run(c.how.count(), c.cost, c.body)
	c.x, c.y = nil, nil
}

// part computes some pixels of a picture of one row.
func (c *packedConv[T]) part(i, thread int) {
	from, to := c.how.part(i)
	first, last := c.how.group(i)
	in := &c.places[thread]
	in.Clear()
	in.Add(raw(c.x[from*c.w.C : to*c.w.C]))
	c.packed.run(thread, c.y[from*c.o:to*c.o], simd.Matrix{Lines: 1, Rows: to - from, In: in, InStride: c.w.C}, first, last)
}

// rows computes some rows of outputs, those of a picture together.
func (c *packedConv[T]) rows(i, thread int) {
	w := &c.w
	first, last := c.how.group(i)
	for at, end := c.how.part(i); at < end && !c.p.Pool.Stopped(); {
		n, y := at/w.Y, at%w.Y
		lines := min(end-at, w.Y-y)
		m := simd.Matrix{Lines: lines, Rows: w.X, InStride: c.stride(), Ready: true}
		if c.direct {
			m.In = c.inside(thread, n, y, lines)
		} else {
			r := c.rings[thread]
			m.In, m.First = &r.places, r.lines(c.x, n, y, lines)
		}
		c.packed.run(thread, c.y[at*w.X*c.o:(at+lines)*w.X*c.o], m, first, last)
		at += lines
	}
}

// stride returns how many bytes one pixel's inputs begin behind those of the pixel before.
func (c *packedConv[T]) stride() int { return c.w.StrideW * c.w.C * simd.ForGemm.Unit() }

// inside returns where what some lines of picture n see begins in the picture itself.
func (c *packedConv[T]) inside(thread, n, y, lines int) *simd.Places {
	w, all := &c.w, &c.places[thread]
	all.Clear()
	for l := range lines {
		for i := range w.KernelH {
			row := (n*w.H + (y+l)*w.StrideH + i*w.DilationH) * w.W * w.C
			all.Add(raw(c.x[row : row+w.W*w.C]))
		}
	}
	return all
}
