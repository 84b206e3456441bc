package kernel

import (
	"slices"
	"testing"
)

func TestReduceWalksInOrder(t *testing.T) {
	in := []int32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12} // 2x2x3
	f := NewFold([]int{2, 2, 3}, []bool{true, false, true})
	got := make([][]int32, f.Out)
	Reduce(f, got, in, nil, func(acc []int32, v int32) []int32 { return append(acc, v) })
	if f.Count != 6 || !slices.Equal(got[0], []int32{1, 2, 3, 7, 8, 9}) || !slices.Equal(got[1], []int32{4, 5, 6, 10, 11, 12}) {
		t.Errorf("%d inputs each: %v", f.Count, got)
	}
}

// in is 1, 2, −3 and 100, 50, 25 over three, with real value (q−1)/2; results have real value (q+3)/4.
func TestQuantizedReductionsByHand(t *testing.T) {
	in, from, to := []int8{1, 2, -3, 100, 50, 25}, Affine{0.5, 1}, Affine{0.25, -3}
	fold := func() *Fold { return NewFold([]int{2, 3}, []bool{false, true}) }
	out := make([]int8, 2)
	for _, c := range []struct {
		name string
		run  func()
		want []int8 // means −½ and 28⅔; sums −1½ and 86
	}{
		{"mean, XNNPACK", func() { RunMean(NewMean(fold(), false, from, to), out, in) }, []int8{-5, 112}},
		{"mean, fixed point", func() { RunMeanFixed(NewMeanFixed(fold(), from, to), out, in) }, []int8{-5, 112}},
		{"sum, XNNPACK", func() { RunMean(NewMean(fold(), true, from, to), out, in) }, []int8{-9, 127}},
		{"sum, float", func() { SumFloatRule(fold(), make([]int32, 2), from, to, out, in) }, []int8{-9, 127}},
	} {
		c.run()
		if !slices.Equal(out, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, out, c.want)
		}
	}
	// (3−1)/2·(5−1)/2·(−3−1)/2 = −4, which is −4·4−3
	p := NewProdFixed(NewFold([]int{1, 3}, []bool{false, true}), from, to)
	RunProdFixed(p, out[:1], []int8{3, 5, -3})
	if out[0] < -20 || out[0] > -18 {
		t.Errorf("product: got %d, want about -19", out[0])
	}
}
