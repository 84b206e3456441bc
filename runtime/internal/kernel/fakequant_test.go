package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestFakeQuantAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	for range 300 {
		low, high, bits := -4*r.Float32(), 0.1+4*r.Float32(), 1+r.IntN(8)
		in, out := make([]float32, 20), make([]float32, 20)
		for i := range in {
			in[i] = float32(r.NormFloat64()) * 3
		}
		NewFakeQuant(low, high, bits).Run(out, in)
		for i, v := range in {
			want := ref.FakeQuant(float64(v), float64(low), float64(high), bits)
			// In the middle between two values either will do.
			if further := math.Abs(float64(out[i]-v)) - math.Abs(want-float64(v)); math.Abs(further) > 1e-5 {
				t.Fatalf("%g in %d bits from %g to %g: got %g, want %g", v, bits, low, high, out[i], want)
			}
		}
	}
}

// TestFakeQuantAtTheEdges has LiteRT's answers (@litertjs/core 2.5.3).
func TestFakeQuantAtTheEdges(t *testing.T) {
	nan := float32(math.NaN())
	out := make([]float32, 4)
	NewFakeQuant(1, 3, 2).Run(out, []float32{nan, -1, 1.9, 5}) // moved to 0 … 2
	if want := []float32{0, 0, 2, 2}; !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
	NewFakeQuant(0, 0, 8).Run(out, []float32{nan, -1, 1.9, 5})
	for i, v := range out {
		if v == v {
			t.Errorf("%d in an empty range: got %g, want NaN", i, v)
		}
	}
}
