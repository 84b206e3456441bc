package kernel

// Window3D is the geometry of a 3-D convolution over NDHWC tensors: a Window with one dimension more in front.
//
//	in  [N,D,H,W,C]
//	out [N,Z,Y,X,·]
type Window3D struct {
	Window
	D, Z, KernelD, StrideD, DilationD, PadFront int
}

// Conv3D computes out[n,z,y,x,o] = bias[o] + Σ in[n,·,·,·,c]·w[k,i,j,c,o], padding counting as 0.
//
//	in [N,D,H,W,C], w [Kd,Kh,Kw,C,O], out [N,Z,Y,X,O]   float32
//
// Source: TFLite, reference_ops::Conv3D.
type Conv3D struct {
	w             Window3D
	o             int
	pool          *Pool
	in, out, f, b []float32
	body          func(i, thread int)
}

// NewConv3D prepares the kernel for o output channels.
func NewConv3D(w Window3D, o int, pool *Pool) *Conv3D {
	c := &Conv3D{w: w, o: o, pool: pool}
	c.body = c.row
	return c
}

// Run convolves in to out with filter f and bias b, which may be nil.
func (c *Conv3D) Run(out, in, f, b []float32) {
	c.in, c.out, c.f, c.b = in, out, f, b
	c.pool.Run(c.w.N*c.w.Z*c.w.Y, c.w.cost(c.o, plainRate), c.body)
	c.in, c.out, c.f, c.b = nil, nil, nil, nil
}

func (c *Conv3D) row(r, _ int) {
	w := &c.w
	n, z, y := r/w.Y/w.Z, r/w.Y%w.Z, r%w.Y
	d0, h0 := z*w.StrideD-w.PadFront, y*w.StrideH-w.PadTop
	k0, k1 := span(d0, w.KernelD, w.DilationD, w.D)
	i0, i1 := span(h0, w.KernelH, w.DilationH, w.H)
	for x := 0; x < w.X && !c.pool.Stopped(); x++ {
		v0 := x*w.StrideW - w.PadLeft
		j0, j1 := span(v0, w.KernelW, w.DilationW, w.W)
		acc := c.out[(r*w.X+x)*c.o:][:c.o]
		fill(acc, 0)
		for k := k0; k < k1; k++ {
			for i := i0; i < i1; i++ {
				line := ((n*w.D+d0+k*w.DilationD)*w.H+h0+i*w.DilationH)*w.W + v0
				for j := j0; j < j1; j++ {
					c.tap(acc, (line+j*w.DilationW)*w.C, (k*w.KernelH+i)*w.KernelW+j)
				}
			}
		}
		AddTo(acc[:len(c.b)], c.b)
	}
}

// tap adds to acc what one tap of the filter sees, the C inputs from place at on.
func (c *Conv3D) tap(acc []float32, at, tap int) {
	f := c.f[tap*c.w.C*c.o:]
	for _, v := range c.in[at : at+c.w.C] {
		for o, w := range f[:len(acc)] {
			acc[o] += float32(v * w)
		}
		f = f[c.o:]
	}
}

// Conv3DTranspose spreads each input over the outputs that its window covers:
//
//	out[n,z,y,x,o] = bias[o] + Σ in[n,d,h,v,c]·w[k,i,j,o,c],  z = d·StrideD+k·DilationD−PadFront, y and x likewise
//
//	in [N,D,H,W,C], w [Kd,Kh,Kw,O,C], out [N,Z,Y,X,O]   float32
//
// It is computed output by output, so that rows can be shared among threads.
// Source: TFLite, reference_ops::Conv3DTranspose.
type Conv3DTranspose Conv3D

// NewConv3DTranspose prepares the kernel for o output channels.
func NewConv3DTranspose(w Window3D, o int, pool *Pool) *Conv3DTranspose {
	c := &Conv3DTranspose{w: w, o: o, pool: pool}
	c.body = c.row
	return c
}

// Run computes out from in with filter f and bias b, which may be nil.
func (c *Conv3DTranspose) Run(out, in, f, b []float32) {
	c.in, c.out, c.f, c.b = in, out, f, b
	c.pool.Run(c.w.N*c.w.Z*c.w.Y, c.w.cost(c.o, plainRate), c.body)
	c.in, c.out, c.f, c.b = nil, nil, nil, nil
}

func (c *Conv3DTranspose) row(r, _ int) {
	w := &c.w
	n, z, y := r/w.Y/w.Z, r/w.Y%w.Z, r%w.Y
	out := c.out[r*w.X*c.o:][:w.X*c.o]
	fill(out, 0)
	for k := range w.KernelD {
		d, ok := origin(z+w.PadFront-k*w.DilationD, w.StrideD, w.D)
		if !ok {
			continue
		}
		for i := range w.KernelH {
			if h, ok := origin(y+w.PadTop-i*w.DilationH, w.StrideH, w.H); ok {
				c.line(out, ((n*w.D+d)*w.H+h)*w.W, (k*w.KernelH+i)*w.KernelW)
			}
		}
	}
	for x := range w.X {
		AddTo(out[x*c.o:][:len(c.b)], c.b)
	}
}

// origin returns the input that lies stride·input = at, and whether there is one.
func origin(at, stride, size int) (int, bool) {
	return at / stride, at >= 0 && at%stride == 0 && at/stride < size
}

// line adds to a row of outputs what a row of inputs, from the given pixel on, gives by one row of taps.
func (c *Conv3DTranspose) line(out []float32, pixel, tap int) {
	w := &c.w
	for x := 0; x < w.X && !c.pool.Stopped(); x++ {
		acc := out[x*c.o:][:c.o]
		for j := range w.KernelW {
			v, ok := origin(x+w.PadLeft-j*w.DilationW, w.StrideW, w.W)
			if !ok {
				continue
			}
			in, f := c.in[(pixel+v)*w.C:][:w.C], c.f[(tap+j)*c.o*w.C:]
			for o := range acc {
				acc[o] += dotFloat(in, f[o*w.C:])
			}
		}
	}
}
