package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sameFloat says whether two are of the same bits, or both NaN.
func sameFloat(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// held is v, or the bound that it is beyond; NaN stays.
func held(v float32, to FloatBounds) float32 {
	switch {
	case v < to.Lo:
		return to.Lo
	case v > to.Hi:
		return to.Hi
	}
	return v
}

func TestFloatPairs(t *testing.T) {
	of := []func(a, b float32) float32{
		FloatSum: func(a, b float32) float32 { return a + b }, FloatDifference: func(a, b float32) float32 { return a - b },
		FloatProduct: func(a, b float32) float32 { return a * b }, FloatQuotient: func(a, b float32) float32 { return a / b },
		FloatLarger: func(a, b float32) float32 {
			if a > b {
				return a
			}
			return b
		},
		FloatSmaller: func(a, b float32) float32 {
			if a < b {
				return a
			}
			return b
		},
	}
	inf := float32(math.Inf(1))
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(17, 18))
		for range 100 {
			op, n := FloatOp(r.IntN(len(of))), 16+r.IntN(60)
			to := []FloatBounds{{-inf, inf}, {0, 6}, {-1, 1}, {0, inf}}[r.IntN(4)]
			sizes := [][2]int{{n, n}, {n, 1}, {1, n}, {1, 1}}[r.IntN(4)]
			a, b, out := drawnFloats(t, r, sizes[0]), drawnFloats(t, r, sizes[1]), guardedOf[float32](t, n)
			done := floatPairs(path.floats, op, out, a, b, to)
			if done != n/16*16 {
				t.Fatalf("%s: %d of %d elements are done", path.name, done, n)
			}
			for i, got := range out {
				want := float32(0)
				if i < done {
					want = held(of[op](a[min(i, len(a)-1)], b[min(i, len(b)-1)]), to)
				}
				if !sameFloat(got, want) {
					t.Fatalf("%s: function %d of %v and %v, held to %v: got %v, want %v", path.name, op, a[min(i, len(a)-1)], b[min(i, len(b)-1)], to, got, want)
				}
			}
		}
	}
}

func TestLogs(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(19, 20))
		for range 100 {
			in := drawnFloats(t, r, 16+r.IntN(60))
			for i := range in {
				if r.IntN(2) == 0 {
					in[i] = math.Float32frombits(r.Uint32())
				}
			}
			out := guardedOf[float32](t, len(in))
			for i, got := range out[:logs(path.floats, out, in)] {
				want := math.Log(float64(in[i]))
				if !sameFloat(got, float32(want)) && !(math.Abs(float64(got)-want) <= math.Abs(want)*0x1p-24) {
					t.Fatalf("%s: logarithm of %v: got %v, want %v", path.name, in[i], got, want)
				}
			}
		}
	}
}

func TestMagnitudes(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(21, 22))
		for range 100 {
			in := guardedOf[complex64](t, 16+r.IntN(60))
			parts := drawnFloats(t, r, 2*len(in))
			for i := range in {
				in[i] = complex(parts[2*i], parts[2*i+1])
			}
			out := guardedOf[float32](t, len(in))
			for i, got := range out[:magnitudes(path.floats, out, in)] {
				re, im := float64(real(in[i])), float64(imag(in[i]))
				want := float32(math.Sqrt(re*re + im*im))
				if math.IsInf(re, 0) || math.IsInf(im, 0) {
					want = float32(math.Inf(1))
				}
				if !sameFloat(got, want) {
					t.Fatalf("%s: magnitude of %v: got %v, want %v", path.name, in[i], got, want)
				}
			}
		}
	}
}
