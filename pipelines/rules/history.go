package rules

import (
	"math"
	"time"
)

// history is what became of a number over a window, in a bounded space: points that are nearer to each other than a small
// part of the window share a bucket. With up to that many points in a window each is by itself, and all is exact; with more,
// the window's far end is as sharp as a bucket.
type history struct {
	window time.Duration
	ring   [buckets]bucket
	oldest int
	n      int
}

// buckets is how many there are. Each begins at least a window/(buckets-2) after the one before, so that those of a whole
// window find place.
const buckets = 242

// bucket is some points, near to each other.
type bucket struct {
	first, last time.Duration // of its points, since the memory's beginning
	n           float64
	times       float64 // the sum of their times, in seconds since first
	sum         float64
	lo, hi      float64
}

func (h *history) at(i int) *bucket { return &h.ring[(h.oldest+i)%buckets] }

// put adds a point; what is no number is none. One that is older than the newest by more than the window comes of a clock that was set back: what was
// before is forgotten. One that is a little older counts as being with the newest.
func (h *history) put(at time.Duration, x float64) {
	if !finite(x) {
		return
	}
	if h.n > 0 {
		b := h.at(h.n - 1)
		if at < b.last-h.window {
			h.n = 0
		} else if at < b.first+h.window/(buckets-2) {
			b.add(max(at, b.last), x)
			return
		}
	}
	if h.n == buckets {
		h.oldest, h.n = (h.oldest+1)%buckets, h.n-1
	}
	h.n++
	b := h.at(h.n - 1)
	*b = bucket{first: at, lo: x, hi: x}
	b.add(at, x)
}

func (b *bucket) add(at time.Duration, x float64) {
	b.last = at
	b.n++
	b.times += (at - b.first).Seconds()
	b.sum += x
	b.lo, b.hi = min(b.lo, x), max(b.hi, x)
}

// trim forgets what is out of the window at a time, and returns whether what is left reaches over half of it: else there is
// too little to speak of.
func (h *history) trim(now time.Duration) bool {
	for h.n > 0 && h.at(0).last < now-h.window {
		h.oldest, h.n = (h.oldest+1)%buckets, h.n-1
	}
	return h.n > 0 && now-h.at(0).first >= h.window/2
}

// mean returns the mean of the points.
func (h *history) mean() float64 {
	var sum, n float64
	for i := range h.n {
		b := h.at(i)
		sum, n = sum+b.sum, n+b.n
	}
	return sum / n
}

func (h *history) max() float64 {
	hi := math.Inf(-1)
	for i := range h.n {
		hi = max(hi, h.at(i).hi)
	}
	return hi
}

func (h *history) min() float64 {
	lo := math.Inf(1)
	for i := range h.n {
		lo = min(lo, h.at(i).lo)
	}
	return lo
}

// slope returns the slope per second of the line of least squares through the points, those of a bucket being one of their
// weight; NaN if all are of one time. Products are rounded by themselves, so that all machines say the same.
func (h *history) slope() float64 {
	from := h.at(0).first
	var n, times, sum float64
	for i := range h.n {
		b := h.at(i)
		n += b.n
		times += b.times + float64(b.n*(b.first-from).Seconds())
		sum += b.sum
	}
	time, mean := times/n, sum/n
	var cross, square float64
	for i := range h.n {
		b := h.at(i)
		d := b.times/b.n + (b.first - from).Seconds() - time
		cross += float64(float64(b.n*d) * (b.sum/b.n - mean))
		square += float64(float64(b.n*d) * d)
	}
	if square == 0 {
		return math.NaN()
	}
	return cross / square
}
