package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Resize is the geometry of resizing [N,H,W,C] to [N,Y,X,C].
type Resize struct {
	N, H, W, C, Y, X               int
	AlignCorners, HalfPixelCenters bool
}

// tap says where along one dimension an output lies: between inputs lo and hi, weight of the way to hi.
type tap struct {
	lo, hi int
	weight float32
	q11    int32 // weight in 11-bit fixed point
}

// Bilinear resizes by linear interpolation along both dimensions, by XNNPACK's rule.
// Source: XNNPACK, src/indirection.c (xnn_indirection_init_resize_bilinear2d_hwc) and the ibilinear kernels.
type Bilinear struct {
	Resize
	ys, xs []tap

	// Package simd mixes a row of inputs of the two around a row of outputs, and places pixels on it: in sixteenths where all weights
	// are some, which is twice as fast, or in 2048ths.
	fixed   simd.TapsFixed // xs in elements of a row
	words   []int16        // nil if double words are needed
	doubles []int32
	floats  []simd.Tap // xs in bytes of a row of float32
}

// NewBilinear prepares the kernel.
func NewBilinear(r Resize) *Bilinear { return newBilinear(r, r.taps(r.H, r.Y), r.taps(r.W, r.X)) }

func newBilinear(r Resize, ys, xs []tap) *Bilinear {
	b, unit := &Bilinear{Resize: r, ys: ys, xs: xs}, int32(1)
	if r.W*r.C > math.MaxInt32/4 { // package simd counts bytes in 32 bits
		return b
	}
	if size := r.W*r.C + simd.RowRoom; sixteenths(ys) && sixteenths(xs) {
		b.words, unit = make([]int16, size), wholeWeight/16
	} else {
		b.doubles = make([]int32, size)
	}
	var fixed []simd.TapFixed
	for _, x := range b.xs {
		fixed = append(fixed, simd.TapFixed{Left: int32(x.lo * r.C), Right: int32(x.hi * r.C), Weight: x.q11 / unit})
		b.floats = append(b.floats, simd.Tap{Left: int32(4 * x.lo * r.C), Right: int32(4 * x.hi * r.C), Weight: x.weight})
	}
	b.fixed = simd.NewTapsFixed(fixed)
	return b
}

// wholeWeight is the whole in the unit of tap.q11.
const wholeWeight = 1 << 11

func sixteenths(taps []tap) bool {
	for i := range taps {
		if taps[i].q11%(wholeWeight/16) != 0 {
			return false
		}
	}
	return true
}

// taps places the outputs along a dimension of in inputs.
func (r *Resize) taps(in, out int) []tap {
	less := 0
	if r.AlignCorners && out != 1 {
		less = 1
	}
	scale, offset := float32(in-less)/float32(out-less), float32(0)
	if r.HalfPixelCenters {
		offset = float32(0.5*scale) - 0.5
	}
	taps := make([]tap, out)
	for i := range taps {
		at := min(max(float32(float32(i)*scale)+offset, 0), float32(in-1))
		t := &taps[i]
		t.lo = int(at)
		t.hi = min(t.lo+1, in-1)
		t.weight = at - float32(t.lo)
		t.q11 = int32(math.RoundToEven(float64(t.weight * 2048)))
	}
	return taps
}

// Float resizes in to out.
func (b *Bilinear) Float(out, in []float32) {
	for i := range b.N * b.Y {
		y := &b.ys[i%b.Y]
		dst, row := out[i*b.X*b.C:(i+1)*b.X*b.C], b.W*b.C
		top, bottom := in[(i/b.Y*b.H+y.lo)*row:][:row], in[(i/b.Y*b.H+y.hi)*row:][:row]
		if !simd.FloatBetween(dst, top, bottom, b.floats, y.weight) {
			b.floatRow(dst, top, bottom, y.weight)
		}
	}
}

func (b *Bilinear) floatRow(out, top, bottom []float32, y float32) {
	for j := range b.xs {
		x := &b.xs[j]
		dst, lo, hi := out[j*b.C:(j+1)*b.C], x.lo*b.C, x.hi*b.C
		for c := range dst {
			above := top[lo+c] + float32((top[hi+c]-top[lo+c])*x.weight)
			below := bottom[lo+c] + float32((bottom[hi+c]-bottom[lo+c])*x.weight)
			dst[c] = above + float32((below-above)*y)
		}
	}
}

// BilinearBytes resizes in to out; ties go up. Whether it goes first along rows or down columns does not matter: nothing is
// rounded before the end.
func BilinearBytes[T int8 | uint8](b *Bilinear, out, in []T) {
	for i := range b.N * b.Y {
		y := &b.ys[i%b.Y]
		dst, row := out[i*b.X*b.C:(i+1)*b.X*b.C], b.W*b.C
		top, bottom := in[(i/b.Y*b.H+y.lo)*row:][:row], in[(i/b.Y*b.H+y.hi)*row:][:row]
		switch {
		case b.words != nil && simd.MixRows(b.words, top, bottom, y.q11/(wholeWeight/16)):
			simd.Spread(dst, b.words, &b.fixed)
		case b.doubles != nil && simd.MixRows(b.doubles, top, bottom, y.q11):
			simd.Spread(dst, b.doubles, &b.fixed)
		default:
			bilinearRow(b, dst, top, bottom, y.q11)
		}
	}
}

func bilinearRow[T int8 | uint8](b *Bilinear, out, top, bottom []T, y int32) {
	for j := range b.xs {
		x := &b.xs[j]
		dst, lo, hi := out[j*b.C:(j+1)*b.C], x.lo*b.C, x.hi*b.C
		for c := range dst {
			l, r := int32(top[lo+c]), int32(top[hi+c])
			above := l<<11 + (r-l)*x.q11
			l, r = int32(bottom[lo+c]), int32(bottom[hi+c])
			below := l<<11 + (r-l)*x.q11
			dst[c] = T((above<<11 + (below-above)*y + 1<<21) >> 22)
		}
	}
}

// BilinearFixed resizes int8 and int16 by linear interpolation in 10-bit fixed point, ties away from zero.
// Source: TFLite, reference_ops::ResizeBilinearInteger.
type BilinearFixed struct {
	Resize
	ys, xs []tap10
}

// tap10 is a tap whose weight is in 10-bit fixed point.
type tap10 struct {
	lo, hi int
	weight int64
}

// NewBilinearFixed prepares the kernel.
func NewBilinearFixed(r Resize) *BilinearFixed {
	return &BilinearFixed{Resize: r, ys: r.taps10(r.H, r.Y), xs: r.taps10(r.W, r.X)}
}

func (r *Resize) taps10(in, out int) []tap10 {
	n, m := int64(in), int64(out)
	if r.AlignCorners && out > 1 {
		n, m = n-1, m-1
	}
	scale, offset := (n<<10+m/2)/m, int64(0)
	if r.HalfPixelCenters {
		offset = scale/2 - 1<<9
	}
	taps := make([]tap10, out)
	for i := range taps {
		at := int64(i)*scale + offset
		t := &taps[i]
		t.lo = int(min(max(at/(1<<10), 0), int64(in-1)))
		t.hi = int(min(max((at+1<<10-1)/(1<<10), 0), int64(in-1)))
		t.weight = at - int64(t.lo)<<10
	}
	return taps
}

// RunBilinearFixed resizes in to out.
func RunBilinearFixed[T int8 | int16](b *BilinearFixed, out, in []T) {
	const one, half = 1 << 10, 1 << 19 // in the unit of tap10.weight
	for i := range b.N * b.Y {
		y := &b.ys[i%b.Y]
		top, bottom := in[(i/b.Y*b.H+y.lo)*b.W*b.C:], in[(i/b.Y*b.H+y.hi)*b.W*b.C:]
		for j := range b.xs {
			x := &b.xs[j]
			dst := out[(i*b.X+j)*b.C:][:b.C]
			for c := range dst {
				l, r := x.lo*b.C+c, x.hi*b.C+c
				v := int64(top[l])*(one-y.weight)*(one-x.weight) + int64(bottom[l])*y.weight*(one-x.weight) +
					int64(top[r])*(one-y.weight)*x.weight + int64(bottom[r])*y.weight*x.weight
				if v > 0 {
					v += half
				} else {
					v -= half
				}
				dst[c] = T(v / (1 << 20))
			}
		}
	}
}
