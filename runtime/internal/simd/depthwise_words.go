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

// pieces returns how many places a line has: the second of the last pair may be of zeros.
func (d *words) pieces() int {
	if d.loops.pairs {
		return 2 * d.steps()
	}
	return d.taps
}

// lines computes lines of pixels.
func (d *words) lines(c *DepthwiseCall, l Band) {
	if d.flat != nil && l.Step == d.c {
		var whole Band
		whole, l = l.beside(d.across, lanes, d.c)
		d.flat.band(c, whole)
	}
	d.band(c, l)
}

// band computes pixels as they are.
func (d *words) band(c *DepthwiseCall, l Band) {
	if l.Pixels < 1 {
		return
	}
	k := &c.call
	l.check(k, d.pieces(), d.c)
	k.zero, k.lo, k.hi, k.ends, k.groups = d.zero, d.lo, d.hi, d.ends, uint64(d.steps())
	if d.c < lanes {
		d.few(c, &l)
		return
	}
	run, apart := d.run, d.apart(&l)
	if apart > 0 {
		run = d.columns[apart-1]
	}
	for b := range d.blocks() {
		at := d.first(b)
		k.at, k.w = uint64(l.ahead+at), unsafe.Pointer(&d.w[b*d.depth()])
		if apart > 0 && d.bytes != nil {
			k.w = unsafe.Pointer(&d.bytes[b*12*lanes])
		}
		k.base, k.scale = unsafe.Pointer(&d.base[b*lanes]), unsafe.Pointer(&d.scale[b*lanes])
		for line := range l.Lines {
			k.taps, k.out = l.In.line(l.First+line, d.pieces()), unsafe.Pointer(&l.Out[line*l.across+at])
			run(k)
		}
	}
}

// apart returns how many columns are between pixels, if their 3×3 taps lie side by side and there is a loop for that; else 0.
func (d *words) apart(l *Band) int {
	if d.columns == nil || l.Step != d.c && l.Step != 2*d.c {
		return 0
	}
	for line := range l.Lines {
		at := l.In.at[(l.First+line)*d.pieces():]
		for i := 0; i < 9; i += 3 {
			if row := uintptr(at[i]); uintptr(at[i+1])-row != uintptr(d.c) || uintptr(at[i+2])-row != uintptr(2*d.c) {
				return 0
			}
		}
	}
	return l.Step / d.c
}

// few computes pixels of fewer channels than a loop has: as if they had all, as long as there is room for those, since what is written
// behind a pixel's end is overwritten by the next; then one by one.
func (d *words) few(c *DepthwiseCall, l *Band) {
	k := &c.call
	k.w, k.base, k.scale = unsafe.Pointer(&d.w[0]), unsafe.Pointer(&d.base[0]), unsafe.Pointer(&d.scale[0])
	n := d.roomy(l)
	for i := range c.taps {
		c.taps[i] = unsafe.Pointer(&c.one[i*lanes])
	}
	for line := range l.Lines {
		out := l.Out[line*l.across:]
		if n > 0 {
			k.taps, k.at, k.pixels, k.out = l.In.line(l.First+line, d.pieces()), uint64(l.ahead), uint64(n), unsafe.Pointer(&out[0])
			d.run(k)
		}
		k.taps, k.at, k.pixels, k.out = unsafe.Pointer(&c.taps[0]), 0, 1, unsafe.Pointer(&c.bytes)
		for x := n; x < l.Pixels; x++ {
			d.pixel(c, l, line, x)
			d.run(k)
			copy(out[x*d.c:], c.bytes[:d.c])
		}
	}
}

// pixel copies what a pixel sees.
func (d *words) pixel(c *DepthwiseCall, l *Band, line, x int) {
	for i := range d.taps {
		in := unsafe.Slice((*byte)(l.In.at[(l.First+line)*d.pieces()+i]), l.In.behind)
		copy(c.one[i*lanes:], in[l.ahead+x*l.Step:][:d.c])
	}
}

// roomy returns how many pixels of each of l's lines have room for 16 channels, in and out.
func (d *words) roomy(l *Band) int {
	n, room := l.Pixels-(lanes-1)/d.c, l.In.behind-l.ahead-lanes
	if room < 0 {
		return 0
	}
	if l.Step > 0 {
		n = min(n, room/l.Step+1)
	}
	return max(0, n)
}
