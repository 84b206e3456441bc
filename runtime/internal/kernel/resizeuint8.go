package kernel

import "math"

// BilinearUint8 resizes uint8 by linear interpolation in float32, ties up.
// Source: TFLite, optimized/resize_bilinear.h (ResizeBilinearGenericSmallChannel).
type BilinearUint8 struct {
	Resize
	ys, xs []tapFloat
}

// tapFloat is a tap whose weight is not held to 0 … 1 where the output lies outside of the inputs.
type tapFloat struct {
	lo, hi int
	weight float32
}

// NewBilinearUint8 prepares the kernel.
func NewBilinearUint8(r Resize) *BilinearUint8 {
	return &BilinearUint8{Resize: r, ys: r.tapsFloat(r.H, r.Y), xs: r.tapsFloat(r.W, r.X)}
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
	for i := range b.N * b.Y {
		y := &b.ys[i%b.Y]
		top, bottom := in[(i/b.Y*b.H+y.lo)*b.W*b.C:], in[(i/b.Y*b.H+y.hi)*b.W*b.C:]
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
