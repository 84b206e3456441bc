package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// BilinearUint8 resizes uint8 by linear interpolation in float32, ties up.
// Source: TFLite, optimized/resize_bilinear.h (ResizeBilinearGenericSmallChannel).
type BilinearUint8 struct {
	Resize
	ys, xs []tapFloat
	taps   []simd.Tap // xs in bytes of a row
	whole  *Bilinear  // where floats would round nothing: the same in integers; else nil
}

// tapFloat is a tap whose weight is not held to 0 … 1 where the output lies outside of the inputs.
type tapFloat struct {
	lo, hi int
	weight float32
}

// NewBilinearUint8 prepares the kernel.
func NewBilinearUint8(r Resize) *BilinearUint8 {
	b := &BilinearUint8{Resize: r, ys: r.tapsFloat(r.H, r.Y), xs: r.tapsFloat(r.W, r.X)}
	if ys, xs := wholeTaps(b.ys), wholeTaps(b.xs); ys != nil && xs != nil {
		b.whole = newBilinear(r, ys, xs)
		return b
	}
	if r.W*r.C > math.MaxInt32 {
		return b
	}
	for _, x := range b.xs {
		b.taps = append(b.taps, simd.Tap{Left: int32(x.lo * r.C), Right: int32(x.hi * r.C), Weight: x.weight})
	}
	return b
}

// wholeTaps returns taps in fixed point, if all weights are 256ths of 0 … 1: products of two of them with a byte, and the sum of
// four such and ½, have at most 24 bits, which a float32 holds. Such are those of pictures enlarged by powers of two.
func wholeTaps(taps []tapFloat) []tap {
	fixed := make([]tap, len(taps))
	for i, t := range taps {
		if parts := t.weight * 256; !(t.weight >= 0 && t.weight <= 1) || parts != float32(int32(parts)) {
			return nil
		}
		fixed[i] = tap{t.lo, t.hi, t.weight, int32(t.weight * wholeWeight)}
	}
	return fixed
}

func (r *Resize) tapsFloat(in, out int) []tapFloat {
	scale := float32(in) / float32(out)
	if r.AlignCorners && out > 1 {
		scale = float32(in-1) / float32(out-1)
	}
	taps := make([]tapFloat, out)
	for i := range taps {
		at := float32(float32(i) * scale)
		if r.HalfPixelCenters {
			at = float32((float32(i)+0.5)*scale) - 0.5
		}
		lo := max(int(math.Floor(float64(at))), 0)
		hi := min(int(math.Ceil(float64(at))), in-1)
		taps[i] = tapFloat{min(lo, in-1), max(hi, 0), at - float32(lo)}
	}
	return taps
}

// Run resizes in to out.
func (b *BilinearUint8) Run(out, in []uint8) {
	if b.whole != nil {
		BilinearBytes(b.whole, out, in)
		return
	}
	for i := range b.N * b.Y {
		y := &b.ys[i%b.Y]
		top, bottom := in[(i/b.Y*b.H+y.lo)*b.W*b.C:], in[(i/b.Y*b.H+y.hi)*b.W*b.C:]
		if size := b.X * b.C; simd.Between(out[i*size:(i+1)*size], top[:b.W*b.C], bottom[:b.W*b.C], b.taps, y.weight) {
			continue
		}
		for j := range b.xs {
			x := &b.xs[j]
			tl, tr := float32((1-y.weight)*(1-x.weight)), float32((1-y.weight)*x.weight)
			bl, br := float32(y.weight*(1-x.weight)), float32(y.weight*x.weight)
			dst := out[(i*b.X+j)*b.C:][:b.C]
			for c := range dst {
				l, r := x.lo*b.C+c, x.hi*b.C+c
				v := float32(float32(top[l])*tl) + float32(float32(top[r])*tr)
				v = v + float32(float32(bottom[l])*bl) + float32(float32(bottom[r])*br) + 0.5
				dst[c] = uint8(min(max(v, 0), 255))
			}
		}
	}
}
