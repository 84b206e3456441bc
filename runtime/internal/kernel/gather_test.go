package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// picks returns n indices below limit.
func picks(r *rand.Rand, n, limit int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = r.IntN(limit)
	}
	return s
}

func indices(s []int) []int32 {
	var out []int32
	for _, v := range s {
		out = append(out, int32(v))
	}
	return out
}

func TestGatherIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		g := Picked{Batch: r.IntN(3), Outer: r.IntN(4), Axis: 1 + r.IntN(5), Picks: r.IntN(5), Inner: r.IntN(5)}
		in, at := numbers[uint8](r, g.Batch*g.Outer*g.Axis*g.Inner), picks(r, g.Batch*g.Picks, g.Axis)
		got := make([]byte, g.Batch*g.Outer*g.Picks*g.Inner)
		if bad, ok := Gather(&g, got, in, indices(at)); !ok {
			t.Fatalf("%v stops at %d", g, bad)
		}
		same(t, got, ref.Gather(in, [4]int{g.Batch, g.Outer, g.Axis, g.Inner}, at), g, at)
		if len(at) > 0 && g.Outer > 0 {
			at[r.IntN(len(at))] = []int{-1, g.Axis, 1 << 30}[r.IntN(3)]
			if _, ok := Gather(&g, got, in, indices(at)); ok {
				t.Fatalf("%v of %v does not stop", at, g)
			}
		}
	})
}

func TestNestedIndicesAreTheFormula(t *testing.T) {
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		dims, size, count := []int{}, 1+r.IntN(4), r.IntN(6)
		for range 1 + r.IntN(3) {
			dims = append(dims, 1+r.IntN(4))
		}
		var at []int
		for range count {
			for _, d := range dims {
				at = append(at, r.IntN(d))
			}
		}
		n, all := NewNested(dims, size), ref.Elems(dims)*size
		params, rows := numbers[uint8](r, all), numbers[uint8](r, count*size)
		got := make([]byte, count*size)
		GatherND(n, count, got, params, indices(at))
		same(t, got, ref.GatherND(params, dims, size, at), "gather", dims, at)

		sum := make([]byte, all)
		ScatterND(n, count, 1, sum, rows, indices(at))
		same(t, sum, ref.ScatterND(make([]byte, all), rows, dims, size, at, func(old, new byte) byte { return old + new }), "sum", dims, at)

		words, wide := make([]int32, all), numbers[int32](r, count*size)
		ScatterND(NewNested(dims, 4*size), count, 4, words, wide, indices(at))
		same(t, words, ref.ScatterND(make([]int32, all), wide, dims, size, at, func(old, new int32) int32 { return old + new }), "sum of int32", dims, at)

		or := make([]byte, all)
		ScatterBool(n, count, or, rows, indices(at))
		same(t, or, ref.ScatterND(make([]byte, all), rows, dims, size, at, func(old, new byte) byte { return max(old, truth(new != 0)) }), "or", dims, at)

		set, last := slices.Clone(params), func(_, new byte) byte { return new }
		ScatterSet(n, count, false, set, rows, indices(at))
		same(t, set, ref.ScatterND(params, rows, dims, size, at, last), "set", dims, at)
		if count > 0 {
			ScatterSet(n, count, true, set, rows, indices(at))
			same(t, set, ref.ScatterND(params, slices.Repeat(rows[:size], count), dims, size, at, last), "one value", dims, at)
			at[r.IntN(len(at))] = []int{-1, 4, 1 << 30}[r.IntN(3)]
			if _, ok := GatherND(n, count, got, params, indices(at)); ok {
				t.Fatalf("%v in %v does not stop", at, dims)
			}
		}
	})
}

func TestEmbeddingRowsAreTheFormula(t *testing.T) {
	trials(t, 30, func(t *testing.T, r *rand.Rand) {
		rows, depth := 1+r.IntN(5), r.IntN(6)
		in, at, scale := numbers[int8](r, rows*depth), picks(r, r.IntN(5), rows), make([]float32, []int{1, rows}[r.IntN(2)])
		for i := range scale {
			scale[i] = ratio(r)
		}
		got, want := make([]float32, len(at)*depth), []float32{}
		EmbeddingRows(got, in, indices(at), scale, rows, depth)
		for _, row := range at {
			for _, q := range in[row*depth : (row+1)*depth] {
				want = append(want, float32(ref.Affine{Scale: scale[row%len(scale)]}.Real(int64(q))))
			}
		}
		same(t, got, want, rows, depth, at)
	})
}

func TestOneHotIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		outer, depth, inner := r.IntN(3), r.IntN(4), r.IntN(4)
		at, on, off := make([]int32, outer*inner), byte(7), byte(3)
		for i := range at {
			at[i] = int32(r.IntN(depth+2)) - 1 // and none
		}
		got := slices.Repeat([]byte{off}, outer*depth*inner)
		OneHot(got, []byte{on}, at, depth, inner)
		same(t, got, ref.OneHot(at, depth, inner, on, off), outer, depth, inner, at)
	})
}

func TestReverseSequenceIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		g := Sequences{A: 1 + r.IntN(2), B: 1 + r.IntN(4), C: 1 + r.IntN(3), D: 1 + r.IntN(4), Size: 1, SequenceFirst: r.IntN(2) == 0}
		batch, seq, longest, n := 1, 3, g.D, g.B
		if g.SequenceFirst {
			batch, seq, longest, n = 3, 1, g.B, g.D
		}
		in, lengths := numbers[uint8](r, g.A*g.B*g.C*g.D), picks(r, n, longest+1)
		got := make([]byte, len(in))
		if _, ok := ReverseSequence(&g, got, in, indices(lengths)); !ok {
			t.Fatalf("%v of lengths %v stops", g, lengths)
		}
		same(t, got, ref.ReverseSequence(in, []int{g.A, g.B, g.C, g.D}, batch, seq, lengths), g, lengths)
		lengths[0] = []int{-1, longest + 1}[r.IntN(2)]
		if _, ok := ReverseSequence(&g, got, in, indices(lengths)); ok {
			t.Fatalf("%v of lengths %v does not stop", g, lengths)
		}
	})
}
