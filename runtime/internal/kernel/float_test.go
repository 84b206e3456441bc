package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func normalFloats(r *rand.Rand, n int) (v []float32, exact []float64) {
	v, exact = make([]float32, n), make([]float64, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
		exact[i] = float64(v[i])
	}
	return v, exact
}

func near(t *testing.T, what string, got []float32, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d elements, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		if d := math.Abs(float64(got[i]) - w); !(d <= 1e-5*(1+math.Abs(w))) {
			t.Fatalf("%s: element %d is %g, want %g", what, i, got[i], w)
		}
	}
}
