package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// checkIntegers compares the plain operators on one integer type of the given bits.
func checkIntegers[T int8 | uint8 | int16 | int32 | uint32 | int64](t *testing.T, r *rand.Rand) {
	aShape, bShape := shapes(r, MaxRank)
	a, b := numbers[T](r, ref.Elems(aShape)), numbers[T](r, ref.Elems(bShape))
	w, shape, ok := NewBroadcast(aShape, bShape)
	if want := ref.Broadcast(aShape, bShape); !ok {
		t.Fatalf("%v and %v do not broadcast", aShape, bShape)
	} else {
		same(t, shape, want, aShape, bShape)
	}
	lo, hi := numbers[T](r, 1)[0], numbers[T](r, 1)[0]
	lo, hi = min(lo, hi), max(lo, hi)
	for _, c := range []struct {
		name string
		f    func(a, b T) T
		ref  func(a, b int64) int64
	}{
		{"sum", Sum[T], func(a, b int64) int64 { return a + b }},
		{"difference", Difference[T], func(a, b int64) int64 { return a - b }},
		{"product", Product[T], func(a, b int64) int64 { return a * b }},
		{"larger", Larger[T], func(a, b int64) int64 { return max(a, b) }},
		{"smaller", Smaller[T], func(a, b int64) int64 { return min(a, b) }},
	} {
		got := make([]T, ref.Elems(shape))
		Binary(&w, c.f, lo, hi, got, a, b)
		want := ref.Elementwise(aShape, a, bShape, b, func(a, b T) T { return min(max(T(c.ref(int64(a), int64(b))), lo), hi) })
		same(t, got, want, c.name, aShape, bShape)
	}
}

func TestPlainArithmeticIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkIntegers[int8](t, r)
		checkIntegers[uint8](t, r)
		checkIntegers[int16](t, r)
		checkIntegers[int32](t, r)
		checkIntegers[uint32](t, r)
		checkIntegers[int64](t, r)
	})
}

// Each operator is one rounding of the exact result, so float64 gives it; NaN and infinities take part.
func TestFloatArithmeticIsTheFormula(t *testing.T) {
	larger := func(a, b float64) float64 {
		if a > b {
			return a
		}
		return b
	}
	rows := []struct {
		name string
		f    func(a, b float32) float32
		ref  func(a, b float64) float64
	}{
		{"sum", Sum[float32], func(a, b float64) float64 { return a + b }},
		{"difference", Difference[float32], func(a, b float64) float64 { return a - b }},
		{"product", Product[float32], func(a, b float64) float64 { return a * b }},
		{"quotient", Quotient[float32], func(a, b float64) float64 { return a / b }},
		{"squared difference", SquaredDifference[float32], func(a, b float64) float64 {
			d := float64(float32(a - b))
			return d * d
		}},
		{"larger", Larger[float32], larger},
		{"smaller", Smaller[float32], func(a, b float64) float64 { return -larger(-a, -b) }},
		{"floor of quotient", FloorDivFloat, ref.FloorDiv},
	}
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		aShape, bShape := shapes(r, MaxRank)
		a, b := strange(r, ref.Elems(aShape)), strange(r, ref.Elems(bShape))
		w, shape, _ := NewBroadcast(aShape, bShape)
		inf := float32(math.Inf(1))
		lo, hi := []float32{-inf, -1, 0}[r.IntN(3)], []float32{inf, 1, 6}[r.IntN(3)]
		for _, c := range rows {
			got := make([]float32, ref.Elems(shape))
			Binary(&w, c.f, lo, hi, got, a, b)
			want := ref.Elementwise(aShape, a, bShape, b, func(a, b float32) float32 {
				return float32(ref.Clamp(c.ref(float64(a), float64(b)), float64(lo), float64(hi)))
			})
			same(t, got, want, c.name, aShape, bShape)
		}
	})
}

// rule is a quantized operator by kernel and by ref; left is how its scales may lie, or a reason to skip them.
type rule struct {
	name   string
	kernel func(a, b, out Affine, lo, hi int32) (Int32Op, bool)
	ref    func(a, b, out ref.Affine, lo, hi int64) ref.Op
}

func fixedRule(name string, k func(a, b, out Affine, lo, hi int32) Int32Op, f func(a, b, out ref.Affine) ref.Op) rule {
	return rule{name, func(a, b, out Affine, lo, hi int32) (Int32Op, bool) { return k(a, b, out, lo, hi), true },
		func(a, b, out ref.Affine, _, _ int64) ref.Op { return f(a, b, out) }}
}

// sums of left more bits.
func sumRules(left int) []rule {
	var rules []rule
	for _, sign := range []int32{1, -1} {
		rules = append(rules, fixedRule("fixed-point sum or difference",
			func(a, b, o Affine, lo, hi int32) Int32Op { return SumFixed(a, b, o, sign, left, lo, hi) },
			func(a, b, o ref.Affine) ref.Op { return ref.AddFixed(a, b, o, int64(sign), left) }))
	}
	return rules
}

var commonRules = []rule{
	fixedRule("product", ProductFixed, ref.ProductFixed),
	fixedRule("quotient", QuotientFixed, ref.QuotientFixed),
	{"product, XNNPACK", productXNN, ref.ProductXNN},
}

func TestQuantizedArithmeticIsTheFormula(t *testing.T) {
	bytes := append(sumRules(20), commonRules...)
	squared := fixedRule("squared difference", func(a, b, o Affine, _, _ int32) Int32Op { return SquaredDifferenceFixed(a, b, o) }, ref.SquaredDifferenceFixed)
	trials(t, 300, func(t *testing.T, r *rand.Rand) {
		checkRules[int8](t, r, append(bytes, squared))
		checkRules[uint8](t, r, bytes)
		checkRules[int16](t, r, append(sumRules(15), commonRules[:2]...))
	})
}

func checkRules[T Quantized](t *testing.T, r *rand.Rand, rules []rule) {
	affine := func() Affine { return Affine{Scale: ratio(r), Zero: zeroOf[T](r)} }
	a, b, out := affine(), affine(), affine()
	lo, hi := bounds[T](r)
	for _, c := range rules {
		if c.name == "squared difference" {
			lo, hi = math.MinInt8, math.MaxInt8
		}
		f, ok := c.kernel(a, b, out, lo, hi)
		if !ok || a.Scale*max(b.Scale, 1)/out.Scale > 1<<29 { // where TFLite shifts out of the int32
			continue
		}
		aShape, bShape := shapes(r, 4)
		x, y := numbers[T](r, ref.Elems(aShape)), numbers[T](r, ref.Elems(bShape))
		if len(x) > 0 {
			x[0] = T(a.Zero)
		}
		for i, q := range y {
			if int32(q) == b.Zero && c.name == "quotient" {
				y[i] ^= 1
			}
		}
		w, shape, _ := NewBroadcast(aShape, bShape)
		got, want := make([]T, ref.Elems(shape)), c.ref(refAffine(a), refAffine(b), refAffine(out), int64(lo), int64(hi))
		BinaryQ(&w, f, got, x, y)
		same(t, as[int64](got), ref.Elementwise(aShape, x, bShape, y, func(x, y T) int64 {
			return ref.Clamp(want(int64(x), int64(y)), int64(lo), int64(hi))
		}), c.name, a, b, out, x, y)
	}
}

func refAffine(a Affine) ref.Affine { return ref.Affine{Scale: a.Scale, Zero: int64(a.Zero)} }

func TestXNNPACKSumsAreTheFormula(t *testing.T) {
	trials(t, 300, func(t *testing.T, r *rand.Rand) {
		checkAddQ[int8](t, r)
		checkAddQ[uint8](t, r)
	})
}

func checkAddQ[T int8 | uint8](t *testing.T, r *rand.Rand) {
	affine := func() Affine {
		exp := r.IntN(10) // ratios lie in [2⁻¹⁰, 2⁸)
		return Affine{Scale: float32(math.Ldexp(1+r.Float64()*float64(r.IntN(2)), exp)), Zero: zeroOf[T](r)}
	}
	a, b, out := affine(), affine(), affine()
	lo, hi := bounds[T](r)
	sign, fresh := int64(1), NewAddQ
	if r.IntN(2) == 0 {
		sign, fresh = -1, NewSubQ
	}
	q, ok := fresh(a.Scale, b.Scale, out.Scale, a.Zero, b.Zero, out.Zero, lo, hi)
	if !ok {
		return
	}
	aShape, bShape := shapes(r, 4)
	x, y := numbers[T](r, ref.Elems(aShape)), numbers[T](r, ref.Elems(bShape))
	w, shape, _ := NewBroadcast(aShape, bShape)
	got, rule := make([]T, ref.Elems(shape)), ref.AddXNN(refAffine(a), refAffine(b), refAffine(out), sign)
	Add(&q, &w, got, x, y)
	same(t, got, ref.Elementwise(aShape, x, bShape, y, func(x, y T) T {
		return T(ref.Clamp(rule(int64(x), int64(y)), int64(lo), int64(hi)))
	}), a, b, out, sign)
}

// Shifts go over 15, where gemmlowp's arithmetic in 16 bits shows.
func TestSumPOTIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		ra, rb, sign := r.IntN(20), 0, int32(1-2*r.IntN(2))
		if r.IntN(2) == 0 {
			ra, rb = rb, ra
		}
		lo, hi := bounds[int16](r)
		f, rule := SumPOT(ra, rb, sign, lo, hi), ref.AddPOT(ra, rb, int64(sign))
		x, y := numbers[int16](r, 50), numbers[int16](r, 50)
		for i := range x {
			if got, want := f(int32(x[i]), int32(y[i])), ref.Clamp(rule(int64(x[i]), int64(y[i])), int64(lo), int64(hi)); int64(got) != want {
				t.Fatalf("%d>>%d %+d·%d>>%d: got %d, want %d", x[i], ra, sign, y[i], rb, got, want)
			}
		}
	})
}

func TestProductScaleLimits(t *testing.T) {
	for _, c := range []struct {
		a, b, out float32
		want      bool
	}{{1, 1, 1, true}, {1, 1, 65536, true}, {1, 1, 65537, false}, {16, 16, 1, false}, {16, 15.9, 1, true}} {
		if _, ok := productXNN(Affine{Scale: c.a}, Affine{Scale: c.b}, Affine{Scale: c.out}, -128, 127); ok != c.want {
			t.Errorf("%g·%g/%g taken: %v, want %v", c.a, c.b, c.out, ok, c.want)
		}
	}
}

func TestPowersAreTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		for range 50 {
			a, b := numbers[int32](r, 1)[0], int32(r.IntN(40))
			if r.IntN(2) == 0 {
				a = int32(r.IntN(9)) - 4
			}
			if got, want := PowerInt(a, b), ref.Power(int64(a), int64(b)); int64(got) != want {
				t.Fatalf("%d to the %d: got %d, want %d", a, b, got, want)
			}
			x, y := float32(math.Exp(r.NormFloat64())), float32(r.NormFloat64())
			if got, want := float64(Power(x, y)), math.Exp(float64(y)*math.Log(float64(x))); math.Abs(got-want) > 1e-7*want {
				t.Fatalf("%g to the %g: got %g, want %g", x, y, got, want)
			}
		}
	})
}

// TestPowersByOneExponent: integers wrap around, floats stop at the greatest, and an exponent is whole within 10⁻⁵.
func TestPowersByOneExponent(t *testing.T) {
	ints := make([]int32, 4)
	Powers(ints, []int32{8, 9, -6, -1}, 11)
	if want := []int32{0, 1316288537, -362797056, -1}; !slices.Equal(ints, want) {
		t.Errorf("got %d, want %d", ints, want)
	}
	floats := make([]float32, 3)
	Powers(floats, []float32{1e20, -1e20, 1.5}, 3)
	if want := []float32{math.MaxFloat32, -math.MaxFloat32, 3.375}; !slices.Equal(floats, want) {
		t.Errorf("got %g, want %g", floats, want)
	}
	for b, want := range map[float32]int32{2: 2, 2.000005: 2, 2.00005: 0, 0: 0, -3: 0, 0.999995: 1, 3e9: 0} {
		if got := WholeExponent(b); got != want {
			t.Errorf("exponent %g: got %d, want %d", b, got, want)
		}
	}
	if got := WholeExponent(float32(math.NaN())); got != 0 {
		t.Errorf("exponent NaN: got %d", got)
	}
}

// productXNN is NewProductQ for one element.
func productXNN(a, b, out Affine, lo, hi int32) (Int32Op, bool) {
	q, ok := NewProductQ(a, b, out, lo, hi)
	if !ok {
		return nil, false
	}
	return q.one, true
}

// Whatever path runs, many elements have the bytes of single ones.
func TestManyBytesAreSingleOnes(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkMany[int8](t, r, -128)
		checkMany[uint8](t, r, 0)
	})
}

func checkMany[T int8 | uint8](t *testing.T, r *rand.Rand, least int32) {
	shape := []int{1 + r.IntN(3), 1 + r.IntN(40)}
	second := [][]int{shape, shape[1:], {1}, {shape[0], 1}}[r.IntN(4)]
	w, _, ok := NewBroadcast(shape, second)
	q, product := NewProductQ(Affine{0.1, zeroOf[T](r)}, Affine{0.2, zeroOf[T](r)}, Affine{0.5, zeroOf[T](r)}, least, least+255)
	if !ok || !product {
		t.Fatalf("%v and %v have no product", shape, second)
	}
	a, b, got, want := numbers[T](r, ref.Elems(shape)), numbers[T](r, ref.Elems(second)), make([]T, ref.Elems(shape)), make([]T, ref.Elems(shape))
	Multiply(q, &w, got, a, b)
	BinaryQ(&w, q.one, want, a, b)
	same(t, got, want, "product", shape, second)
	for _, f := range []func(a, b T) T{Larger[T], Smaller[T]} {
		Extremes(&w, f(1, 0) == 1, got, a, b)
		Binary(&w, f, T(least), T(least+255), want, a, b)
		same(t, got, want, "extreme", shape, second)
	}
}
