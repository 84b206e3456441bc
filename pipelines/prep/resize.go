package prep

import "math"

// The weights of the resize are fixed-point numbers with this many fraction bits: 8 bits of pixel and 2 spare bits
// remain of 32 (Pillow, Resample.c, PRECISION_BITS).
const (
	resizeBits = 32 - 8 - 2
	resizeHalf = 1 << (resizeBits - 1)
)

// filter is one pass of a resize: for each of out positions, the first of the taps input positions that it reads, and
// their weights, some of which may be 0.
type filter struct {
	span
	out     int
	taps    int
	start   []int   // [out]
	weights []int32 // [out, taps]
}

// span is the part of a row or column of n samples that a filter resizes: size samples from the sample from on, which
// need not be whole numbers, since a sample of chroma may stand for two pixels.
type span struct {
	n          int
	from, size float64
}

// whole is the span of n samples.
func whole(n int) span { return span{n, 0, float64(n)} }

// build makes the antialiased triangle filter for out positions from a span: half width 1, scaled up when shrinking
// (Pillow, Resample.c, precompute_coeffs and normalize_coeffs_8bpc). Samples beside the span count for nothing. The
// conversions to float64 forbid fused multiply-adds, so that every architecture gets the same weights.
func (f *filter) build(s span, out int) {
	if f.span == s && f.out == out {
		return
	}
	f.span, f.out = s, out
	f.start = resize(f.start, out)
	f.taps = 0
	for x := range out {
		first, last := f.reach(x)
		f.start[x], f.taps = first, max(f.taps, last-first)
	}
	f.weights = resize(f.weights, out*f.taps)
	clear(f.weights)
	exact := make([]float64, f.taps)
	for x := range out {
		exact := exact[:f.exact(x, exact)]
		first := f.start[x]
		f.start[x] = min(first, s.n-f.taps)
		for i, w := range exact {
			f.weights[x*f.taps+first-f.start[x]+i] = int32(float64(w*(1<<resizeBits)) + 0.5)
		}
	}
}

// step returns how many samples apart the output positions are, and half the width of the triangle.
func (f *filter) step() (scale, support float64) {
	scale = f.size / float64(f.out)
	return scale, max(scale, 1)
}

func (f *filter) center(x int) float64 {
	scale, _ := f.step()
	return f.from + float64((float64(x)+0.5)*scale)
}

// reach returns the samples, up to last, that count for position x.
func (f *filter) reach(x int) (first, last int) {
	_, support := f.step()
	center := f.center(x)
	first = max(int(center-support+0.5), int(f.from))
	return first, min(int(center+support+0.5), int(math.Ceil(f.from+f.size)), f.n)
}

// exact writes the weights of position x, which add up to 1, and returns how many.
func (f *filter) exact(x int, weights []float64) int {
	_, support := f.step()
	center := f.center(x)
	first, last := f.reach(x)
	sum := 0.0
	for i := range last - first {
		w := max(1-math.Abs(float64((float64(i+first)-center+0.5)*(1/support))), 0)
		weights[i] = w
		sum += w
	}
	for i := range last - first {
		weights[i] /= sum
	}
	return last - first
}

// at returns the first input position that output x reads, and the weights from there on.
func (f *filter) at(x int) (int, []int32) {
	return f.start[x], f.weights[x*f.taps : (x+1)*f.taps]
}

// copies reports whether the filter changes nothing.
func (f *filter) copies() bool { return f.span == whole(f.out) }

// row1 resizes a row of one-byte pixels.
func (f *filter) row1(dst, src []uint8) {
	if f.copies() {
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
	if f.copies() {
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
	if r.across.span == whole(width) && r.down.span == whole(height) && r.c == c {
		return
	}
	r.c = c
	r.across.build(whole(width), r.width)
	r.down.build(whole(height), r.height)
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
