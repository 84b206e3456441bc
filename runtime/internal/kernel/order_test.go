package kernel

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTopKSorts compares with a stable sort on rows with many ties.
func TestTopKSorts(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		depth := 1 + r.IntN(40)
		k := 1 + r.IntN(depth)
		row := make([]float32, depth)
		for i := range row {
			if row[i] = float32(r.IntN(9)); row[i] == 8 {
				row[i] = float32(math.NaN())
			}
		}
		want := make([]int32, depth)
		for i := range want {
			want[i] = int32(i)
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(row[b], row[a]) }) // NaN is the least to cmp
		values, places := make([]float32, k), make([]int32, k)
		TopK(values, places, row, depth, k)
		if !slices.Equal(places, want[:k]) {
			t.Fatalf("%d of %v: got %v, want %v", k, row, places, want[:k])
		}
		for i, p := range places {
			if v := values[i]; v != row[p] && v == v {
				t.Fatalf("%d of %v: got value %g at %d", k, row, v, p)
			}
		}
	}
}

// TestFloorsAgree compares integer floor division and remainder with float64's, on all of int8.
func TestFloorsAgree(t *testing.T) {
	for a := -128; a < 128; a++ {
		for b := -128; b < 128; b++ {
			if b == 0 {
				continue
			}
			q := math.Floor(float64(a) / float64(b))
			if got, want := FloorDiv(int8(a), int8(b)), int8(int64(q)); got != want {
				t.Errorf("%d by %d: got %d, want %d", a, b, got, want)
			}
			if got, want := FloorMod(int8(a), int8(b)), int8(a-b*int(q)); got != want {
				t.Errorf("%d modulo %d: got %d, want %d", a, b, got, want)
			}
			if got, want := FloorModFloat(float32(a), float32(b)), float32(a-b*int(q)); got != want {
				t.Errorf("%d modulo %d: got %g, want %g", a, b, got, want)
			}
		}
	}
}

func TestRightShiftStopsAtTheLastBit(t *testing.T) {
	if got := RightShift[uint8](200, 9); got != 1 {
		t.Errorf("got %d, want 1", got)
	}
	if got := RightShift[int16](-3, 100); got != -1 {
		t.Errorf("got %d, want -1", got)
	}
	if got := RightShift[int32](5, -1); got != 5 {
		t.Errorf("got %d, want 5", got)
	}
}

func TestSearchKey(t *testing.T) {
	keys := []int32{math.MinInt32, -3, 0, 7, 9}
	for i, k := range keys[1:] {
		if got := SearchKey(keys, k); got != i+1 {
			t.Errorf("key %d: got %d, want %d", k, got, i+1)
		}
	}
	for _, key := range []int32{1, 10, -4} {
		if got := SearchKey(keys, key); got != -1 {
			t.Errorf("key %d: got %d, want none", key, got)
		}
	}
	if got := SearchKey([]int32{math.MinInt32, 1, 5}, math.MinInt32); got != -1 {
		t.Errorf("the least int32: got %d; its difference to 1 should wrap around and lead the wrong way", got)
	}
	if got := SearchKey(nil, 1); got != -1 {
		t.Errorf("no keys: got %d, want -1", got)
	}
	if got := SearchKey([]int32{5, 5, 5, 5}, 5); got != 2 {
		t.Errorf("equal keys: got %d, want 2, where C's bsearch ends", got)
	}
}
