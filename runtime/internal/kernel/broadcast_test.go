package kernel

import (
	"fmt"
	"slices"
	"testing"
)

func TestBroadcastFollowsNumPy(t *testing.T) {
	for _, c := range []struct {
		a, b, want []int
		pairs      [][2]int // operand places in order of the result
	}{
		{[]int{2, 2}, []int{2, 2}, []int{2, 2}, [][2]int{{0, 0}, {1, 1}, {2, 2}, {3, 3}}},
		{[]int{2, 2}, []int{2}, []int{2, 2}, [][2]int{{0, 0}, {1, 1}, {2, 0}, {3, 1}}},
		{[]int{2, 1}, []int{1, 3}, []int{2, 3}, [][2]int{{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}}},
		{nil, []int{2}, []int{2}, [][2]int{{0, 0}, {0, 1}}},
		{[]int{2, 1, 2}, []int{2, 1}, []int{2, 2, 2}, [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}, {2, 0}, {3, 0}, {2, 1}, {3, 1}}},
		{[]int{0, 2}, []int{1, 2}, []int{0, 2}, nil},
	} {
		t.Run(fmt.Sprint(c.a, c.b), func(t *testing.T) {
			w, shape, ok := NewBroadcast(c.a, c.b)
			if !ok || !slices.Equal(shape, c.want) {
				t.Fatalf("shape %v (%v), want %v", shape, ok, c.want)
			}
			var pairs [][2]int
			w.Each(func(out, a, b int) {
				if out != len(pairs) {
					t.Errorf("element %d comes after %d", out, len(pairs))
				}
				pairs = append(pairs, [2]int{a, b})
			})
			if !slices.Equal(pairs, c.pairs) {
				t.Errorf("pairs %v, want %v", pairs, c.pairs)
			}
		})
	}
	if _, _, ok := NewBroadcast([]int{2}, []int{3}); ok {
		t.Error("2 and 3 broadcast")
	}
}
