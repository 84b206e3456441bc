package kernel

import "edged/runtime/internal/simd"

// packedDepthwise is a Depthwise by the loop of package simd, row by row.
type packedDepthwise[T int8 | uint8] struct {
	w     Window
	pool  *Pool
	loop  *simd.Depthwise
	calls []simd.DepthwiseCall // per thread
	rings []*ring[T]
	how   *split // of rows of outputs
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
	d.how = divide(p.Pool.Worth(d.cost), w.N*w.Y, 1, ringLines(&w, simd.ForTaps), 1)
	for i := range threads {
		loop.Reserve(&d.calls[i])
		d.rings = append(d.rings, newRing[T](&d.w, simd.ForTaps, p.InZero, d.how.most(), slots{taps: true, zeros: loop.Pieces() - w.KernelH*w.KernelW}))
	}
	d.body = d.rows
	return d
}

// bytes returns the memory that d keeps.
func (d *packedDepthwise[T]) bytes() int { return d.loop.PackedBytes() + ringBytes(d.rings) }

// run convolves in to out.
func (d *packedDepthwise[T]) run(in, out []T) {
	d.x, d.y = in, out
	for _, r := range d.rings {
		r.forget()
	}
	d.how.choose(d.pool, d.cost)
	d.pool.Run(d.how.count(), d.cost, d.body)
	d.x, d.y = nil, nil
}

// rows computes some rows of outputs, those of a picture together.
func (d *packedDepthwise[T]) rows(i, thread int) {
	w, r := &d.w, d.rings[thread]
	size := w.X * w.C
	for at, end := d.how.part(i); at < end && !d.pool.Stopped(); {
		n, y := at/w.Y, at%w.Y
		lines := min(end-at, w.Y-y)
		first := r.lines(d.x, n, y, lines)
		d.loop.Run(&d.calls[thread], simd.Band{
			Lines: lines, Pixels: w.X, In: &r.places, First: first, Out: raw(d.y[at*size : (at+lines)*size]), Step: w.StrideW * w.C * simd.ForTaps.Unit(),
		})
		at += lines
	}
}
