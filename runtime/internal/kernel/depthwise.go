package kernel

// Depthwise computes, for each input channel c and j < Multiplier, with o = c·Multiplier+j,
//
//	out[n,y,x,o] = requant(bias[o] + Σ (in[n,·,·,c]−InZero)·(w[0,i,j,o]−WZero))
//
//	in   [N,H,W,C]                int8 or uint8
//	w    [1,Kh,Kw,C·Multiplier]   the same; one scale, or (int8) one a channel o
//	out  [N,Y,X,C·Multiplier]
//
// Rounding: Requant or Fixed.
type Depthwise[T int8 | uint8] struct {
	p          ConvParams[T]
	w          Window
	multiplier int
	bias       []int32
	packed     *packedDepthwise[T] // nil: the loops below
	acc        [][]int32           // per thread
	in, out    []T
	body       func(i, thread int)
}

// NewDepthwise prepares the kernel.
func NewDepthwise[T int8 | uint8](w Window, multiplier int, p ConvParams[T]) *Depthwise[T] {
	d := &Depthwise[T]{p: p, w: w, multiplier: multiplier, bias: make([]int32, w.C*multiplier)}
	copy(d.bias, p.Bias)
	if d.packed = newPackedDepthwise(w, multiplier, &d.p, d.bias); d.packed != nil {
		return d
	}
	for range p.Pool.Threads() {
		d.acc = append(d.acc, make([]int32, w.C*multiplier))
	}
	d.body = d.row
	return d
}

// PackedBytes returns the memory that weights in another form, and copies of inputs, take.
func (d *Depthwise[T]) PackedBytes() int64 {
	if d.packed == nil {
		return 0
	}
	return int64(d.packed.bytes())
}

// Run convolves in to out.
func (d *Depthwise[T]) Run(in, out []T) {
	if d.packed != nil {
		d.packed.run(in, out)
		return
	}
	d.in, d.out = in, out
	d.p.Pool.Run(d.w.N*d.w.Y, d.w.cost(d.multiplier, plainRate), d.body)
	d.in, d.out = nil, nil
}

func (d *Depthwise[T]) row(i, thread int) {
	w, o := &d.w, len(d.bias)
	n, y := i/w.Y, i%w.Y
	acc := d.acc[thread]
	for x := 0; x < w.X && !d.p.Pool.Stopped(); x++ {
		copy(acc, d.bias)
		d.pixel(acc, n, y*w.StrideH-w.PadTop, x*w.StrideW-w.PadLeft)
		d.p.Finish(d.out[(i*w.X+x)*o:][:o], acc, 0)
	}
}

// pixel adds to acc the taps of the output whose window starts at (y0, x0) of image n.
func (d *Depthwise[T]) pixel(acc []int32, n, y0, x0 int) {
	w, o := &d.w, len(acc)
	i0, i1 := span(y0, w.KernelH, w.DilationH, w.H)
	j0, j1 := span(x0, w.KernelW, w.DilationW, w.W)
	for i := i0; i < i1; i++ {
		for j := j0; j < j1; j++ {
			at := ((n*w.H+y0+i*w.DilationH)*w.W + x0 + j*w.DilationW) * w.C
			d.tap(acc, d.in[at:at+w.C], d.p.Weights[(i*w.KernelW+j)*o:][:o])
		}
	}
}

// tap adds one filter tap: acc[o] += (in[o/Multiplier]−InZero)·(w[o]−WZero).
func (d *Depthwise[T]) tap(acc []int32, in, w []T) {
	zero, wZero := d.p.InZero, d.p.WZero
	if d.multiplier == 1 {
		acc, w = acc[:len(in)], w[:len(in)]
		for c, v := range in {
			acc[c] += (int32(v) - zero) * (int32(w[c]) - wZero)
		}
		return
	}
	o := 0
	for _, v := range in {
		x := int32(v) - zero
		for range d.multiplier {
			acc[o] += x * (int32(w[o]) - wZero)
			o++
		}
	}
}
