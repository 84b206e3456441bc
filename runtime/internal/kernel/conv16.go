package kernel

// Params16 are what a layer of int16 activations and int8 weights is made of. Zero points are 0.
type Params16 struct {
	Weights []int8 // conv and fully connected [O,…]; depthwise [1,Kh,Kw,O]
	Bias    []int64
	Fixed   Fixed
	Pool    *Pool
}

// Conv2D16 is GroupedConv2D of int16 with int8 weights.
//
//	in   [N,H,W,C]              int16, zero point 0
//	w    [O,Kh,Kw,C/groups]     int8
//	out  [N,Y,X,O]              int16, zero point 0
//
// Source: TFLite, ConvPerChannel for int16; XNNPACK does not take it.
type Conv2D16 struct {
	p           Params16
	w           Window
	groups, o   int
	patch, part [][]int16 // per thread: what a pixel sees, and one group's share of it
	in, out     []int16
	body        func(i, thread int)
}

// NewConv2D16 prepares the kernel for o output channels.
func NewConv2D16(w Window, groups, o int, p Params16) *Conv2D16 {
	c := &Conv2D16{p: p, w: w, groups: groups, o: o}
	k := w.KernelH * w.KernelW * w.C
	for range p.Pool.Threads() {
		c.patch = append(c.patch, make([]int16, k))
		if groups > 1 {
			c.part = append(c.part, make([]int16, k/groups))
		}
	}
	c.body = c.row
	return c
}

// Run convolves in to out.
func (c *Conv2D16) Run(in, out []int16) {
	c.in, c.out = in, out
	c.p.Pool.Run(c.w.N*c.w.Y, c.w.cost(c.o/c.groups, plainRate), c.body)
	c.in, c.out = nil, nil
}

func (c *Conv2D16) row(i, thread int) {
	patch := c.patch[thread]
	for x := 0; x < c.w.X && !c.p.Pool.Stopped(); x++ {
		gather(&c.w, patch, c.in, i/c.w.Y, i%c.w.Y, x, 0)
		out := c.out[(i*c.w.X+x)*c.o:][:c.o]
		if c.groups == 1 {
			c.p.pixel(out, patch, 0)
			continue
		}
		c.grouped(out, patch, c.part[thread])
	}
}

func (c *Conv2D16) grouped(out, patch, part []int16) {
	each, size := c.w.C/c.groups, c.o/c.groups
	for g := range c.groups {
		groupPart(part, patch, c.w.C, g*each, each)
		c.p.pixel(out[g*size:(g+1)*size], part, g*size)
	}
}

// pixel computes channels c0 … c0+len(out) from one patch.
func (p *Params16) pixel(out, patch []int16, c0 int) {
	k := len(patch)
	for i := range out {
		var acc int64
		o := c0 + i
		if p.Bias != nil {
			acc = p.Bias[o]
		}
		out[i] = int16(p.Fixed.one(acc+dot16(patch, p.Weights[o*k:(o+1)*k]), o))
	}
}

// dot16 returns Σ a[i]·b[i].
func dot16(a []int16, b []int8) (s int64) {
	b = b[:len(a)]
	for i, v := range a {
		s += int64(int32(v) * int32(b[i]))
	}
	return s
}

// FullyConnected16 computes out[n,o] = scaled(bias[o] + Σ in[n,i]·w[o,i]).
//
//	in [N,k] int16, w [O,k] int8, out [N,O] int16
func FullyConnected16(p *Params16, out, in []int16, k int) {
	o := len(p.Weights) / k
	for n := 0; n < len(in)/k && !p.Pool.Stopped(); n++ {
		p.pixel(out[n*o:(n+1)*o], in[n*k:(n+1)*k], 0)
	}
}

// Depthwise16 is Depthwise of int16 with int8 weights.
//
//	in [N,H,W,C] int16, w [1,Kh,Kw,C·multiplier] int8, out [N,Y,X,C·multiplier] int16
//
// Source: TFLite, DepthwiseConvPerChannel for int16.
type Depthwise16 struct {
	p          Params16
	w          Window
	multiplier int
	acc        [][]int64
	in, out    []int16
	body       func(i, thread int)
}

// NewDepthwise16 prepares the kernel.
func NewDepthwise16(w Window, multiplier int, p Params16) *Depthwise16 {
	d := &Depthwise16{p: p, w: w, multiplier: multiplier}
	for range p.Pool.Threads() {
		d.acc = append(d.acc, make([]int64, w.C*multiplier))
	}
	d.body = d.row
	return d
}

// Run convolves in to out.
func (d *Depthwise16) Run(in, out []int16) {
	d.in, d.out = in, out
	d.p.Pool.Run(d.w.N*d.w.Y, d.w.cost(d.multiplier, plainRate), d.body)
	d.in, d.out = nil, nil
}

func (d *Depthwise16) row(i, thread int) {
	w, acc := &d.w, d.acc[thread]
	y0 := i%w.Y*w.StrideH - w.PadTop
	i0, i1 := span(y0, w.KernelH, w.DilationH, w.H)
	for x := 0; x < w.X && !d.p.Pool.Stopped(); x++ {
		fill(acc, 0)
		copy(acc, d.p.Bias)
		x0 := x*w.StrideW - w.PadLeft
		j0, j1 := span(x0, w.KernelW, w.DilationW, w.W)
		for ky := i0; ky < i1; ky++ {
			for kx := j0; kx < j1; kx++ {
				at := ((i/w.Y*w.H+y0+ky*w.DilationH)*w.W + x0 + kx*w.DilationW) * w.C
				tap16(acc, d.in[at:at+w.C], d.p.Weights[(ky*w.KernelW+kx)*len(acc):][:len(acc)])
			}
		}
		FixedRow(&d.p.Fixed, d.out[(i*w.X+x)*len(acc):][:len(acc)], acc, 0)
	}
}

// tap16 adds one filter tap.
func tap16(acc []int64, in []int16, w []int8) {
	multiplier := len(acc) / len(in)
	for c, v := range in {
		for j := c * multiplier; j < (c+1)*multiplier; j++ {
			acc[j] += int64(int32(v) * int32(w[j]))
		}
	}
}
