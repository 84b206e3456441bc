package simd

import (
	"math"
	"math/bits"
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

func TestFFT(t *testing.T) {
	for _, path := range able(t) {
		if path.floats == nil || !path.floats.fft {
			continue
		}
		r := rand.New(rand.NewPCG(15, 16))
		for n := 2; n <= 64; n *= 2 {
			x, roots := guardedOf[float64](t, n*2*FFTLanes), guardedOf[complex128](t, n/2)
			for k := range roots {
				sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
				roots[k] = complex(cos, sin)
			}
			in := make([][FFTLanes]complex128, n)
			for i := range in {
				at := int(bits.Reverse32(uint32(i)) >> (bits.LeadingZeros32(uint32(n)) + 1))
				for l := range FFTLanes {
					in[i][l] = complex(r.NormFloat64(), r.NormFloat64())
					x[(2*at)*FFTLanes+l], x[(2*at+1)*FFTLanes+l] = real(in[i][l]), imag(in[i][l])
				}
			}
			fft(path.floats, x, roots)
			for k := range n {
				for l := range FFTLanes {
					var want complex128
					for i := range in {
						sin, cos := math.Sincos(-2 * math.Pi * float64(k*i%n) / float64(n))
						want += in[i][l] * complex(cos, sin)
					}
					if got := complex(x[2*k*FFTLanes+l], x[(2*k+1)*FFTLanes+l]); math.Hypot(real(got-want), imag(got-want)) > 1e-12*float64(n) {
						t.Fatalf("%s: %d points: X[%d] of %d is %v, want %v", path.name, n, k, l, got, want)
					}
				}
			}
		}
	}
}
