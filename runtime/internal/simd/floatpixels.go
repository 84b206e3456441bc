package simd

import "unsafe"

// leastChannels are what loops over pixels of float32 want.
const leastChannels = lanes

type floatTapsCall struct {
	taps, bias, out        unsafe.Pointer // taps is [n][2]: where a tap's inputs of the first pixel and its weights begin
	n, pixels, bytes, step uint64         // bytes of a pixel, and from a pixel's inputs to the next's
}

// FloatTaps are taps of a depthwise convolution of float32. Its zero value has none.
type FloatTaps struct {
	at     []unsafe.Pointer // [n][2]
	behind int              // inputs that each has behind its beginning, at least
	c      int
}

// NewFloatTaps returns FloatTaps with room for n taps of c channels; nil where the path that runs has no loop for them.
func NewFloatTaps(n, c int) *FloatTaps {
	if chosen().floats == nil || c < leastChannels {
		return nil
	}
	return newFloatTaps(n, c)
}

func newFloatTaps(n, c int) *FloatTaps { return &FloatTaps{at: make([]unsafe.Pointer, 0, 2*n), c: c} }

// Clear forgets the taps.
func (t *FloatTaps) Clear() { t.at = t.at[:0] }

// Add adds a tap: in begins with the first pixel's inputs, w are its weights.
func (t *FloatTaps) Add(in, w []float32) {
	if len(t.at) == 0 || len(in) < t.behind {
		t.behind = len(in)
	}
	if len(in) < t.c || len(w) < t.c {
		panic("simd: tap out of range")
	}
	t.at = append(t.at, unsafe.Pointer(&in[0]), unsafe.Pointer(&w[0]))
}

// Run computes a row of pixels, whose inputs are so many apart: out[x,c] = bias[c] + Σ_t in_t[x·step+c]·w_t[c], each product and each sum
// rounded by itself, in the order of the taps.
func (t *FloatTaps) Run(out, bias []float32, step int) { t.run(chosen().floats, out, bias, step) }

func (t *FloatTaps) run(f *floats, out, bias []float32, step int) {
	pixels := len(out) / t.c
	if len(t.at) == 0 || pixels < 1 || len(out) != pixels*t.c || len(bias) < t.c || step < 0 || (pixels-1)*step+t.c > t.behind {
		panic("simd: row out of range")
	}
	f.taps(&floatTapsCall{
		taps: unsafe.Pointer(&t.at[0]), bias: unsafe.Pointer(&bias[0]), out: unsafe.Pointer(&out[0]),
		n: uint64(len(t.at) / 2), pixels: uint64(pixels), bytes: 4 * uint64(t.c), step: 4 * uint64(step),
	})
}

type floatBetweenCall struct {
	top, bottom, out, taps unsafe.Pointer
	pixels, bytes          uint64
	y                      float32
}

// FloatBetween computes a row of a picture of float32 that is resized by linear interpolation: first along a row above and one
// below, then y of the way down, as a + (b−a)·way. Taps count in bytes. It reports whether it did.
func FloatBetween(out, top, bottom []float32, taps []Tap, y float32) bool {
	f := chosen().floats
	if f == nil || len(taps) == 0 || len(out)/len(taps) < leastChannels {
		return false
	}
	floatBetween(f, out, top, bottom, taps, y)
	return true
}

func floatBetween(f *floats, out, top, bottom []float32, taps []Tap, y float32) {
	channels := len(out) / len(taps)
	for i := range taps {
		inside(taps[i].Left, taps[i].Right, 4*channels, 4*min(len(top), len(bottom)))
	}
	f.between(&floatBetweenCall{
		top: unsafe.Pointer(&top[0]), bottom: unsafe.Pointer(&bottom[0]), out: unsafe.Pointer(&out[0]), taps: unsafe.Pointer(&taps[0]),
		pixels: uint64(len(taps)), bytes: 4 * uint64(channels), y: y,
	})
}
