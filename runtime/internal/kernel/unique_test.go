package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestUniqueKeepsTheOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for range 500 {
		in := make([]int16, r.IntN(20))
		for i := range in {
			in[i] = int16(r.IntN(8) - 4)
		}
		var want []int16
		places := make([]int32, len(in))
		for i, v := range in {
			at := slices.Index(want, v)
			if at < 0 {
				at, want = len(want), append(want, v)
			}
			places[i] = int32(at)
		}
		values, index := make([]int16, len(in)), make([]int32, len(in))
		n := NewUnique[int16](len(in)).Run(values, in, index)
		if !slices.Equal(values[:n], want) || !slices.Equal(index, places) {
			t.Fatalf("%v: got %v at %v, want %v at %v", in, values[:n], index, want, places)
		}
	}
}

// TestUniqueOfNaN has LiteRT's answers (@litertjs/core 2.5.3).
func TestUniqueOfNaN(t *testing.T) {
	nan, zero := float32(math.NaN()), float32(math.Copysign(0, -1))
	for _, c := range []struct {
		in   []float32
		n    int
		want []int32
	}{
		{[]float32{nan, 1, nan, 2}, 1, []int32{0, 0, 0, 0}},
		{[]float32{2, nan, 1, nan, 0, zero}, 3, []int32{0, 0, 1, 1, 2, 2}},
	} {
		values, index := make([]float32, len(c.in)), make([]int32, len(c.in))
		if n := NewUnique[float32](len(c.in)).Run(values, c.in, index); n != c.n || !slices.Equal(index, c.want) {
			t.Errorf("%v: got %d, %v, want %d, %v", c.in, n, index, c.n, c.want)
		}
	}
}

// TestUniqueOfMany has more elements than are sorted at once.
func TestUniqueOfMany(t *testing.T) {
	in := numbers[int32](rand.New(rand.NewPCG(5, 43)), 3<<16+17)
	for i := range in {
		in[i] %= 50_000
	}
	values, index, seen := make([]int32, len(in)), make([]int32, len(in)), map[int32]bool{}
	n := NewUnique[int32](len(in)).Run(values, in, index)
	for i, v := range in {
		if values[index[i]] != v {
			t.Fatalf("element %d is %d, got %d", i, v, values[index[i]])
		}
		seen[v] = true
	}
	if n != len(seen) {
		t.Errorf("got %d values, want %d", n, len(seen))
	}
}
