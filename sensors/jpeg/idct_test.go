package jpeg

import (
	"math"
	"math/rand/v2"
	"testing"
)

// cosines is the transform of T.81, A.3.3, for n points of the n lowest coefficients, scaled to n samples: in float64.
func cosines(b *[64]int32, n int) []float64 {
	out := make([]float64, n*n)
	weight := func(k, x int) float64 {
		w := math.Cos(float64(2*x+1) * float64(k) * math.Pi / float64(2*n))
		if k == 0 {
			w /= math.Sqrt2
		}
		return w
	}
	for y := range n {
		for x := range n {
			for v := range n {
				for u := range n {
					out[y*n+x] += float64(b[8*v+u]) * weight(u, x) * weight(v, y) / 4
				}
			}
		}
	}
	return out
}

// TestTransforms compares each scale with the formula, for blocks with many and with few coefficients.
func TestTransforms(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, scale := range []int{1, 2, 4, 8} {
		n := 8 / scale
		worst := 0.0
		for range 2000 {
			var b [64]int32
			filled := 1 + rng.IntN(64)
			for k := range filled {
				b[zigzag[k]] = int32(rng.NormFloat64() * 200 / float64(k+1))
			}
			c := component{stride: 1, pix: make([]byte, n*n)}
			c.setScale(scale)
			c.put(&b, filled, 0)
			for i, want := range cosines(&b, n) {
				want = min(max(want+128, 0), 255)
				worst = max(worst, math.Abs(float64(c.pix[i])-want))
			}
		}
		t.Logf("1/%d: at most %.3f off", scale, worst)
		if worst > 0.6 {
			t.Errorf("1/%d: got up to %.3f off the formula, want at most rounding", scale, worst)
		}
	}
}
