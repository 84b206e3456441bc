package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

func drawnFloats(t testing.TB, r *rand.Rand, n int) []float32 {
	v := guardedOf[float32](t, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
		if r.IntN(50) == 0 {
			v[i] = [...]float32{0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.NaN()), 1e-42}[r.IntN(5)]
		}
	}
	return v
}

// TestFloatGemm compares bits: the order in which products are added up is part of what is promised.
func TestFloatGemm(t *testing.T) {
	for _, path := range able(t) {
		if path.floats == nil {
			continue
		}
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(13, 14))
			for range 300 {
				n, k, rows := 1+r.IntN(140), 1+r.IntN(40), 1+r.IntN(30)
				m := FloatMatrix{Rows: rows, InStride: r.IntN(2 * k)}
				m.In, m.Out = drawnFloats(t, r, (rows-1)*m.InStride+k), guardedOf[float32](t, rows*n)
				w, bias := drawnFloats(t, r, n*k), drawnFloats(t, r, n)
				if r.IntN(2) == 0 {
					bias = nil
				}
				newFloatGemm(n, k, w, path.floats).Run(&FloatCall{}, m, bias)
				for i, got := range m.Out {
					var want float32
					for j := range k {
						want += float32(m.In[i/n*m.InStride+j] * w[i%n*k+j])
					}
					if bias != nil {
						want += bias[i%n]
					}
					if math.Float32bits(got) != math.Float32bits(want) && (got == got || want == want) {
						t.Fatalf("%d rows, N %d, K %d: element %d: got %v, want %v", rows, n, k, i, got, want)
					}
				}
			}
		})
	}
}
