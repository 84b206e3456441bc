package kernel

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestArgMaxIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		g := ArgAxis{Outer: r.IntN(4), Axis: 1 + r.IntN(9), Inner: r.IntN(4)}
		in, least := strange(r, g.Outer*g.Axis*g.Inner), r.IntN(2) == 0
		out, want := make([]int64, g.Outer*g.Inner), []int64{}
		ArgMax(&g, least, out, in)
		for _, group := range ref.Groups([]int{g.Outer, g.Axis, g.Inner}, []bool{false, true, false}, as[float64](in)) {
			want = append(want, int64(ref.Best(group, least)))
		}
		same(t, out, want, g, least, in)
		bytes := numbers[int8](r, len(in)) // many are the same
		ArgMax(&g, least, out, bytes)
		for i, group := range ref.Groups([]int{g.Outer, g.Axis, g.Inner}, []bool{false, true, false}, as[float64](bytes)) {
			want[i] = int64(ref.Best(group, least))
		}
		same(t, out, want, g, least, bytes)
	})
}

// TestTopKSorts compares with a stable sort, on rows with ties and NaN.
func TestTopKSorts(t *testing.T) {
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		depth, rows := 1+r.IntN(40), r.IntN(3)
		k := 1 + r.IntN(depth)
		in := strange(r, rows*depth)
		if r.IntN(2) == 0 {
			for i := range in {
				in[i] = float32(r.IntN(4))
			}
		}
		values, places := make([]float32, rows*k), make([]int32, rows*k)
		TopK(&Top{Depth: depth, K: k}, values, places, in)
		var wantValues []float32
		var wantPlaces []int32
		for row := range slices.Chunk(in, depth) {
			order := make([]int32, depth)
			Range(order, 0, 1)
			slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(row[b], row[a]) }) // NaN is the least to cmp
			for _, p := range order[:k] {
				wantPlaces, wantValues = append(wantPlaces, p), append(wantValues, row[p])
			}
		}
		same(t, places, wantPlaces, k, in)
		same(t, values, wantValues, k, in)
	})
}

func TestCumsumIsTheFormula(t *testing.T) {
	exact, single := func(x int64) int64 { return x }, func(x float64) float64 { return float64(float32(x)) }
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		outer, axis, inner := r.IntN(4), r.IntN(6), r.IntN(4)
		exclusive, reverse := r.IntN(2) == 0, r.IntN(2) == 0
		shape, n := []int{outer, axis, inner}, outer*axis*inner
		ints, floats := numbers[int32](r, n), strange(r, n)
		gotInts, gotFloats := make([]int32, n), make([]float32, n)
		Cumsum(gotInts, ints, axis, inner, exclusive, reverse)
		Cumsum(gotFloats, floats, axis, inner, exclusive, reverse)
		wantInts, wantFloats := slices.Clone(ints), slices.Clone(floats)
		for _, at := range ref.Groups(shape, []bool{false, true, false}, ordinals(n)) {
			var x []int64
			var y []float64
			for _, p := range at {
				x, y = append(x, int64(ints[p])), append(y, float64(floats[p]))
			}
			for k, p := range at {
				wantInts[p] = int32(ref.Running(x, exclusive, reverse, exact)[k])
				wantFloats[p] = float32(ref.Running(y, exclusive, reverse, single)[k])
			}
		}
		same(t, gotInts, wantInts, shape, exclusive, reverse)
		same(t, gotFloats, wantFloats, shape, exclusive, reverse)
	})
}

// Range is the exclusive running sum of what is added, from the start on.
func TestRangeIsTheFormula(t *testing.T) {
	trials(t, 30, func(t *testing.T, r *rand.Rand) {
		n, start, delta := r.IntN(20), float32(r.NormFloat64()), float32(r.NormFloat64())
		got, steps := make([]float32, n), make([]float64, n)
		Range(got, start, delta)
		for i := range steps {
			if steps[i] = float64(delta); i == 0 {
				steps[i] = float64(start)
			}
		}
		same(t, got, as[float32](ref.Running(steps, false, false, func(x float64) float64 { return float64(float32(x)) })), start, delta)
	})
}
