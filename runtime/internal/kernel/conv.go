package kernel

import "edged/runtime/internal/simd"

// ConvParams are what a quantized convolution or fully connected layer is made of. XNNPACK's rule, Req, makes outputs of
// sums, or TFLite's, Fixed, where it is given.
type ConvParams[T int8 | uint8] struct {
	Weights []T     // conv and fully connected: [O,Kh,Kw,C]; depthwise: [1,Kh,Kw,C·M]
	Bias    []int32 // [O], or nil
	InZero  int32
	WZero   int32 // 0 for int8
	Req     Requant
	Fixed   *Fixed
	Pool    *Pool
}

// Finish makes outputs of the sums of channels c0 … c0+len(out).
func (p *ConvParams[T]) Finish(out []T, acc []int32, c0 int) {
	if p.Fixed != nil {
		FixedRow(p.Fixed, out, acc, c0)
		return
	}
	Row(&p.Req, out, acc, c0)
}

// Conv2D computes out[n,y,x,o] = requant(bias[o] + Σ (in[n,·,·,c]−InZero)·(w[o,i,j,c]−WZero)).
//
//	in   [N,H,W,C]     int8 or uint8
//	w    [O,Kh,Kw,C]   the same; one scale, or (int8) one a channel o
//	out  [N,Y,X,O]
//
// Padding counts as InZero, so it adds nothing. Rounding: Requant or Fixed.
type Conv2D[T int8 | uint8] struct {
	p      ConvParams[T]
	w      Window
	o, k   int
	base   []int32        // bias[o] − InZero·Σw + k·InZero·WZero
	packed *packedConv[T] // nil: the loops below
	patch  [][]T          // per thread
	acc    [][]int32      // per thread
	direct bool           // one tap, no padding: a pixel is its own patch
	in     []T
	out    []T
	body   func(i, thread int)
}

// NewConv2D prepares the kernel for o output channels.
func NewConv2D[T int8 | uint8](w Window, o int, p ConvParams[T]) *Conv2D[T] {
	c := &Conv2D[T]{p: p, w: w, o: o, k: w.KernelH * w.KernelW * w.C}
	c.base = make([]int32, o)
	p.foldZero(c.base, c.k)
	if c.packed = newPackedConv(w, &c.p, c.base); c.packed != nil {
		return c
	}
	c.direct = w.KernelH == 1 && w.KernelW == 1 && w.PadTop == 0 && w.PadLeft == 0
	for range p.Pool.Threads() {
		c.patch = append(c.patch, make([]T, c.k))
		c.acc = append(c.acc, make([]int32, o))
	}
	c.body = c.row
	return c
}

// foldZero sets base to each channel's accumulator for an input of all zero bytes' worth of offset: what the zero points
// and the bias contribute whatever the input is. A channel has k weights.
func (p *ConvParams[T]) foldZero(base []int32, k int) {
	clear(base)
	copy(base, p.Bias)
	for i := range base {
		base[i] += int32(k)*p.InZero*p.WZero - p.InZero*sum(p.Weights[i*k:(i+1)*k])
	}
}

// PackedBytes returns the memory that weights in another form, and copies of inputs, take.
func (c *Conv2D[T]) PackedBytes() int64 {
	if c.packed == nil {
		return 0
	}
	return int64(c.packed.bytes())
}

// Run convolves in to out.
func (c *Conv2D[T]) Run(in, out []T) {
	if c.packed != nil {
		c.packed.run(in, out)
		return
	}
	c.in, c.out = in, out
	c.p.Pool.Run(c.w.N*c.w.Y, c.w.cost(c.o, plainRate), c.body)
	c.in, c.out = nil, nil
}

func (c *Conv2D[T]) row(i, thread int) {
	n, y := i/c.w.Y, i%c.w.Y
	patch, acc := c.patch[thread], c.acc[thread]
	for x := 0; x < c.w.X && !c.p.Pool.Stopped(); x++ {
		if c.direct {
			at := ((n*c.w.H+y*c.w.StrideH)*c.w.W + x*c.w.StrideW) * c.w.C
			patch = c.in[at : at+c.w.C]
		} else {
			gather(&c.w, patch, c.in, n, y, x, T(c.p.InZero))
		}
		c.p.pixel(c.out[(i*c.w.X+x)*c.o:][:c.o], acc, patch, c.p.Weights, c.base, 0)
	}
}

// pixel computes the outputs of channels c0 … c0+len(out) from one patch.
func (p *ConvParams[T]) pixel(out []T, acc []int32, patch, weights []T, base []int32, c0 int) {
	matVec(acc, patch, weights)
	var offset int32
	if p.WZero != 0 {
		offset = -p.WZero * sum(patch)
	}
	for o, b := range base {
		acc[o] += b + offset
	}
	p.Finish(out, acc, c0)
}

// FullyConnected computes out[n,o] = requant(bias[o] + Σ (in[n,i]−InZero)·(w[o,i]−WZero)).
//
//	in [N,K], w [O,K], out [N,O]   int8 or uint8
//
// Rounding: Requant or Fixed.
type FullyConnected[T int8 | uint8] struct {
	p       ConvParams[T]
	n, k, o int
	base    []int32
	packed  *packed[T]  // nil: the loops below
	how     *split      // of its panels
	places  simd.Places // of packed: the inputs, or longer rows with them
	longer  []byte      // these rows, such as package simd's loops want them; nil if inputs are as long
	reach   int         // bytes of a row
	row     *simd.Row   // does all, where there is one and one thread takes it; or nil
	acc     [][]int32
	in, out []T
	body    func(i, thread int)
}

// fcBlock is how many output channels one thread takes at a time.
const fcBlock = 64

// NewFullyConnected prepares the kernel for n rows of k inputs and o outputs. Where p has no weights, Weigh gives them.
func NewFullyConnected[T int8 | uint8](n, k, o int, p ConvParams[T]) *FullyConnected[T] {
	f := &FullyConnected[T]{p: p, n: n, k: k, o: o, base: make([]int32, o)}
	if p.Weights != nil {
		f.Weigh(p.Weights)
		f.packed = newPacked(&f.p, f.base, k, 1)
	}
	if f.packed != nil {
		if f.reach = f.packed.gemm.Reach(true); f.reach != k {
			f.longer = make([]byte, n*f.reach)
		}
		f.packed.most(1, n, f.reach, f.longer != nil)
		f.places = simd.NewPlaces(1)
		f.how = divide(p.Pool.Worth(f.cost()), 1, 1, 1, f.packed.gemm.Panels())
		f.body = f.panels
		if n == 1 && f.longer == nil && f.p.Fixed == nil && p.Pool.Worth(f.cost()) == 1 {
			f.row = f.packed.gemm.NewRow()
		}
		return f
	}
	for range p.Pool.Threads() {
		f.acc = append(f.acc, make([]int32, min(o, fcBlock)))
	}
	f.body = f.block
	return f
}

// Weigh sets the weights, before each Run where New had none.
func (f *FullyConnected[T]) Weigh(w []T) {
	f.p.Weights = w
	f.p.foldZero(f.base, f.k)
}

// PackedBytes returns the memory that weights in another form, and copies of inputs, take.
func (f *FullyConnected[T]) PackedBytes() int64 {
	if f.packed == nil {
		return 0
	}
	return int64(f.packed.bytes() + f.n*f.packed.gemm.Reach(true))
}

// Run computes out from in.
func (f *FullyConnected[T]) Run(in, out []T) {
	if f.row != nil {
		f.row.Run(raw(out), raw(in))
		return
	}
	f.in, f.out = in, out
	n := f.n * f.blocks()
	if f.packed != nil {
		f.lengthen()
		f.how.choose(f.p.Pool, f.cost())
		n = f.how.count()
	}
	if n == 1 && f.packed != nil { // many layers are so small that what is around them counts
		f.packed.run(0, out, f.matrix(), 0, f.how.panels)
	} else {
		f.p.Pool.Run(n, f.cost(), f.body)
	}
	f.in, f.out = nil, nil
}

func (f *FullyConnected[T]) cost() Cost {
	rate := int64(plainRate)
	if f.packed != nil {
		rate = dotRate
	}
	return productCost(f.n, f.k, f.o, rate)
}

// lengthen makes the inputs' rows as long as package simd's loops read.
func (f *FullyConnected[T]) lengthen() {
	f.places.Clear()
	if f.longer == nil {
		f.places.Add(raw(f.in))
		return
	}
	for n := range f.n {
		simd.Prepare[T](simd.ForGemm, f.longer[n*f.reach:], raw(f.in[n*f.k:(n+1)*f.k]))
	}
	f.places.Add(f.longer)
}

// panels computes some panels of output channels of all rows.
func (f *FullyConnected[T]) panels(i, thread int) {
	from, to := f.how.group(i)
	f.packed.run(thread, f.out, f.matrix(), from, to)
}

func (f *FullyConnected[T]) matrix() simd.Matrix {
	return simd.Matrix{Lines: 1, Rows: f.n, In: &f.places, InStride: f.reach, Ready: f.longer != nil}
}

func (f *FullyConnected[T]) blocks() int { return (f.o + fcBlock - 1) / fcBlock }

func (f *FullyConnected[T]) block(i, thread int) {
	n, from := i/f.blocks(), i%f.blocks()*fcBlock
	to := min(from+fcBlock, f.o)
	acc := f.acc[thread][:to-from]
	f.p.pixel(f.out[n*f.o+from:n*f.o+to], acc, f.in[n*f.k:(n+1)*f.k], f.p.Weights[from*f.k:to*f.k], f.base[from:to], from)
}
