package simd

import (
	"slices"
	"unsafe"
)

// Taps says what a Depthwise computes: for each channel c,
//
//	sum[c] = Bias[c] + Σ_t (in[t,c]−InZero)·(w[t,c]−WZero)
//	out[c] = Zero + rint(clamp(float32(sum)·Scale[c], Lo, Hi))     XNNPACK's rule: kernel.Requant
type Taps[T int8 | uint8] struct {
	C, Taps       int
	Weights       []T // [Taps,C]
	InZero, WZero int32
	Bias          []int32 // [C]

	Scale  []float32 // one, or [C]
	Zero   int32
	Lo, Hi float32
}

// Depthwise is a depthwise convolution of bytes with packed weights. It has no state of its own: several threads may use it
// at once, each with its DepthwiseCall.
type Depthwise struct {
	c, taps int
	offset  int32 // of the weights' zero point from that of the packed ones
	run     func(*depthwiseCall)
	words   *words // does all, where the path's loops are of words

	flat   *Depthwise // of pixels side by side, as if they were channels, if few channels would leave most of a loop's lanes empty
	across int        // how many those are

	w      []byte    // [channels/64][groups][256]: see gen/depthwise.go
	base   []int32   // [channels], in the order of the loop's sums
	scale  []float32 // the same
	zero   int32
	lo, hi float32
	signed bool
}

// block64 are the channels that a loop computes at once.
const block64 = 64

type depthwiseCall struct {
	taps  unsafe.Pointer // where each tap's first pixel begins
	w     unsafe.Pointer
	base  unsafe.Pointer
	scale unsafe.Pointer
	out   unsafe.Pointer

	at, step       uint64 // bytes from there to the first pixel's channels, and from one pixel to the next
	ldo            uint64 // bytes from one pixel of the output to the next
	pixels, groups uint64 // groups of four taps; taps, where loops are of words
	mask           uint64 // of the channels
	signed         uint64 // outputs are
	zero, offset   int32
	lo, hi         float32
	ends           ends
}

// DepthwiseCall is a thread's scratch memory, which Reserve makes large enough.
type DepthwiseCall struct {
	call  depthwiseCall
	begin []unsafe.Pointer
	zeros []byte
	ahead int         // bytes from where taps begin to the first pixel
	few   [lanes]byte // outputs of a pixel of few channels
}

// NewDepthwise packs the weights for the path that runs; nil if that has no loop.
func NewDepthwise[T int8 | uint8](t Taps[T]) *Depthwise { return newDepthwise(t, chosen().depthwise) }

// taps are the loops of a path over taps: for weights whose zero point is that of the packed ones, and for the others; or some of
// words, of unsigned and of signed inputs.
type taps struct {
	plain, offset func(*depthwiseCall) // of unsigned inputs

	words *[2]wordTaps
}

func newDepthwise[T int8 | uint8](t Taps[T], loops *taps) *Depthwise {
	signed := ^T(0) < 0
	if loops == nil || t.C < 1 || t.Taps < 1 || signed && t.WZero != 0 {
		return nil
	}
	if loops.words != nil {
		return &Depthwise{words: newWords(t, &loops.words[sign[T]()])}
	}
	d := &Depthwise{c: t.C, taps: t.Taps, run: loops.plain, zero: t.Zero, lo: t.Lo, hi: t.Hi, signed: signed}
	if !signed {
		d.offset = 128 - t.WZero
	}
	if d.offset != 0 {
		d.run = loops.offset
	}
	channels := (t.C + block64 - 1) / block64 * block64
	d.w = make([]byte, channels*d.groups()*4)
	d.base, d.scale = make([]int32, channels), make([]float32, channels)
	for c := range t.C {
		d.pack(c, t.Bias[c], t.Scale[c%len(t.Scale)])
		for i := range t.Taps {
			d.tap(c, i, int32(t.Weights[i*t.C+c])-t.WZero, t.InZero)
		}
	}
	if t.C < block64 && block64%t.C == 0 {
		d.across = block64 / t.C
		d.flat = newDepthwise(t.beside(d.across), loops)
	}
	return d
}

// beside returns t for n pixels side by side, as if they were channels.
func (t Taps[T]) beside(n int) Taps[T] {
	wide := t
	wide.C, wide.Weights, wide.Bias = t.C*n, nil, slices.Repeat(t.Bias, n)
	for i := range t.Taps {
		wide.Weights = append(wide.Weights, slices.Repeat(t.Weights[i*t.C:(i+1)*t.C], n)...)
	}
	if len(t.Scale) > 1 {
		wide.Scale = slices.Repeat(t.Scale, n)
	}
	return wide
}

// groups returns how many groups of four taps there are.
func (d *Depthwise) groups() int { return (d.taps + 3) / 4 }

// place returns where a channel's sum is among those of its block.
func place(c int) int { return c%block64/4%4*16 + c%block64/16*4 + c%4 }

func (d *Depthwise) pack(c int, bias int32, scale float32) {
	at := c/block64*block64 + place(c)
	d.base[at], d.scale[at] = bias, scale
}

// tap lays out a weight. Inputs are unsigned: those of int8 have had 128 added.
func (d *Depthwise) tap(c, i int, v, inZero int32) {
	at := c/block64*block64 + place(c)
	if d.signed {
		inZero += 128
	}
	d.base[at] -= inZero * v
	d.w[(c/block64*d.groups()+i/4)*block64*4+place(c)*4+i%4] = byte(v - d.offset)
}

// PackedBytes returns the memory that the packed weights take.
func (d *Depthwise) PackedBytes() int {
	if d.words != nil {
		return d.words.packedBytes()
	}
	n := len(d.w) + 4*len(d.base) + 4*len(d.scale)
	if d.flat != nil {
		n += d.flat.PackedBytes()
	}
	return n
}

// Line is a row of pixels.
type Line struct {
	Pixels int
	In     [][]byte // for each tap where its first pixel begins; Prepare has made them
	Out    []byte   // [Pixels,C]
	Step   int      // bytes from a tap's pixel to the next
}

// Reserve makes room in c for lines of up to so many pixels, such as Run will get them.
func (d *Depthwise) Reserve(c *DepthwiseCall, pixels, step int) {
	switch {
	case d.words != nil:
		d.words.reserve(c)
	default:
		c.begin = make([]unsafe.Pointer, 0, 4*d.groups())
		if d.offset != 0 {
			c.zeros = make([]byte, (pixels-1)*step+d.c)
		}
	}
}

// Run computes a row of pixels.
func (d *Depthwise) Run(c *DepthwiseCall, l Line) {
	if l.Pixels < 1 {
		return
	}
	if d.words != nil {
		d.words.line(c, l)
		return
	}
	if d.flat != nil && l.Step == d.c {
		whole := l.Pixels / d.across
		d.flat.row(c, Line{Pixels: whole, In: l.In, Out: l.Out, Step: block64})
		if l.Pixels -= whole * d.across; l.Pixels == 0 {
			return
		}
		l.Out = l.Out[whole*block64:]
		c.ahead = whole * block64
	}
	d.row(c, l)
	c.ahead = 0
}

// row computes a row of pixels as they are.
func (d *Depthwise) row(c *DepthwiseCall, l Line) {
	if l.Pixels < 1 {
		return
	}
	d.begin(c, &l)
	for b := 0; b*block64 < d.c; b++ {
		at := b * block64
		c.call.at, c.call.out = uint64(c.ahead+at), unsafe.Pointer(&l.Out[at])
		c.call.w = unsafe.Pointer(&d.w[at*d.groups()*4])
		c.call.base, c.call.scale = unsafe.Pointer(&d.base[at]), unsafe.Pointer(&d.scale[at])
		c.call.mask = ^uint64(0)
		if left := d.c - at; left < block64 {
			c.call.mask >>= block64 - left
		}
		d.run(&c.call)
	}
}

// begin checks l, and tells c what is the same for all channels.
func (d *Depthwise) begin(c *DepthwiseCall, l *Line) {
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
	for len(c.begin)%4 != 0 {
		c.begin = append(c.begin, d.filler(c))
	}
	k := &c.call
	k.taps, k.step, k.ldo, k.pixels, k.groups = unsafe.Pointer(unsafe.SliceData(c.begin)), uint64(l.Step), uint64(d.c), uint64(l.Pixels), uint64(d.groups())
	k.zero, k.lo, k.hi, k.signed, k.offset = d.zero, d.lo, d.hi, 0, d.offset
	if d.signed {
		k.signed = 1
	}
}

// filler returns what stands in for a tap that there is not: anything, since its weight is 0; but zeros where inputs count by
// themselves.
func (d *Depthwise) filler(c *DepthwiseCall) unsafe.Pointer {
	if d.offset == 0 {
		return c.begin[0]
	}
	return unsafe.Pointer(unsafe.SliceData(c.zeros))
}
