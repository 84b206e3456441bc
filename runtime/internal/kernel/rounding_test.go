package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// ties returns integers many of which lie halfway between multiples of 2ⁿ for some n, or at the type's ends.
func ties(r *rand.Rand, n int) []int32 {
	s := numbers[int32](r, n)
	for i := range s {
		if shift := r.IntN(24); r.IntN(4) > 0 {
			s[i] = int32(2*r.IntN(64)-63) << shift >> r.IntN(2)
		}
	}
	return s
}

// The multipliers are powers of two, just beside one, or any; shifts reach both ends.
func TestMultipliersAreTheFormula(t *testing.T) {
	trials(t, 300, func(t *testing.T, r *rand.Rand) {
		real := math.Ldexp(1+r.Float64(), r.IntN(60)-32)
		switch r.IntN(4) {
		case 0:
			real = math.Ldexp(1, r.IntN(60)-32)
		case 1:
			real = math.Nextafter(math.Ldexp(1, r.IntN(60)-32), 0)
		}
		m, rule := NewMultiplier(real), ref.NewMultiplier(real)
		if int64(m.Q) != rule.Q || m.Shift != rule.Shift {
			t.Fatalf("%g is %v, want %v", real, m, rule)
		}
		for _, x := range ties(r, 100) {
			if got, want := m.Apply(x), rule.Apply(int64(x)); int64(got) != want {
				t.Fatalf("%d·%g = %d, want %d", x, real, got, want)
			}
			if got, want := m.ApplyOnce(x), rule.Once(int64(x)); int64(got) != want {
				t.Fatalf("%d·%g rounded once = %d, want %d", x, real, got, want)
			}
			if m.Shift >= 8 {
				continue
			}
			wide := int64(x) << r.IntN(16)
			if got, want := m.ApplyWide(wide), rule.Wide(wide); int64(got) != want {
				t.Fatalf("%d·%g of 64 bits = %d, want %d", wide, real, got, want)
			}
		}
	})
}

// The cases are worked by hand from gemmlowp's definitions.
func TestMultiplierTies(t *testing.T) {
	half := NewMultiplier(0.5)
	for _, c := range []struct{ x, want int32 }{{3, 2}, {-3, -1}, {1, 1}, {-1, 0}, {4, 2}, {-4, -2}} {
		if got := half.Apply(c.x); got != c.want {
			t.Errorf("%d·½ = %d, want %d", c.x, got, c.want)
		}
	}
	quarter := NewMultiplier(0.25) // the high multiply halves, the shift halves again
	for _, c := range []struct{ x, want int32 }{{2, 1}, {-2, -1}, {6, 2}, {-6, -2}, {5, 2}, {-5, -1}} {
		if got := quarter.Apply(c.x); got != c.want {
			t.Errorf("%d·¼ = %d, want %d", c.x, got, c.want)
		}
	}
}

func TestRequantIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		scale := float32(math.Ldexp(1, -r.IntN(24)))
		if r.IntN(2) == 0 {
			scale = ratio(r)
		}
		zero := zeroOf[uint8](r)
		lo, hi := bounds[uint8](r)
		req := NewRequant([]float32{scale}, zero, lo, hi)
		acc, out := ties(r, 100), make([]uint8, 100)
		Row(&req, out, acc, 0)
		for i, a := range acc {
			if want := ref.Requant(int64(a), scale, int64(zero), int64(lo), int64(hi)); int64(out[i]) != want || int64(req.One(a, 0)) != want {
				t.Fatalf("%d·%g: got %d and %d, want %d", a, scale, out[i], req.One(a, 0), want)
			}
		}
	})
}

// The scale of each channel is rounded twice, in this order.
func TestConvScaleIsTheFormula(t *testing.T) {
	trials(t, 20, func(t *testing.T, r *rand.Rand) {
		in, out, weights, want := ratio(r), ratio(r), []float32{ratio(r), ratio(r)}, []float32{}
		for _, w := range weights {
			want = append(want, float32(float64(float32(float64(in)*float64(w)))/float64(out)))
		}
		same(t, ConvScale(in, weights, out), want, in, weights, out)
	})
}

func TestRintRoundsHalfToEven(t *testing.T) {
	for i := -4 * 600; i <= 4*600; i++ {
		v := float32(i) / 4
		if got, want := rint(v), int32(math.RoundToEven(float64(v))); got != want {
			t.Errorf("rint(%g) = %d, want %d", v, got, want)
		}
	}
}
