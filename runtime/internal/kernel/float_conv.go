package kernel

import "edged/runtime/internal/simd"

// FloatConv2D computes, for each group g of Groups, o of the group's output channels and c of its C/Groups inputs,
//
//	out[n,y,x,o] = bias[o] + Σ in[n,·,·,g·C/Groups+c]·w[o,i,j,c]
//
//	in   [N,H,W,C]                  float32
//	w    [O,Kh,Kw,C/Groups]         float32
//	out  [N,Y,X,O]                  float32
//
// Padding counts as 0. Weights come with each Run, because a model may compute them (from float16, say).
type FloatConv2D struct {
	Window
	groups, o, k  int
	direct        bool
	packed        *packedFloat // nil: the loops below
	patch, part   [][]float32  // per thread: what a pixel sees, and one group's share of it
	pool          *Pool
	in, out, w, b []float32
	body          func(i, thread int)
}

// NewFloatConv2D prepares the kernel for o output channels.
func NewFloatConv2D(w Window, groups, o int, pool *Pool) *FloatConv2D {
	c := &FloatConv2D{Window: w, groups: groups, o: o, pool: pool}
	taps := w.KernelH * w.KernelW
	c.k = taps * (w.C / groups)
	c.direct = taps == 1 && w.PadTop == 0 && w.PadLeft == 0
	for range pool.Threads() {
		if !c.direct {
			c.patch = append(c.patch, make([]float32, taps*w.C))
		}
		if groups > 1 {
			c.part = append(c.part, make([]float32, c.k))
		}
	}
	c.body = c.row
	return c
}

// Run convolves in to out with weights w and bias b, which may be nil.
func (c *FloatConv2D) Run(out, in, w, b []float32) {
	c.in, c.out, c.w, c.b = in, out, w, b
	n, rate := c.N*c.Y, int64(plainRate)
	if c.packed != nil {
		n, rate = (n*c.X+floatRows-1)/floatRows, floatRate
	}
	c.pool.Run(n, c.cost(c.o/c.groups, rate), c.body)
	c.in, c.out, c.w, c.b = nil, nil, nil, nil
}

func (c *FloatConv2D) row(i, thread int) {
	n, y := i/c.Y, i%c.Y
	for x := 0; x < c.X && !c.pool.Stopped(); x++ {
		var patch []float32
		if c.direct {
			at := ((n*c.H+y*c.StrideH)*c.W + x*c.StrideW) * c.C
			patch = c.in[at : at+c.C]
		} else {
			patch = c.patch[thread]
			gather(&c.Window, patch, c.in, n, y, x, 0)
		}
		out := c.out[(i*c.X+x)*c.o:][:c.o]
		if c.groups == 1 {
			matVecFloat(out, patch, c.w, c.b)
			continue
		}
		c.grouped(out, patch, c.part[thread])
	}
}

func (c *FloatConv2D) grouped(out, patch, part []float32) {
	each, size := c.C/c.groups, c.o/c.groups
	for g := range c.groups {
		groupPart(part, patch, c.C, g*each, each)
		var bias []float32
		if c.b != nil {
			bias = c.b[g*size : (g+1)*size]
		}
		matVecFloat(out[g*size:(g+1)*size], part, c.w[g*size*c.k:(g+1)*size*c.k], bias)
	}
}

// groupPart copies channels from … from+n of each pixel of c channels in patch to part.
func groupPart[T any](part, patch []T, c, from, n int) {
	for at := 0; at < len(part); at += n {
		copy(part[at:at+n], patch[from:from+n])
		patch = patch[c:]
	}
}

// FloatDepthwise computes, for each input channel c and j < Multiplier, with o = c·Multiplier+j,
//
//	out[n,y,x,o] = bias[o] + Σ in[n,·,·,c]·w[0,i,j,o]
//
//	in [N,H,W,C], w [1,Kh,Kw,C·Multiplier], out [N,Y,X,C·Multiplier]   float32
type FloatDepthwise struct {
	Window
	multiplier, o int
	taps          []*simd.FloatTaps // per thread; none: the loops below
	zeros         []float32         // in place of biases
	pool          *Pool
	in, out, w, b []float32
	body          func(i, thread int)
}

// NewFloatDepthwise prepares the kernel.
func NewFloatDepthwise(w Window, multiplier int, pool *Pool) *FloatDepthwise {
	d := &FloatDepthwise{Window: w, multiplier: multiplier, o: w.C * multiplier, pool: pool}
	d.body = d.row
	if t := w.KernelH * w.KernelW; multiplier == 1 && simd.NewFloatTaps(t, w.C) != nil {
		d.body, d.zeros = d.vectors, make([]float32, w.C)
		for range pool.Threads() {
			d.taps = append(d.taps, simd.NewFloatTaps(t, w.C))
		}
	}
	return d
}

// Run convolves in to out with weights w and bias b, which may be nil.
func (d *FloatDepthwise) Run(out, in, w, b []float32) {
	d.in, d.out, d.w, d.b = in, out, w, b
	d.pool.Run(d.N*d.Y, d.cost(d.multiplier, plainRate), d.body)
	d.in, d.out, d.w, d.b = nil, nil, nil, nil
}

func (d *FloatDepthwise) row(i, _ int) {
	n, y := i/d.Y, i%d.Y
	y0 := y*d.StrideH - d.PadTop
	i0, i1 := span(y0, d.KernelH, d.DilationH, d.H)
	for x := 0; x < d.X && !d.pool.Stopped(); x++ {
		acc := d.out[(i*d.X+x)*d.o:][:d.o]
		fill(acc, 0)
		copy(acc, d.b)
		x0 := x*d.StrideW - d.PadLeft
		j0, j1 := span(x0, d.KernelW, d.DilationW, d.W)
		for i := i0; i < i1; i++ {
			for j := j0; j < j1; j++ {
				at := ((n*d.H+y0+i*d.DilationH)*d.W + x0 + j*d.DilationW) * d.C
				d.tap(acc, d.in[at:at+d.C], d.w[(i*d.KernelW+j)*d.o:][:d.o])
			}
		}
	}
}

// vectors computes a row by package simd's loop, pixels that see the same taps together.
func (d *FloatDepthwise) vectors(i, thread int) {
	n, y0 := i/d.Y, i%d.Y*d.StrideH-d.PadTop
	i0, i1 := span(y0, d.KernelH, d.DilationH, d.H)
	bias, out := d.zeros, d.out[i*d.X*d.C:(i+1)*d.X*d.C]
	if d.b != nil {
		bias = d.b
	}
	for x, end := 0, 0; x < d.X && !d.pool.Stopped(); x = end {
		var j0, j1 int
		j0, j1, end = d.alike(x)
		t := d.taps[thread]
		t.Clear()
		for i := i0; i < i1; i++ {
			for j := j0; j < j1; j++ {
				at := ((n*d.H+y0+i*d.DilationH)*d.W + x*d.StrideW - d.PadLeft + j*d.DilationW) * d.C
				t.Add(d.in[at:], d.w[(i*d.KernelW+j)*d.C:])
			}
		}
		if i0 < i1 && j0 < j1 {
			t.Run(out[x*d.C:end*d.C], bias, d.StrideW*d.C)
			continue
		}
		for at := x; at < end; at++ {
			copy(out[at*d.C:], bias[:d.C])
		}
	}
}

// tap adds one filter tap: acc[o] += in[o/Multiplier]·w[o].
func (d *FloatDepthwise) tap(acc, in, w []float32) {
	if d.multiplier == 1 {
		acc, w = acc[:len(in)], w[:len(in)]
		for c, v := range in {
			acc[c] += float32(v * w[c])
		}
		return
	}
	o := 0
	for _, v := range in {
		for range d.multiplier {
			acc[o] += float32(v * w[o])
			o++
		}
	}
}

// FloatFullyConnected computes out[n,o] = bias[o] + Σ in[n,i]·w[o,i].
//
//	in [N,K], w [O,K], out [N,O]   float32
type FloatFullyConnected struct {
	n, k, o       int
	packed        *packedFloat // nil: the loops below
	pool          *Pool
	in, out, w, b []float32
	body          func(i, thread int)
}

// NewFloatFullyConnected prepares the kernel for n rows of k inputs and o outputs.
func NewFloatFullyConnected(n, k, o int, pool *Pool) *FloatFullyConnected {
	f := &FloatFullyConnected{n: n, k: k, o: o, pool: pool}
	f.body = f.block
	return f
}

// Run computes out from in with weights w and bias b, which may be nil.
func (f *FloatFullyConnected) Run(out, in, w, b []float32) {
	f.in, f.out, f.w, f.b = in, out, w, b
	n, rate := f.n*f.blocks(), int64(plainRate)
	if f.packed != nil {
		n, rate = (f.n+floatRows-1)/floatRows, floatRate
	}
	f.pool.Run(n, productCost(f.n, f.k, f.o, rate), f.body)
	f.in, f.out, f.w, f.b = nil, nil, nil, nil
}

func (f *FloatFullyConnected) blocks() int { return (f.o + fcBlock - 1) / fcBlock }

func (f *FloatFullyConnected) block(i, _ int) {
	n, from := i/f.blocks(), i%f.blocks()*fcBlock
	to := min(from+fcBlock, f.o)
	bias := f.b
	if bias != nil {
		bias = bias[from:to]
	}
	matVecFloat(f.out[n*f.o+from:n*f.o+to], f.in[n*f.k:(n+1)*f.k], f.w[from*f.k:to*f.k], bias)
}
