package kernel

// HybridConv2D is GroupedConv2D of float activations with int8 weights: each image is quantized as a whole.
//
//	in [N,H,W,C] float32, w [O,Kh,Kw,C/groups] int8, bias [O] float32 or nil, out [N,Y,X,O] float32
//
// Padding counts as the zero point. Source: XNNPACK, the qd8-f32-qc8w convolution; TFLite, HybridConv and
// HybridConvPerChannel.
type HybridConv2D struct {
	p           HybridParams
	w           Window
	groups, o   int
	scale       []float32
	sums        []int32
	image       []int8
	patch, part [][]int8 // per thread: what a pixel sees, and one group's share of it
	acc         [][]int32
	run         hybridRun
	body        func(i, thread int)
}

// hybridRun is what of a layer changes from image to image.
type hybridRun struct {
	out, bias []float32
	scale     float32
	zero      int32
}

// NewHybridConv2D prepares the kernel for o output channels.
func NewHybridConv2D(w Window, groups, o int, p HybridParams) *HybridConv2D {
	k := w.KernelH * w.KernelW * w.C
	c := &HybridConv2D{p: p, w: w, groups: groups, o: o, scale: p.scales(o), image: make([]int8, w.H*w.W*w.C)}
	c.sums = rowSums(p.Weights, k/groups)
	c.w.N = 1 // image by image
	for range p.Pool.Threads() {
		c.patch, c.part = append(c.patch, make([]int8, k)), append(c.part, make([]int8, k/groups))
		c.acc = append(c.acc, make([]int32, o))
	}
	c.body = c.row
	return c
}

// Run convolves in to out.
func (c *HybridConv2D) Run(out, in, bias []float32) {
	size := len(c.image)
	for n := range len(in) / size {
		each := c.w.Y * c.w.X * c.o
		c.run = hybridRun{out: out[n*each : (n+1)*each], bias: bias}
		c.run.scale, c.run.zero = c.p.Range(c.image, in[n*size:(n+1)*size])
		c.p.Pool.Run(c.w.Y, c.w.cost(c.o/c.groups, plainRate), c.body)
	}
	c.run = hybridRun{}
}

func (c *HybridConv2D) row(y, thread int) {
	patch, acc := c.patch[thread], c.acc[thread]
	for x := 0; x < c.w.X && !c.p.Pool.Stopped(); x++ {
		gather(&c.w, patch, c.image, 0, y, x, int8(c.run.zero))
		if c.groups == 1 {
			matVec(acc, patch, c.p.Weights)
		} else {
			c.grouped(acc, patch, c.part[thread])
		}
		c.p.dequantize(c.run.out[(y*c.w.X+x)*c.o:][:c.o], acc, c.sums, c.run.zero, c.run.scale, c.scale, c.run.bias)
	}
}

func (c *HybridConv2D) grouped(acc []int32, patch, part []int8) {
	each, size, k := c.w.C/c.groups, c.o/c.groups, len(part)
	for g := range c.groups {
		groupPart(part, patch, c.w.C, g*each, each)
		matVec(acc[g*size:(g+1)*size], part, c.p.Weights[g*size*k:(g+1)*size*k])
	}
}

// HybridDepthwise is Depthwise of float activations with int8 weights, by TFLite's own kernel: XNNPACK does not take it.
//
//	in [N,H,W,C] float32, w [1,Kh,Kw,C·Multiplier] int8, bias [C·Multiplier] float32 or nil, out [N,Y,X,C·Multiplier]
//
// Source: TFLite, depthwise_conv.cc (EvalHybridPerChannel), DepthwiseConvHybridPerChannel.
type HybridDepthwise struct {
	p     HybridParams
	d     Depthwise[int8] // its taps
	scale []float32
	image []int8
	none  []int32 // of sums: the taps subtract the zero point
	run   hybridRun
	body  func(i, thread int)
}

// NewHybridDepthwise prepares the kernel.
func NewHybridDepthwise(w Window, multiplier int, p HybridParams) *HybridDepthwise {
	o := w.C * multiplier
	h := &HybridDepthwise{p: p, scale: p.scales(o), image: make([]int8, w.H*w.W*w.C), none: make([]int32, o)}
	w.N = 1
	h.d = *NewDepthwise(w, multiplier, ConvParams[int8]{Weights: p.Weights, Pool: p.Pool})
	h.body = h.row
	return h
}

// Run convolves in to out.
func (h *HybridDepthwise) Run(out, in, bias []float32) {
	size, each := len(h.image), h.d.w.Y*h.d.w.X*len(h.none)
	for n := range len(in) / size {
		h.run = hybridRun{out: out[n*each : (n+1)*each], bias: bias}
		h.run.scale, h.run.zero = h.p.Range(h.image, in[n*size:(n+1)*size])
		h.d.p.InZero = h.run.zero
		h.d.in = h.image
		h.p.Pool.Run(h.d.w.Y, h.d.w.cost(h.d.multiplier, plainRate), h.body)
	}
	h.run = hybridRun{}
}

func (h *HybridDepthwise) row(y, thread int) {
	w, o := &h.d.w, len(h.none)
	acc := h.d.acc[thread]
	y0 := y*w.StrideH - w.PadTop
	for x := 0; x < w.X && !h.p.Pool.Stopped(); x++ {
		fill(acc, 0)
		h.d.pixel(acc, 0, y0, x*w.StrideW-w.PadLeft)
		h.p.dequantize(h.run.out[(y*w.X+x)*o:][:o], acc, h.none, 0, h.run.scale, h.scale, h.run.bias)
	}
}

// HybridTransposeConv is TransposeConv of float activations with int8 weights; each image is quantized as a whole.
//
//	in [N,H,W,C] float32, w [O,Kh,Kw,C] int8, bias [O] float32 or nil, out [N,Y,X,O] float32
type HybridTransposeConv struct {
	p      HybridParams
	t      *TransposeConv[int8, int8, int32]
	scale  []float32
	image  []int8
	none   []int32 // of sums: the zero point is taken off each input
	run    hybridRun
	finish func(pixel int, acc []int32)
}

// NewHybridTransposeConv prepares the kernel for o output channels.
func NewHybridTransposeConv(w Window, o int, p HybridParams) *HybridTransposeConv {
	w.N = 1
	h := &HybridTransposeConv{p: p, scale: p.scales(o), image: make([]int8, w.H*w.W*w.C), none: make([]int32, o)}
	h.t = NewTransposeConv[int8, int8, int32](w, o, p.Weights, p.Pool)
	h.finish = func(pixel int, acc []int32) {
		h.p.dequantize(h.run.out[pixel*o:][:o], acc, h.none, 0, h.run.scale, h.scale, h.run.bias)
	}
	return h
}

// Run spreads in over out.
func (h *HybridTransposeConv) Run(out, in, bias []float32) {
	size, each := len(h.image), h.t.w.Y*h.t.w.X*len(h.none)
	for n := range len(in) / size {
		h.run = hybridRun{out: out[n*each : (n+1)*each], bias: bias}
		h.run.scale, h.run.zero = h.p.Range(h.image, in[n*size:(n+1)*size])
		h.t.Run(h.image, h.run.zero, nil, h.finish)
	}
	h.run = hybridRun{}
}
