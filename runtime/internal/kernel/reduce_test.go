package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// folding is a random shape of up to rank dimensions, which of them are reduced, and the shape with those of one element.
func folding(r *rand.Rand, rank int) (shape []int, reduced []bool, kept []int) {
	for range r.IntN(rank + 1) {
		d, away := 1+r.IntN(4), r.IntN(2) == 0
		if shape, reduced, kept = append(shape, d), append(reduced, away), append(kept, d); away {
			kept[len(kept)-1] = 1
		}
	}
	return shape, reduced, kept
}

func TestReduceWalksInOrder(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		shape, reduced, _ := folding(r, 5)
		in := ordinals(ref.Elems(shape))
		f := NewFold(shape, reduced)
		got := make([][]int, f.Out)
		for range 2 { // the walk can be done again
			Reduce(f, got, in, nil, func(acc []int, v int) []int { return append(acc, v) })
		}
		for i, want := range ref.Groups(shape, reduced, in) {
			if same(t, got[i], want, shape, reduced); len(want) != f.Count {
				t.Fatalf("%d inputs each, want %d", f.Count, len(want))
			}
		}
	})
}

// reduction is a quantized reduction by kernel and by ref; the groups are the inputs of each output.
type reduction[T Quantized] struct {
	name string
	run  func(f *Fold, in, out Affine, dst, src []T)
	ref  func(group []int64, in, out ref.Affine) int64
}

func fixedReductions[T Quantized]() []reduction[T] {
	return []reduction[T]{
		{"mean", func(f *Fold, in, out Affine, dst, src []T) { RunMeanFixed(NewMeanFixed(f, in, out), dst, src) }, ref.MeanFixed},
		{"sum", func(f *Fold, in, out Affine, dst, src []T) { SumFloatRule(f, make([]int32, f.Out), in, out, dst, src) }, ref.SumFloat},
	}
}

func xnnReductions[T int8 | uint8]() []reduction[T] {
	var list []reduction[T]
	for _, sum := range []bool{false, true} {
		list = append(list, reduction[T]{"mean or sum, XNNPACK",
			func(f *Fold, in, out Affine, dst, src []T) {
				m := NewMean(f, sum, in, out)
				RunMean(m, dst, src)
				RunMean(m, dst, src)
			},
			func(group []int64, in, out ref.Affine) int64 { return ref.MeanXNN(group, sum, in, out) }})
	}
	return list
}

func products[T int8 | int16]() []reduction[T] {
	return []reduction[T]{{"product", func(f *Fold, in, out Affine, dst, src []T) { RunProdFixed(NewProdFixed(f, in, out), dst, src) }, ref.ProdFixed}}
}

func TestQuantizedReductionsAreTheFormula(t *testing.T) {
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		checkReductions(t, r, append(fixedReductions[int8](), xnnReductions[int8]()...))
		checkReductions(t, r, append(fixedReductions[uint8](), xnnReductions[uint8]()...))
		checkReductions(t, r, fixedReductions[int16]())
		checkReductions(t, r, products[int8]())
		checkReductions(t, r, products[int16]())
	})
}

func checkReductions[T Quantized](t *testing.T, r *rand.Rand, list []reduction[T]) {
	shape, reduced, _ := folding(r, 4)
	from, in := affineOf[T](r)
	to, out := affineOf[T](r)
	src := numbers[T](r, ref.Elems(shape))
	lo, hi := ends[T]()
	for _, c := range list {
		f := NewFold(shape, reduced)
		if limit := math.Pow(float64(to.Scale), 1/float64(f.Count)); from.Scale/to.Scale > 1<<29 || c.name == "product" && float64(from.Scale)/limit > 64 {
			continue // where TFLite shifts out of the int32, or multiplies out of 48 bits
		}
		got, want := make([]T, f.Out), []int64{}
		c.run(f, from, to, got, src)
		for _, group := range ref.Groups(shape, reduced, as[int64](src)) {
			want = append(want, ref.Clamp(c.ref(group, in, out), lo, hi))
		}
		same(t, as[int64](got), want, c.name, shape, reduced, from, to)
	}
}

// in is 1, 2, −3 and 100, 50, 25 over three, with real value (q−1)/2; results have real value (q+3)/4.
func TestQuantizedReductionsByHand(t *testing.T) {
	in, from, to := []int8{1, 2, -3, 100, 50, 25}, Affine{0.5, 1}, Affine{0.25, -3}
	for i, want := range [][]int8{{-5, 112}, {-9, 127}, {-5, 112}, {-9, 127}} { // means −½ and 28⅔; sums −1½ and 86
		out := make([]int8, 2)
		c := append(fixedReductions[int8](), xnnReductions[int8]()...)[i]
		c.run(NewFold([]int{2, 3}, []bool{false, true}), from, to, out, in)
		same(t, out, want, c.name)
	}
	// (3−1)/2·(5−1)/2·(−3−1)/2 = −4, which is −4·4−3
	out := make([]int8, 1)
	products[int8]()[0].run(NewFold([]int{1, 3}, []bool{false, true}), from, to, out, []int8{3, 5, -3})
	if out[0] < -20 || out[0] > -18 {
		t.Errorf("product: got %d, want about -19", out[0])
	}
}
