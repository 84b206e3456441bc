package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestSegmentsAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 500 {
		rows, size, k := 1+r.IntN(4), r.IntN(4), r.IntN(8)
		in, ids := make([]float32, k*size), make([]int32, k)
		for i := range in {
			in[i] = float32(r.IntN(9) - 4)
		}
		for i := range ids {
			ids[i] = int32(r.IntN(rows+1) - 1)
		}
		got := make([]float32, rows*size)
		for name, f := range map[string]func(v, acc float32) float32{"sum": Sum[float32], "product": Product[float32], "max": Larger[float32], "min": Smaller[float32]} {
			want := ref.Segments(in, ids, rows, size, 1, func(acc, v float32) float32 { return f(v, acc) })
			if bad, ok := Segments(got, in, ids, rows, size, 1, f); !ok || !slices.Equal(got, want) {
				t.Fatalf("%s of %v by %v: got %v, %d, want %v", name, in, ids, got, bad, want)
			}
		}
	}
}

func TestSegmentsStopAtAnIDOutside(t *testing.T) {
	if bad, ok := Segments(make([]int32, 2), []int32{1, 2}, []int32{0, 2}, 2, 1, 0, Sum); ok || bad != 2 {
		t.Errorf("got %d, %t, want 2, false", bad, ok)
	}
}

// TestSegmentsAndNaN: a NaN never wins a maximum, but keeps what it is part of a sum.
func TestSegmentsAndNaN(t *testing.T) {
	nan, out := float32(math.NaN()), make([]float32, 1)
	Segments(out, []float32{nan, 1, nan}, []int32{0, 0, 0}, 1, 1, -9, Larger)
	if out[0] != 1 {
		t.Errorf("maximum %g, want 1", out[0])
	}
	Segments(out, []float32{nan, 1}, []int32{0, 0}, 1, 1, 0, Sum)
	if out[0] == out[0] {
		t.Errorf("sum %g, want NaN", out[0])
	}
}
