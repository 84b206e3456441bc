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
	hi     float32
	limits limits
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
	lines, skip    uint64 // lines of pixels, and bytes from the end of one to the next in the output, where loops do several
	mask           uint64 // of the channels
	zero, offset   int32
	lo, hi         float32
	ends           ends

	limits
}

// DepthwiseCall is a thread's scratch memory, which Reserve makes large enough.
type DepthwiseCall struct {
	call  depthwiseCall
	taps  []unsafe.Pointer // of a pixel of few channels
	one   []byte           // its inputs
	bytes [lanes]byte      // its outputs
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
		return &Depthwise{c: t.C, taps: t.Taps, words: newWords(t, &loops.words[sign[T]()])}
	}
	d := &Depthwise{c: t.C, taps: t.Taps, run: loops.plain, hi: t.Hi, limits: limit(t.Scale, t.Zero, t.Lo, t.Hi, signed), signed: signed}
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

// Band is lines of pixels.
type Band struct {
	Lines, Pixels int
	In            *Places // for each line, of Pieces each, where its first pixel's taps begin; Prepare has made them
	First         int     // the line of In that is the first
	Out           []byte  // [Lines,Pixels,C]
	Step          int     // bytes from a tap's pixel to the next

	ahead  int // bytes from where taps begin to the first pixel
	across int // of the output, from one line to the next
}

// Pieces returns how many places a line has: one for each tap, and some that count for nothing, of zeros.
func (d *Depthwise) Pieces() int {
	if d.words != nil {
		return d.words.pieces()
	}
	return 4 * d.groups()
}

// Reserve makes room in c.
func (d *Depthwise) Reserve(c *DepthwiseCall) {
	if d.c < lanes && d.words != nil {
		c.taps, c.one = make([]unsafe.Pointer, d.Pieces()), make([]byte, d.Pieces()*lanes)
	}
}

// Run computes lines of pixels.
func (d *Depthwise) Run(c *DepthwiseCall, l Band) {
	if l.across = l.Pixels * d.c; l.Pixels < 1 || l.Lines < 1 {
		return
	}
	switch {
	case d.words != nil:
		d.words.lines(c, l)
	case d.flat != nil && l.Step == d.c:
		whole, rest := l.beside(d.across, block64, d.c)
		d.flat.band(c, whole)
		d.band(c, rest)
	default:
		d.band(c, l)
	}
}

// beside returns as much of l as makes whole groups of pixels side by side, n of c channels each, as pixels a step apart; and the rest.
func (l Band) beside(n, step, c int) (whole, rest Band) {
	whole, rest = l, l
	whole.Pixels, whole.Step = l.Pixels/n, step
	done := whole.Pixels * n
	rest.Pixels, rest.Out, rest.ahead = l.Pixels-done, l.Out[done*c:], whole.Pixels*step
	return whole, rest
}

// band computes pixels as they are.
func (d *Depthwise) band(c *DepthwiseCall, l Band) {
	if l.Pixels < 1 {
		return
	}
	k := &c.call
	l.check(k, d.Pieces(), d.c)
	k.lines, k.skip, k.groups = uint64(l.Lines), uint64(l.across-l.Pixels*d.c), uint64(d.groups())
	k.hi, k.offset, k.limits = d.hi, d.offset, d.limits
	k.taps = l.In.line(l.First, d.Pieces())
	for b := 0; b*block64 < d.c; b++ {
		at := b * block64
		k.at, k.out = uint64(l.ahead+at), unsafe.Pointer(&l.Out[at])
		k.w = unsafe.Pointer(&d.w[at*d.groups()*4])
		k.base, k.scale = unsafe.Pointer(&d.base[at]), unsafe.Pointer(&d.scale[at])
		k.mask = ^uint64(0)
		if left := d.c - at; left < block64 {
			k.mask >>= block64 - left
		}
		d.run(k)
	}
}

// check checks l, of so many pieces and c channels, and tells k what is the same for all channels.
func (l *Band) check(k *depthwiseCall, pieces, c int) {
	if (l.First+l.Lines)*pieces > len(l.In.at) || l.ahead+(l.Pixels-1)*l.Step+c > l.In.behind {
		panic("simd: taps out of range")
	}
	if (l.Lines-1)*l.across+l.Pixels*c > len(l.Out) {
		panic("simd: band out of range")
	}
	k.step, k.ldo, k.pixels = uint64(l.Step), uint64(c), uint64(l.Pixels)
}
