package simd

import "unsafe"

// words is a Depthwise by loops that make words of bytes as they read them, 16 channels at a time; weights are words less their
// zero point. The last block overlaps the one before it, so that each is whole; fewer than 16 channels go side by side, or one
// pixel after the other.
type words struct {
	c, taps int
	loops   *wordTaps
	run     func(*depthwiseCall)
	columns *[2]func(*depthwiseCall) // for 3×3 taps side by side; nil if there are none

	flat   *words // of pixels side by side, as if they were channels
	across int    // how many those are

	w     []int16   // [blocks][taps][16], or pairs of taps: [blocks][steps][16][2]
	bytes []int8    // the same for columns, but of pairs: [blocks][3][16][4], by columns of the kernel, of which the fourth row is 0
	base  []int32   // [blocks][16]
	scale []float32 // the same

	zero   int32
	lo, hi float32
	ends   ends
}

// wordTaps are loops over words of one kind of bytes: for any taps, and for nine; and for 3×3 taps that lie side by side, and pixels
// one or two columns apart.
type wordTaps struct {
	any, nine func(*depthwiseCall)
	columns   *[2]func(*depthwiseCall) // nil if there are none
	pairs     bool                     // two taps at a step; else columns are of bytes
}

func newWords[T int8 | uint8](t Taps[T], loops *wordTaps) *words {
	d := &words{c: t.C, taps: t.Taps, loops: loops, run: loops.any, zero: t.Zero, lo: t.Lo, hi: t.Hi, ends: endsOf(sign[T]() == 1, t.Scale, t.Zero, t.Lo, t.Hi)}
	if t.Taps == 9 {
		d.run = loops.nine
	}
	n := d.blocks() * lanes
	if t.Taps == 9 && t.C >= lanes {
		d.columns = loops.columns
	}
	if d.columns != nil && !loops.pairs {
		d.bytes = make([]int8, n*12)
	}
	d.w, d.base, d.scale = make([]int16, d.blocks()*d.depth()), make([]int32, n), make([]float32, n)
	for b := range d.blocks() {
		for i := range min(lanes, t.C) {
			packWord(d, &t, b, i)
		}
	}
	if t.C < lanes && lanes%t.C == 0 {
		d.across = lanes / t.C
		d.flat = newWords(t.beside(d.across), loops)
	}
	return d
}

// packWord lays out what belongs to channel i of block b.
func packWord[T int8 | uint8](d *words, t *Taps[T], b, i int) {
	c, at := d.first(b)+i, b*lanes+i
	d.base[at], d.scale[at] = t.Bias[c], t.Scale[c%len(t.Scale)]
	for k := range t.Taps {
		v := int32(t.Weights[k*t.C+c]) - t.WZero
		d.base[at] -= t.InZero * v
		d.w[b*d.depth()+d.place(k, i)] = int16(v)
		if d.bytes != nil {
			d.bytes[((b*3+k%3)*lanes+i)*4+k/3] = int8(v)
		}
	}
}

// place returns where a block has the weight of tap k, channel i.
func (d *words) place(k, i int) int {
	if !d.loops.pairs {
		return k*lanes + i
	}
	step, second := k/2, k%2
	if d.taps == 9 {
		step, second = ninth[k][0], ninth[k][1]
	}
	return (step*lanes+i)*2 + second
}

// ninth says which pair each of 3×3 taps is in, and which of its two it is: see gen/avx2depthwise.go.
var ninth = [9][2]int{{0, 0}, {1, 0}, {2, 0}, {0, 1}, {1, 1}, {2, 1}, {3, 0}, {4, 0}, {4, 1}}

// steps returns how many taps, or pairs of them, the loops see.
func (d *words) steps() int {
	if d.loops.pairs {
		return (d.taps + 1) / 2
	}
	return d.taps
}

// depth returns how many weights a block has.
func (d *words) depth() int {
	if d.loops.pairs {
		return d.steps() * lanes * 2
	}
	return d.steps() * lanes
}

func (d *words) blocks() int { return (d.c + lanes - 1) / lanes }

// first returns the first channel of a block.
func (d *words) first(b int) int { return max(0, min(b*lanes, d.c-lanes)) }

func (d *words) packedBytes() int {
	n := 2*len(d.w) + len(d.bytes) + 4*len(d.base) + 4*len(d.scale)
	if d.flat != nil {
		n += d.flat.packedBytes()
	}
	return n
}

// reserve makes room in c.
func (d *words) reserve(c *DepthwiseCall) {
	c.begin = make([]unsafe.Pointer, 0, d.taps+1)
	if d.c < lanes {
		c.zeros = make([]byte, d.taps*lanes)
	}
}

// line computes a row of pixels.
func (d *words) line(c *DepthwiseCall, l Line) {
	if d.flat != nil && l.Step == d.c {
		whole := l.Pixels / d.across
		d.flat.row(c, Line{Pixels: whole, In: l.In, Out: l.Out, Step: lanes})
		l.Pixels, l.Out, c.ahead = l.Pixels-whole*d.across, l.Out[whole*lanes:], whole*lanes
	}
	d.row(c, l)
	c.ahead = 0
}

// row computes a row of pixels as they are.
func (d *words) row(c *DepthwiseCall, l Line) {
	if l.Pixels < 1 {
		return
	}
	d.begin(c, &l)
	if d.c < lanes {
		d.few(c, &l)
		return
	}
	k, run, apart := &c.call, d.run, d.apart(c, &l)
	if apart > 0 {
		run = d.columns[apart-1]
	}
	for b := range d.blocks() {
		at := d.first(b)
		k.at, k.out = uint64(c.ahead+at), unsafe.Pointer(&l.Out[at])
		k.w = unsafe.Pointer(&d.w[b*d.depth()])
		if apart > 0 && d.bytes != nil {
			k.w = unsafe.Pointer(&d.bytes[b*12*lanes])
		}
		k.base, k.scale = unsafe.Pointer(&d.base[b*lanes]), unsafe.Pointer(&d.scale[b*lanes])
		run(k)
	}
}

// apart returns how many columns are between pixels, if their 3×3 taps lie side by side and there is a loop for that; else 0.
func (d *words) apart(c *DepthwiseCall, l *Line) int {
	if d.columns == nil || l.Step != d.c && l.Step != 2*d.c {
		return 0
	}
	for i := 0; i < 9; i += 3 {
		if at := uintptr(c.begin[i]); uintptr(c.begin[i+1])-at != uintptr(d.c) || uintptr(c.begin[i+2])-at != uintptr(2*d.c) {
			return 0
		}
	}
	return l.Step / d.c
}

// begin checks l, and tells c what is the same for all channels.
func (d *words) begin(c *DepthwiseCall, l *Line) {
	if len(l.In) != d.taps || len(l.Out) < l.Pixels*d.c {
		panic("simd: line out of range")
	}
	c.begin = c.begin[:0]
	for _, in := range l.In {
		if len(in) < c.ahead+(l.Pixels-1)*l.Step+d.c {
			panic("simd: tap out of range")
		}
		c.begin = append(c.begin, unsafe.Pointer(unsafe.SliceData(in)))
	}
	if d.loops.pairs && d.taps%2 != 0 {
		c.begin = append(c.begin, c.begin[0]) // its weight is 0
	}
	k := &c.call
	k.taps, k.step, k.ldo, k.pixels, k.groups = unsafe.Pointer(unsafe.SliceData(c.begin)), uint64(l.Step), uint64(d.c), uint64(l.Pixels), uint64(d.steps())
	k.zero, k.lo, k.hi, k.ends = d.zero, d.lo, d.hi, d.ends
}

// few computes pixels of fewer channels than a loop has: as if they had all, as long as there is room for those, since what is written
// behind a pixel's end is overwritten by the next; then one by one.
func (d *words) few(c *DepthwiseCall, l *Line) {
	k := &c.call
	k.w, k.base, k.scale = unsafe.Pointer(&d.w[0]), unsafe.Pointer(&d.base[0]), unsafe.Pointer(&d.scale[0])
	n := d.roomy(c, l)
	if n > 0 {
		k.at, k.pixels, k.out = uint64(c.ahead), uint64(n), unsafe.Pointer(&l.Out[0])
		d.run(k)
	}
	for i := range c.begin {
		c.begin[i] = unsafe.Pointer(&c.zeros[i%d.taps*lanes])
	}
	k.at, k.pixels, k.out = 0, 1, unsafe.Pointer(&c.few)
	for x := n; x < l.Pixels; x++ {
		for i, in := range l.In {
			copy(c.zeros[i*lanes:], in[c.ahead+x*l.Step:][:d.c])
		}
		d.run(k)
		copy(l.Out[x*d.c:], c.few[:d.c])
	}
}

// roomy returns how many of l's pixels have room for 16 channels, in and out.
func (d *words) roomy(c *DepthwiseCall, l *Line) int {
	n := l.Pixels - (lanes-1)/d.c
	for _, in := range l.In {
		room := len(in) - c.ahead - lanes
		if room < 0 {
			return 0
		}
		if l.Step > 0 {
			n = min(n, room/l.Step+1)
		}
	}
	return max(0, n)
}
