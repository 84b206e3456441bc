package prep

import "math"

// The weights of the resize are fixed-point numbers with this many fraction bits: 8 bits of pixel and 2 spare bits
// remain of 32 (Pillow, Resample.c, PRECISION_BITS).
const (
	resizeBits = 32 - 8 - 2
	resizeHalf = 1 << (resizeBits - 1)
)

// filter is one pass of a resize: for each of out positions, the first input position it reads and its weights.
type filter struct {
	in, out int
	taps    int     // room for weights of one output position
	start   []int   // [out]
	weights []int32 // [out, taps]; those past count are unused
	count   []int   // [out]
}

// build makes the antialiased triangle filter for in → out positions: half width 1, scaled up when shrinking (Pillow,
// Resample.c, precompute_coeffs and normalize_coeffs_8bpc). The conversions to float64 forbid fused
// multiply-adds, so that every architecture gets the same weights.
func (f *filter) build(in, out int) {
	scale := float64(in) / float64(out)
	support := max(scale, 1)
	f.in, f.out = in, out
	f.taps = int(math.Ceil(support))*2 + 1
	f.start = resize(f.start, out)
	f.count = resize(f.count, out)
	f.weights = resize(f.weights, out*f.taps)
	exact := make([]float64, f.taps)
	for x := range out {
		center := float64((float64(x) + 0.5) * scale)
		first := max(int(center-support+0.5), 0)
		n := min(int(center+support+0.5), in) - first
		sum := 0.0
		for i := range n {
			w := max(1-math.Abs(float64((float64(i+first)-center+0.5)*(1/support))), 0)
			exact[i] = w
			sum += w
		}
		f.start[x], f.count[x] = first, n
		for i, w := range exact[:n] {
			f.weights[x*f.taps+i] = int32(float64(w/sum*(1<<resizeBits)) + 0.5)
		}
	}
}

// at returns the first input position that output x reads, and the weights from there on.
func (f *filter) at(x int) (int, []int32) {
	return f.start[x], f.weights[x*f.taps : x*f.taps+f.count[x]]
}

// row1 resizes a row of one-byte pixels.
func (f *filter) row1(dst, src []uint8) {
	if f.in == f.out {
		copy(dst, src)
		return
	}
	for x := range f.out {
		first, weights := f.at(x)
		acc := int32(resizeHalf)
		for i, p := range src[first : first+len(weights)] {
			acc += int32(p) * weights[i]
		}
		dst[x] = clip8(acc)
	}
}

// row3 resizes a row of three-byte pixels.
func (f *filter) row3(dst, src []uint8) {
	if f.in == f.out {
		copy(dst, src)
		return
	}
	for x := range f.out {
		first, weights := f.at(x)
		p := src[3*first : 3*(first+len(weights))]
		r, g, b := int32(resizeHalf), int32(resizeHalf), int32(resizeHalf)
		for _, w := range weights {
			r += int32(p[0]) * w
			g += int32(p[1]) * w
			b += int32(p[2]) * w
			p = p[3:]
		}
		dst[3*x], dst[3*x+1], dst[3*x+2] = clip8(r), clip8(g), clip8(b)
	}
}

func clip8(acc int32) uint8 { return uint8(min(acc>>resizeBits, 255)) }

// resizer resizes pictures of c bytes a pixel. It keeps only the rows that the vertical pass still reads.
type resizer struct {
	c             int
	across, down  filter
	width, height int     // of the output
	ring          []uint8 // [down.taps, width·c] rows, already resized across; row y at y % taps
	sums          []int32 // [width·c]
	out           []uint8 // [width·c]
}

// setup prepares for pictures of the given size; it allocates only when the size changes.
func (r *resizer) setup(width, height, c int) {
	if r.across.in == width && r.down.in == height && r.c == c {
		return
	}
	r.c = c
	r.across.build(width, r.width)
	r.down.build(height, r.height)
	r.ring = resize(r.ring, r.down.taps*r.width*c)
	r.sums = resize(r.sums, r.width*c)
	r.out = resize(r.out, r.width*c)
}

// run resizes the picture whose rows row gives, in order and each once, and hands over each row of the result. emit
// must not keep its argument.
func (r *resizer) run(row func(y int) []uint8, emit func(y int, row []uint8)) {
	n := r.width * r.c
	done := 0 // rows resized across
	for y := range r.height {
		first, weights := r.down.at(y)
		for ; done < first+len(weights); done++ {
			into := r.ring[done%r.down.taps*n:][:n]
			if r.c == 1 {
				r.across.row1(into, row(done))
			} else {
				r.across.row3(into, row(done))
			}
		}
		for i := range r.sums {
			r.sums[i] = resizeHalf
		}
		for k, w := range weights {
			accumulate(r.sums, r.ring[(first+k)%r.down.taps*n:][:n], w)
		}
		for i, s := range r.sums {
			r.out[i] = clip8(s)
		}
		emit(y, r.out)
	}
}

// accumulate adds w times row to sums.
func accumulate(sums []int32, row []uint8, w int32) {
	for i, p := range row[:len(sums)] {
		sums[i] += int32(p) * w
	}
}

// resize returns a slice of n elements, s itself if it has room. The elements are not cleared.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
