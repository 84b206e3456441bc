package kernel

import (
	"fmt"
	"math"
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

func TestSoftmaxSumsToOne(t *testing.T) {
	s := NewSoftmax(0.1, 1, 1.0/256, -128)
	in, out := []int8{10, 20, 30, -128, -128, 127}, make([]int8, 6)
	SoftmaxRows(s, out, in, 3)
	for row := range 2 {
		var total, want float64
		for i := range 3 {
			total += float64(out[row*3+i]) + 128
			want += math.Exp(0.1 * float64(in[row*3+i]))
		}
		if math.Abs(total-256) > 2 {
			t.Errorf("row %d sums to %g/256", row, total)
		}
		for i := range 3 {
			p := math.Exp(0.1*float64(in[row*3+i])) / want * 256
			if got := float64(out[row*3+i]) + 128; math.Abs(got-min(p, 255)) > 1 {
				t.Errorf("row %d element %d is %g/256, want about %g", row, i, got, p)
			}
		}
	}
}

func TestMeanOverMiddleDimensions(t *testing.T) {
	m := NewMean(NewFold([]int{2, 2, 3}, []bool{false, true, false}), false, Affine{0.5, 1}, Affine{0.25, -3})
	in := []int8{1, 2, 3, 5, 6, 8, -1, -2, -3, -7, -8, 9}
	out := make([]int8, 6)
	RunMean(m, out, in)
	// (mean − 1)·2 − 3, by hand
	if want := []int8{1, 3, 6, -13, -15, 1}; !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
}
