package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestEmbeddingSparseIsTheFormula compares with the formula, bucket by bucket, on sorted indices.
func TestEmbeddingSparseIsTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	for try := range 300 {
		rows, size, buckets, k := 1+r.IntN(4), r.IntN(4), 1+r.IntN(4), r.IntN(9)
		table, weights := randomFloats(r, rows*size), randomFloats(r, k)
		ids, index := make([]int32, k), make([]int32, 2*k)
		for i := range ids {
			ids[i], index[2*i] = int32(r.IntN(rows)), int32(i*buckets/k)
		}
		e := &EmbeddingSparse{Rows: rows, Size: size, Dims: []int32{int32(buckets)}, Mean: try%3 == 1, SqrtN: try%3 == 2}
		got, want := make([]float32, buckets*size), make([]float64, buckets*size)
		if bad, ok := e.Run(got, table, ids, index, weights); !ok {
			t.Fatalf("row %d", bad)
		}
		for b := range buckets {
			sum, squares := 0.0, 0.0
			for i, id := range ids {
				if w := float64(weights[i]); int(index[2*i]) == b {
					sum, squares = sum+w, squares+w*w
					for j := range size {
						want[b*size+j] += float64(table[int(id)*size+j]) * w
					}
				}
			}
			for j := range size {
				if e.Mean && sum > 0 {
					want[b*size+j] /= sum
				}
				if e.SqrtN && sum > 0 {
					want[b*size+j] /= math.Sqrt(squares)
				}
			}
		}
		near(t, "combined", got, want)
	}
}

func TestEmbeddingSparseOutside(t *testing.T) {
	e := &EmbeddingSparse{Rows: 2, Size: 1, Dims: []int32{2}, Mean: true}
	out, ones := make([]float32, 2), []float32{1, 1}
	if bad, ok := e.Run(out, ones, []int32{0, 2}, make([]int32, 4), ones); ok || bad != 2 {
		t.Errorf("got %d, %t, want row 2 to be refused", bad, ok)
	}
	for _, place := range []int32{-1, 2, math.MaxInt32, math.MinInt32} {
		if _, ok := e.Run(out, ones, []int32{0, 0}, []int32{place, 0, 1, 0}, ones); !ok || out[0] != 0 || out[1] != 1 {
			t.Errorf("a row for bucket %d: got %v, want [0 1]", place, out)
		}
	}
}
