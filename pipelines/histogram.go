package pipelines

import (
	"math/bits"
	"time"
)

// Buckets of a Histogram: four for each doubling of the time from 1.024 µs to 137 s, so that each is a quarter wide at most,
// one for all that is shorter and one for all that is longer.
const (
	shortest = 10 // as a power of 2 in nanoseconds
	longest  = 37
	perTwice = 4

	buckets = perTwice*(longest-shortest) + 2
)

// Histogram is how long something took, each time that it was done. The zero value is ready, and adding allocates nothing.
type Histogram struct {
	Count    uint64
	Sum, Max time.Duration
	Buckets  [buckets]uint64 // of Count; BucketEnd says which is which
}

// Add notes that it took d this time. It allocates nothing.
func (h *Histogram) Add(d time.Duration) {
	h.Count++
	h.Sum += d
	h.Max = max(h.Max, d)
	h.Buckets[bucketOf(d)]++
}

// bucketOf finds the bucket by the place of the highest bit and the two bits below it.
func bucketOf(d time.Duration) int {
	if d < 1<<shortest {
		return 0
	}
	top := bits.Len64(uint64(d)) - 1
	quarter := int(d>>(top-2)) & (perTwice - 1)
	return min(1+perTwice*(top-shortest)+quarter, buckets-1)
}

// BucketEnd returns the time below which all in bucket i lie. The last has no end; it returns where that begins.
func BucketEnd(i int) time.Duration {
	i = min(i, buckets-2)
	top, quarter := shortest+i/perTwice, i%perTwice
	return time.Duration(perTwice+quarter) << (top - 2)
}

// Mean returns the mean, 0 of nothing.
func (h *Histogram) Mean() time.Duration {
	if h.Count == 0 {
		return 0
	}
	return h.Sum / time.Duration(h.Count)
}

// Quantile returns the time that a part q, 0 to 1, of all took no longer than: where it would be if those in one bucket were
// spread evenly in it, and so no further off than the bucket is wide. It is 0 of nothing.
func (h *Histogram) Quantile(q float64) time.Duration {
	rank := q * float64(h.Count)
	for i, n := range h.Buckets {
		if n == 0 || rank > float64(n) {
			rank -= float64(n)
			continue
		}
		begin := time.Duration(0)
		if i > 0 {
			begin = BucketEnd(i - 1)
		}
		if i == buckets-1 {
			return h.Max
		}
		within := float64(BucketEnd(i)-begin) * rank / float64(n)
		return min(begin+time.Duration(within), h.Max)
	}
	return h.Max
}
