package pipelines

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func TestBucketsFollowOneAnother(t *testing.T) {
	for i := range buckets - 1 {
		end := BucketEnd(i)
		if got := bucketOf(end - 1); got != i {
			t.Errorf("%v is in bucket %d, want %d", end-1, got, i)
		}
		if got := bucketOf(end); got != i+1 {
			t.Errorf("%v is in bucket %d, want %d", end, got, i+1)
		}
		if i > 0 {
			if begin := BucketEnd(i - 1); (end-begin)*perTwice > begin {
				t.Errorf("bucket %d, %v to %v, is wider than a quarter", i, begin, end)
			}
		}
	}
	for d, want := range map[time.Duration]int{0: 0, -time.Second: 0, time.Hour: buckets - 1} {
		if got := bucketOf(d); got != want {
			t.Errorf("%v is in bucket %d, want %d", d, got, want)
		}
	}
}

// TestQuantiles compares with the times themselves, of three orders of magnitude.
func TestQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var h Histogram
	var all []time.Duration
	for range 5000 {
		d := time.Duration(float64(time.Millisecond) * rng.ExpFloat64())
		h.Add(d)
		all = append(all, d)
	}
	slices.Sort(all)
	for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 1} {
		want := all[max(0, int(q*float64(len(all)))-1)]
		if got := h.Quantile(q); got < want*4/5 || got > want*5/4 {
			t.Errorf("quantile %v: got %v, want about %v", q, got, want)
		}
	}
	if got := h.Quantile(1); got != h.Max || h.Max != all[len(all)-1] {
		t.Errorf("got %v and %v of the longest, %v", got, h.Max, all[len(all)-1])
	}
}

func TestQuantilesOfLittle(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 || h.Mean() != 0 {
		t.Errorf("got %v and %v of nothing", h.Quantile(0.5), h.Mean())
	}
	h.Add(3 * time.Minute) // longer than any bucket
	if h.Quantile(0.5) != 3*time.Minute || h.Mean() != 3*time.Minute {
		t.Errorf("got %v and %v of one time of 3 minutes", h.Quantile(0.5), h.Mean())
	}
	var one Histogram
	one.Add(95 * time.Millisecond)
	if got := one.Quantile(0.99); got < 80*time.Millisecond || got > 95*time.Millisecond {
		t.Errorf("got %v of one time of 95 ms", got)
	}
	if n := testing.AllocsPerRun(10, func() { one.Add(time.Second) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
