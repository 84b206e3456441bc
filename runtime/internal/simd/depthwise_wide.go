package simd

import "unsafe"

// pairs is a Depthwise of inputs of 16 bits, two taps at a step, in blocks of 16 channels. The last block overlaps the one before
// it, so that each is whole; fewer than 16 channels go one pixel after the other, or side by side.
type pairs struct {
	c, taps int
	loops   *taps

	flat   *pairs // of pixels side by side, as if they were channels
	across int    // how many those are

	w     []int16   // [blocks][pairs][16][2], channels as paired says
	base  []int32   // [blocks][16], the same
	scale []float32 // the same

	zero   int32
	lo, hi float32
}

// paired returns where a channel of a block is among its sums.
func paired(c int) int { return [...]int{0, 8, 4, 12}[c/4] + c%4 }

func newPairs[T int8 | uint8](t Taps[T], loops *taps) *pairs {
	d := &pairs{c: t.C, taps: t.Taps, loops: loops, zero: t.Zero, lo: t.Lo, hi: t.Hi}
	n := d.blocks() * lanes
	d.w, d.base, d.scale = make([]int16, n*d.steps()*2), make([]int32, n), make([]float32, n)
	for b := range d.blocks() {
		for i := range min(lanes, t.C) {
			packPair(d, &t, b, i)
		}
	}
	if t.C < lanes && lanes%t.C == 0 {
		d.across = lanes / t.C
		d.flat = newPairs(t.beside(d.across), loops)
	}
	return d
}

// packPair lays out what belongs to channel i of block b.
func packPair[T int8 | uint8](d *pairs, t *Taps[T], b, i int) {
	c, at := d.first(b)+i, b*lanes+paired(i)
	d.base[at], d.scale[at] = t.Bias[c], t.Scale[c%len(t.Scale)]
	for k := range t.Taps {
		v := int32(t.Weights[k*t.C+c]) - t.WZero
		d.base[at] -= t.InZero * v
		d.w[((b*d.steps()+k/2)*lanes+paired(i))*2+k%2] = int16(v)
	}
}

func (d *pairs) blocks() int { return (d.c + lanes - 1) / lanes }

// first returns the first channel of a block.
func (d *pairs) first(b int) int { return max(0, min(b*lanes, d.c-lanes)) }

// steps returns how many pairs of taps there are.
func (d *pairs) steps() int { return (d.taps + 1) / 2 }

func (d *pairs) packedBytes() int {
	n := 2*len(d.w) + 4*len(d.base) + 4*len(d.scale)
	if d.flat != nil {
		n += d.flat.packedBytes()
	}
	return n
}

// reserve makes room in c.
func (d *pairs) reserve(c *DepthwiseCall) {
	c.begin = make([]unsafe.Pointer, 0, 2*d.steps())
	if d.c < lanes {
		c.zeros = make([]byte, d.taps*2*lanes)
	}
}

// line computes a row of pixels.
func (d *pairs) line(c *DepthwiseCall, l Line) {
	whole := 0
	if d.flat != nil && l.Step == 2*d.c {
		whole = l.Pixels / d.across
		d.flat.row(c, Line{Pixels: whole, In: l.In, Out: l.Out, Step: 2 * lanes})
		whole *= d.across
		l.Pixels, l.Out, c.ahead = l.Pixels-whole, l.Out[whole*d.c:], whole*l.Step
	}
	d.row(c, l)
	c.ahead = 0
}

// row computes a row of pixels as they are.
func (d *pairs) row(c *DepthwiseCall, l Line) {
	switch {
	case l.Pixels < 1:
	case d.c < lanes:
		d.few(c, &l)
	default:
		d.begin(c, &l)
		d.wholes(c, l.Out)
	}
}

// begin checks l, and tells c what is the same for all channels.
func (d *pairs) begin(c *DepthwiseCall, l *Line) {
	if len(l.In) != d.taps || len(l.Out) < l.Pixels*d.c {
		panic("simd: line out of range")
	}
	c.begin = c.begin[:0]
	for _, in := range l.In {
		if len(in) < c.ahead+(l.Pixels-1)*l.Step+2*d.c {
			panic("simd: tap out of range")
		}
		c.begin = append(c.begin, unsafe.Pointer(unsafe.SliceData(in)))
	}
	if d.taps%2 != 0 {
		c.begin = append(c.begin, c.begin[0]) // its weight is 0
	}
	k := &c.call
	k.taps, k.step, k.ldo, k.pixels, k.groups = unsafe.Pointer(unsafe.SliceData(c.begin)), uint64(l.Step), uint64(d.c), uint64(l.Pixels), uint64(d.steps())
	k.zero, k.lo, k.hi = d.zero, d.lo, d.hi
}

// wholes computes all blocks.
func (d *pairs) wholes(c *DepthwiseCall, out []byte) {
	k := &c.call
	for b := 0; b < d.blocks(); b++ {
		at := d.first(b)
		k.at, k.out = uint64(c.ahead+2*at), unsafe.Pointer(&out[at])
		k.w = unsafe.Pointer(&d.w[b*d.steps()*lanes*2])
		k.base, k.scale = unsafe.Pointer(&d.base[b*lanes]), unsafe.Pointer(&d.scale[b*lanes])
		if at+2*lanes <= d.c {
			d.loops.twice(k)
			b++
		} else {
			d.loops.pairs(k)
		}
	}
}

// few computes pixels of few channels, each beside its place.
func (d *pairs) few(c *DepthwiseCall, l *Line) {
	d.begin(c, l)
	k := &c.call
	for i := range c.begin {
		c.begin[i] = unsafe.Pointer(&c.zeros[i%d.taps*2*lanes])
	}
	k.at, k.pixels, k.out = 0, 1, unsafe.Pointer(&c.few)
	k.w, k.base, k.scale = unsafe.Pointer(&d.w[0]), unsafe.Pointer(&d.base[0]), unsafe.Pointer(&d.scale[0])
	for x := range l.Pixels {
		for i, in := range l.In {
			copy(c.zeros[i*2*lanes:], in[c.ahead+x*l.Step:][:2*d.c])
		}
		d.loops.pairs(k)
		copy(l.Out[x*d.c:], c.few[:d.c])
	}
}
