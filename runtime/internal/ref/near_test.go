package ref

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A rule of rounding is only worth its name if it stays near the real number; kernel's tests hold it to the bit.

func TestOperatorsNearTheRealOnes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	sum, difference := func(a, b float64) float64 { return a + b }, func(a, b float64) float64 { return a - b }
	product := func(a, b float64) float64 { return a * b }
	for _, c := range []struct {
		name string
		real func(a, b float64) float64
		rule func(a, b, out Affine) Op
	}{
		{"sum, XNNPACK", sum, func(a, b, out Affine) Op { return AddXNN(a, b, out, 1) }},
		{"difference, XNNPACK", difference, func(a, b, out Affine) Op { return AddXNN(a, b, out, -1) }},
		{"sum", sum, func(a, b, out Affine) Op { return AddFixed(a, b, out, 1, 20) }},
		{"difference", difference, func(a, b, out Affine) Op { return AddFixed(a, b, out, -1, 20) }},
		{"squared difference", func(a, b float64) float64 { return (a - b) * (a - b) }, SquaredDifferenceFixed},
		{"product, XNNPACK", product, func(a, b, out Affine) Op { return ProductXNN(a, b, out, -128, 127) }},
		{"product", product, ProductFixed},
		{"quotient", func(a, b float64) float64 { return a / b }, QuotientFixed},
		{"prelu", func(a, b float64) float64 { return max(a, 0) + min(a, 0)*b }, PreluFixed},
	} {
		for range 3000 {
			affine := func() Affine { return Affine{float32(0.01 + r.Float64()/10), int64(r.IntN(256) - 128)} }
			a, b, out := affine(), affine(), affine()
			x, y := int64(r.IntN(256)-128), int64(r.IntN(256)-128)
			if y == b.Zero {
				continue
			}
			quanta := c.real(a.Real(x), b.Real(y)) / float64(out.Scale)
			if c.name == "quotient" && math.Abs(quanta) < 0.5 { // shifts by 32 and more: see ShiftAway
				continue
			}
			want := Clamp(quanta+float64(out.Zero), -128, 127)
			if got := Clamp(c.rule(a, b, out)(x, y), -128, 127); math.Abs(float64(got)-want) > 1.01 {
				t.Fatalf("%s of %d and %d in %v and %v: got %d, want about %g in %v", c.name, x, y, a, b, got, want, out)
			}
		}
	}
}

func TestFunctionsNearTheRealOnes(t *testing.T) {
	leaky := func(alpha float64) func(float64) float64 {
		return func(x float64) float64 { return max(x, 0) + alpha*min(x, 0) }
	}
	in, out := Affine{0.05, -20}, Affine{0.03, 10}
	for _, c := range []struct {
		name   string
		f      func(int64) int64
		real   func(float64) float64
		within float64
	}{
		{"relu", ReluFixed(in, out), func(x float64) float64 { return x }, 0.76},
		{"leaky relu, XNNPACK", LeakyReluXNN(in, out, 0.3), leaky(0.3), 1},
		{"leaky relu", LeakyReluFixed(in, out, 0.3), leaky(0.3), 0.76},
		{"leaky relu, falling", LeakyReluFixed(in, out, -0.7), leaky(-0.7), 0.76},
		{"abs", AbsFixed(in, out), math.Abs, 0.76},
		{"root", SqrtFixed(Affine{0.05, -128}, out), math.Sqrt, 1},
		{"inverse root", RsqrtFixed(Affine{0.05, -129}, out), func(x float64) float64 { return 1 / math.Sqrt(x) }, 0.51},
		{"hard swish", HardSwishFixed(in, out), func(x float64) float64 { return x * Clamp(x+3, 0, 6) / 6 }, 1.5},
		{"table, XNNPACK", TableXNN(in, out, func(x float32) float32 { return x * x }), func(x float64) float64 { return x * x }, 0.51},
		{"table", TableFixed(in, out, func(x float32) float32 { return x * x }), func(x float64) float64 { return x * x }, 0.51},
	} {
		for q := int64(-128); q < 128; q++ {
			x := in.Real(q)
			switch c.name {
			case "root":
				x = 0.05 * float64(q+128)
			case "inverse root":
				x = 0.05 * float64(q+129)
			}
			want := Clamp(c.real(x)/float64(out.Scale)+float64(out.Zero), -128, 127)
			if got := Clamp(c.f(q), -128, 127); math.Abs(float64(got)-want) > c.within {
				t.Fatalf("%s of %d: got %d, want about %g", c.name, q, got, want)
			}
		}
	}
}

func TestFixedPointNearTheRealOnes(t *testing.T) {
	for bits, within := range map[int]float64{16: 2e-3, 32: 1e-6} {
		unit := math.Ldexp(1, bits-1)
		for whole := range 6 {
			for i := range 401 {
				x := float64(i-200) / 201 * math.Ldexp(1, whole)
				f := Fixed{Bits: bits}.like(x, whole)
				for name, pair := range map[string][2]float64{
					"logistic": {float64(f.Logistic().Raw) / unit, 1 / (1 + math.Exp(-x))},
					"tanh":     {float64(f.Tanh().Raw) / unit, math.Tanh(x)},
				} {
					if math.Abs(pair[0]-pair[1]) > within {
						t.Fatalf("%s of %g in %d bits is %g, want about %g", name, x, bits, pair[0], pair[1])
					}
				}
			}
		}
	}
	for x := int64(1); x < 1<<31; x += x/3 + 1 {
		part, bits := Reciprocal(x)
		if got := math.Ldexp(float64(part), -31-int(bits)) * float64(x); math.Abs(got-1) > 1e-8 {
			t.Errorf("%d times its reciprocal is %g", x, got)
		}
		m := InvSqrt(x)
		if got := math.Ldexp(float64(m.Q), m.Shift-31) * math.Sqrt(float64(x)); math.Abs(got-1) > 1e-5 {
			t.Errorf("√%d times its inverse is %g", x, got)
		}
	}
}
