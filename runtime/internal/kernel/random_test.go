package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// trials runs f with n sources of random numbers, each a subtest of its own.
func trials(t *testing.T, n int, f func(t *testing.T, r *rand.Rand)) {
	t.Helper()
	for seed := range uint64(n) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { f(t, rand.New(rand.NewPCG(seed, 2))) })
		if t.Failed() {
			return
		}
	}
}

// numbers returns n elements, by chance all one end of the type, ends only, small ones or any.
func numbers[T Whole](r *rand.Rand, n int) []T {
	least, most := limitsOf[T]()
	lo, hi, kind, s := T(least), T(most), r.IntN(8), make([]T, n)
	for i := range s {
		switch {
		case kind == 0:
			s[i] = lo
		case kind == 1:
			s[i] = hi
		case kind == 2:
			s[i] = []T{lo, hi}[r.IntN(2)]
		case kind == 3:
			s[i] = T(r.IntN(7)) - 3
		default:
			s[i] = T(r.Uint64())
		}
	}
	return s
}

// reals returns n float32, by chance all zero, of one sign, of very different sizes, normally distributed, or quarters from
// −64 to 63½, which make ties when that range is quantized to a byte.
func reals(r *rand.Rand, n int) []float32 {
	kind, s := r.IntN(8), make([]float32, n)
	for i := range s {
		v := r.NormFloat64()
		switch kind {
		case 0:
			v = 0
		case 1:
			v = math.Abs(v)
		case 2:
			v = -math.Abs(v)
		case 3:
			v = math.Ldexp(v, r.IntN(40)-20)
		case 4:
			if v = float64(r.IntN(511))/4 - 64; r.IntN(3) == 0 {
				v = []float64{-64, 63.5}[r.IntN(2)]
			}
		}
		s[i] = float32(v)
	}
	return s
}

// strange returns reals among which are infinities, NaN, both zeros and the ends of the type.
func strange(r *rand.Rand, n int) []float32 {
	s := reals(r, n)
	inf, negative := math.Inf(1), math.Copysign(0, -1)
	for i := range s {
		if odd := []float64{inf, -inf, math.NaN(), 0, negative, math.MaxFloat32, -math.MaxFloat32, 1e-45, -1e-45}; r.IntN(4) == 0 {
			s[i] = float32(odd[r.IntN(len(odd))])
		}
	}
	return s
}

// ratio returns a positive scale, between 2⁻¹² and 2⁴ mostly, and sometimes far out.
func ratio(r *rand.Rand) float32 {
	exp := r.IntN(16) - 12
	switch r.IntN(12) {
	case 0:
		exp = -30
	case 1:
		exp = 7
	case 2:
		return float32(math.Ldexp(1, exp)) // exact products make ties
	case 3:
		return math.Nextafter32(float32(math.Ldexp(1, exp)), 0) // a mantissa that rounds up to the next power
	}
	return float32(math.Ldexp(1+r.Float64(), exp))
}

// zeroOf returns a zero point of T, often at an end.
func zeroOf[T Whole](r *rand.Rand) int32 { return int32(numbers[T](r, 1)[0]) }

// as converts each element.
func as[B, A Number](in []A) []B {
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = B(v)
	}
	return out
}

// shifted is in − zero, for the reference.
func shifted[T Whole](in []T, zero int32) []int64 {
	out := as[int64](in)
	for i := range out {
		out[i] -= int64(zero)
	}
	return out
}

// same fails the test where got is not want; NaN is NaN.
func same[T comparable](t *testing.T, got, want []T, what ...any) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%v: %d elements, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		if g := got[i]; g != w && (g == g || w == w) {
			t.Fatalf("%v: element %d is %v, want %v", what, i, g, w)
		}
	}
}

// sums holds float32 sums to the exact ones: the error of n additions is at most n+2 half units in the last place of the
// sum of the terms' sizes. Infinities and NaN must be the same.
func sums(t *testing.T, got []float32, want, size []float64, n int, what ...any) {
	t.Helper()
	for i, w := range want {
		g := float64(got[i])
		if g == w || g != g && w != w {
			continue
		}
		if !(math.Abs(g-w) <= float64(n+2)*0x1p-24*size[i]+0x1p-148) {
			t.Fatalf("%v: element %d is %g, want %g", what, i, g, w)
		}
	}
}

// spoil puts infinities and NaN into s, in one case of four.
func spoil(r *rand.Rand, s []float32) {
	if r.IntN(4) > 0 {
		return
	}
	for range 1 + len(s)/8 {
		s[r.IntN(len(s))] = float32([]float64{math.Inf(1), math.Inf(-1), math.NaN()}[r.IntN(3)])
	}
}

// sizes is |x|.
func sizes(x []float32) []float64 {
	out := as[float64](x)
	for i, v := range out {
		out[i] = math.Abs(v)
	}
	return out
}

// shapes returns two shapes that broadcast, of up to rank dimensions of 0 to 3 elements.
func shapes(r *rand.Rand, rank int) (a, b []int) {
	a, b = make([]int, r.IntN(rank+1)), make([]int, r.IntN(rank+1))
	for i := 1; i <= max(len(a), len(b)); i++ {
		d := 1 + r.IntN(3)
		if r.IntN(24) == 0 {
			d = 0
		}
		for _, s := range [][]int{a, b} {
			if i > len(s) {
				continue
			}
			if s[len(s)-i] = d; r.IntN(3) == 0 {
				s[len(s)-i] = 1
			}
		}
	}
	return a, b
}

// ordinals returns 0 … n−1.
func ordinals(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func floats32(r *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	return out
}

// near holds float32 results to the real ones by 10⁻⁵.
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

// nearly holds float32 results of a few roundings to the real ones; NaN and infinities must be the same.
func nearly(t *testing.T, got []float32, want []float64, within float64, what ...any) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%v: %d elements, want %d", what, len(got), len(want))
	}
	for i, w := range want {
		g := float64(got[i])
		if g != w && (g == g || w == w) && !(math.Abs(g-w) <= within*(1e-30+math.Abs(w))) {
			t.Fatalf("%v: element %d is %g, want %g", what, i, g, w)
		}
	}
}
