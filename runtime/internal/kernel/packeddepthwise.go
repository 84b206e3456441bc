package kernel

import "edged/runtime/internal/simd"

// packedDepthwise is a Depthwise by the loop of package simd, row by row.
type packedDepthwise[T int8 | uint8] struct {
	w     Window
	pool  *Pool
	loop  *simd.Depthwise
	calls []simd.DepthwiseCall // per thread
	rings []*ring[T]
	in    [][][]byte
	how   division // of rows of outputs
	cost  Cost
	x, y  []T // inputs and outputs of this Run
	body  func(i, thread int)
}

// newPackedDepthwise returns nil where package simd has no loop for it.
func newPackedDepthwise[T int8 | uint8](w Window, multiplier int, p *ConvParams[T], bias []int32) *packedDepthwise[T] {
	if multiplier != 1 || p.Fixed != nil || len(p.Req.Scale) == 0 { // who rounds otherwise, or adds up the taps himself
		return nil
	}
	loop := simd.NewDepthwise(simd.Taps[T]{C: w.C, Taps: w.KernelH * w.KernelW, Weights: p.Weights, InZero: p.InZero, WZero: p.WZero,
		Bias: bias, Scale: p.Req.Scale, Zero: p.Req.Zero, Lo: p.Req.lo, Hi: p.Req.hi})
	if loop == nil {
		return nil
	}
	threads := p.Pool.Threads()
	if !fits(&w, simd.ForTaps, threads) {
		return nil
	}
	d := &packedDepthwise[T]{w: w, pool: p.Pool, loop: loop, calls: make([]simd.DepthwiseCall, threads), cost: w.cost(1, tapRate)}
	d.how = divide(p.Pool.Worth(d.cost), w.N*w.Y, 1, 8, 1)
	for i := range threads {
		loop.Reserve(&d.calls[i], w.X, d.step())
		d.rings, d.in = append(d.rings, newRing[T](&d.w, simd.ForTaps, p.InZero)), append(d.in, make([][]byte, 0, w.KernelH*w.KernelW))
	}
	d.body = d.rows
	return d
}

// step returns how many bytes a tap's inputs are from one pixel to the next.
func (d *packedDepthwise[T]) step() int { return d.w.StrideW * d.w.C * simd.ForTaps.Unit() }

// bytes returns the memory that d keeps.
func (d *packedDepthwise[T]) bytes() int { return d.loop.PackedBytes() + ringBytes(d.rings) }

// run convolves in to out.
func (d *packedDepthwise[T]) run(in, out []T) {
	d.x, d.y = in, out
	for _, r := range d.rings {
		r.forget()
	}
	d.pool.Run(d.how.count(), d.cost, d.body)
	d.x, d.y = nil, nil
}

// rows computes some rows of outputs.
func (d *packedDepthwise[T]) rows(i, thread int) {
	w := &d.w
	size := w.X * w.C
	from, to := d.how.part(i)
	for at := from; at < to && !d.pool.Stopped(); at++ {
		d.loop.Run(&d.calls[thread], simd.Line{
			Pixels: w.X, In: d.rings[thread].taps(d.in[thread][:0], d.x, at/w.Y, at%w.Y), Out: raw(d.y[at*size : (at+1)*size]), Step: d.step(),
		})
	}
}
