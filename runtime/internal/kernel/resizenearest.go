package kernel

import "math"

// Nearest resizes by taking the nearest input.
type Nearest struct {
	Resize
	ys, xs []int
}

// NewNearest prepares the kernel. fixed picks the 16-bit fixed-point scale that TFLite uses for bytes unless an option is
// set; otherwise the scale is a float32. Source: TFLite, optimized_ops::ResizeNearestNeighbor and GetNearestNeighbor.
func NewNearest(r Resize, fixed bool) *Nearest {
	if fixed && !r.AlignCorners && !r.HalfPixelCenters {
		return &Nearest{Resize: r, ys: nearestFixed(r.H, r.Y), xs: nearestFixed(r.W, r.X)}
	}
	return &Nearest{Resize: r, ys: r.nearest(r.H, r.Y), xs: r.nearest(r.W, r.X)}
}

func nearestFixed(in, out int) []int {
	scale := int64(in)<<16/int64(out) + 1
	places := make([]int, out)
	for i := range places {
		places[i] = int(min(int64(i)*scale>>16, int64(in-1)))
	}
	return places
}

func (r *Resize) nearest(in, out int) []int {
	scale, offset, round := float32(in)/float32(out), float32(0), math.Floor
	if r.AlignCorners {
		round = math.Round
		if out > 1 {
			scale = float32(in-1) / float32(out-1)
		}
	}
	if r.HalfPixelCenters {
		offset = 0.5
	}
	places := make([]int, out)
	for i := range places {
		places[i] = min(int(round(float64((float32(i)+offset)*scale))), in-1)
	}
	return places
}

// Run resizes in to out, elements of size bytes each.
func (r *Nearest) Run(out, in []byte, size int) {
	pixel, at := r.C*size, 0
	for n := range r.N {
		for _, y := range r.ys {
			row := in[(n*r.H+y)*r.W*pixel:]
			for _, x := range r.xs {
				copy(out[at:at+pixel], row[x*pixel:])
				at += pixel
			}
		}
	}
}
