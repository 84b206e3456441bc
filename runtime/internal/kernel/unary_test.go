package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

func TestFloatFunctions(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name    string
		f       func(float32) float32
		x, want float32
	}{
		{"round half to even", Round, 2.5, 2}, {"round half to even", Round, -1.5, -2}, {"floor", Floor, -0.5, -1}, {"ceil", Ceil, -0.5, 0},
		{"elu", Elu, -1, 0.36787944 - 1}, {"elu", Elu, 3, 3}, {"hard swish", HardSwish, -3, 0}, {"hard swish", HardSwish, 1, 4. / 6},
		{"hard swish", HardSwish, 4, 4}, {"gelu", Gelu, 1, 0.8413447}, {"gelu tail", Gelu, -5, -1.4332579e-06},
		{"gelu, tanh", GeluTanh, 1, 0.841192}, {"rsqrt", Rsqrt, 4, 0.5}, {"sign", Sign[float32], -7, -1}, {"sign", Sign[float32], 0, 0},
		{"log", Log, 0, -inf}, {"exp", Exp, 1, math.E}, {"abs", AbsFloat, -inf, inf},
	} {
		if got := c.f(c.x); got != c.want && math.Abs(float64(got-c.want)) > 2e-7*math.Abs(float64(c.want)) {
			t.Errorf("%s(%g) = %g, want %g", c.name, c.x, got, c.want)
		}
	}
	if got := Sign(nan); got == got {
		t.Errorf("sign(NaN) = %g", got)
	}
}

// Functions of float32 are computed in float64, so that they are one rounding from the real ones. Infinities and NaN take
// part.
func TestFloatFunctionsAreTheFormula(t *testing.T) {
	rows := []struct {
		name string
		f    func(float32) float32
		ref  func(float64) float64
	}{
		{"exp", Exp, func(x float64) float64 { return math.Exp2(x * math.Log2E) }},
		{"log", Log, func(x float64) float64 { return math.Log2(x) / math.Log2E }},
		{"sine", Sin, math.Sin}, {"cosine", Cos, math.Cos}, {"tanh", Tanh, ref.Tanh}, {"logistic", Logistic, ref.Logistic},
		{"elu", Elu, ref.Elu}, {"gelu", Gelu, ref.Gelu}, {"gelu by tanh", GeluTanh, ref.GeluTanh}, {"hard swish", HardSwish, ref.HardSwish},
		{"root", Sqrt, math.Sqrt}, {"inverse root", Rsqrt, func(x float64) float64 { return 1 / math.Sqrt(x) }},
		{"floor", Floor, math.Floor}, {"ceil", Ceil, math.Ceil}, {"round", Round, ref.RoundEven}, {"abs", AbsFloat, math.Abs},
	}
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		in := reals(r, 60)
		spoil(r, in)
		for _, c := range rows {
			got := make([]float32, len(in))
			Map(got, in, c.f)
			for i, x := range in {
				want := float64(float32(c.ref(float64(x))))
				if g := float64(got[i]); g != want && (g == g || want == want) && !(math.Abs(g-want) <= 3e-7*math.Abs(want)+1e-7) {
					t.Fatalf("%s of %g is %g, want %g", c.name, x, g, want)
				}
			}
		}
	})
}

// The least integer has no opposite and stays.
func TestSignsAreTheFormula(t *testing.T) {
	trials(t, 20, func(t *testing.T, r *rand.Rand) {
		in, abs, sign, want := numbers[int32](r, 40), make([]int32, 40), make([]int32, 40), make([]int32, 40)
		Map(abs, in, Abs)
		Map(sign, in, Sign)
		for i, x := range in {
			want[i] = int32(max(int64(x), -int64(x)))
		}
		same(t, abs, want, in)
		for i, x := range in {
			want[i] = int32(ref.Clamp(int64(x), -1, 1))
		}
		same(t, sign, want, in)
	})
}

// byteRule is a quantized function of one operand by kernel and by ref.
type byteRule struct {
	name   string
	kernel func(in, out Affine, lo, hi int32) (func(int32) int32, bool)
	ref    func(in, out ref.Affine) func(int64) int64
}

// byteRules are those for any quantized type; alpha is of the leaky ones.
func byteRules(alpha float32) []byteRule {
	plain := func(name string, k func(in, out Affine, lo, hi int32) func(int32) int32, f func(in, out ref.Affine) func(int64) int64) byteRule {
		return byteRule{name, func(in, out Affine, lo, hi int32) (func(int32) int32, bool) { return k(in, out, lo, hi), true }, f}
	}
	return []byteRule{
		plain("relu", ReluFixed, ref.ReluFixed),
		plain("abs", AbsFixed, ref.AbsFixed),
		plain("square root", SqrtFixed, ref.SqrtFixed),
		plain("leaky relu",
			func(in, out Affine, lo, hi int32) func(int32) int32 { return LeakyReluFixed(in, out, alpha, lo, hi) },
			func(in, out ref.Affine) func(int64) int64 { return ref.LeakyReluFixed(in, out, alpha) }),
	}
}

// ofBytes are those for bytes alone.
func ofBytes(alpha float32) []byteRule {
	return append(byteRules(alpha),
		byteRule{"leaky relu, XNNPACK",
			func(in, out Affine, lo, hi int32) (func(int32) int32, bool) {
				return LeakyReluXNN(in, out, alpha, lo, hi)
			},
			func(in, out ref.Affine) func(int64) int64 { return ref.LeakyReluXNN(in, out, alpha) }},
		byteRule{"hard swish", HardSwishFixed, ref.HardSwishFixed})
}

func TestQuantizedFunctionsAreTheFormula(t *testing.T) {
	rsqrt := byteRule{"inverse root", func(in, out Affine, lo, hi int32) (func(int32) int32, bool) { return RsqrtFixed(in, out, lo, hi), true }, ref.RsqrtFixed}
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		alpha := []float32{0.1, 0.5, -0.5, -0.25, 1, 2, float32(r.NormFloat64())}[r.IntN(7)]
		checkFunctions[int8](t, r, append(ofBytes(alpha), rsqrt))
		checkFunctions[uint8](t, r, ofBytes(alpha))
		checkFunctions[int16](t, r, byteRules(alpha))
	})
}

func checkFunctions[T Quantized](t *testing.T, r *rand.Rand, rules []byteRule) {
	in, out := Affine{ratio(r), zeroOf[T](r)}, Affine{ratio(r), zeroOf[T](r)}
	switch r.IntN(5) {
	case 0:
		out.Scale = in.Scale
	case 1: // the ratio lies just below a power of two
		out.Scale = float32(math.Ldexp(float64(math.Nextafter32(in.Scale, 1000)), r.IntN(9)-4))
	}
	for _, c := range rules {
		lo, hi := bounds[T](r)
		if c.name == "inverse root" {
			lo, hi = -128, 127
		}
		f, ok := c.kernel(in, out, lo, hi)
		root := 1 / (math.Sqrt(float64(in.Scale)) * float64(out.Scale))
		if !ok || in.Scale/out.Scale > 1<<15 || c.name == "inverse root" && (root > 1<<29 || root < 1./2048) {
			continue // where TFLite shifts by more than an int32 has
		}
		want := c.ref(refAffine(in), refAffine(out))
		for _, q := range append(numbers[T](r, 50), T(in.Zero)) {
			if (c.name == "square root" || c.name == "inverse root") && int32(q) < in.Zero {
				continue
			}
			if got, want := f(int32(q)), ref.Clamp(want(int64(q)), int64(lo), int64(hi)); int64(got) != want {
				t.Fatalf("%s of %d, %v to %v: got %d, want %d", c.name, q, in, out, got, want)
			}
		}
	}
}

func TestPreluIsTheFormula(t *testing.T) {
	rule := []rule{{"prelu",
		func(a, b, out Affine, lo, hi int32) (Int32Op, bool) { return PreluFixed(a, b, out, lo, hi), true },
		func(a, b, out ref.Affine, _, _ int64) ref.Op { return ref.PreluFixed(a, b, out) }}}
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkRules[int8](t, r, rule)
		checkRules[uint8](t, r, rule)
	})
}

func TestLeakyReluXNNLimits(t *testing.T) {
	for _, c := range []struct {
		name    string
		in, out float32
		alpha   float32
	}{{"slope 0", 1, 1, 0}, {"slope too steep", 1, 1, 200}, {"scales too far apart", 1, 1000, 0.5}, {"slope too flat", 1, 1, 0.001}} {
		if _, ok := LeakyReluXNN(Affine{c.in, 0}, Affine{c.out, 0}, c.alpha, -128, 127); ok {
			t.Errorf("%s is taken", c.name)
		}
	}
}

// Every input of bytes, through functions with poles, ties and overflows.
func TestTablesAreTheFormula(t *testing.T) {
	functions := []func(float32) float32{Exp, Log, Logistic, Tanh, func(x float32) float32 { return x }, func(x float32) float32 { return x / 2 }}
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		f, signed := functions[r.IntN(len(functions))], r.IntN(2) == 0
		lo, zero := int64(0), zeroOf[uint8]
		if signed {
			lo, zero = -128, zeroOf[int8]
		}
		in, out := Affine{ratio(r), zero(r)}, Affine{ratio(r), zero(r)}
		if r.IntN(3) == 0 {
			in.Scale, out.Scale = 1, 1
		}
		xnn, fixed := NewTable(signed, in.Scale, in.Zero, out.Scale, out.Zero, f), NewRoundTable(signed, in, out, f)
		wantXNN, wantFixed := ref.TableXNN(refAffine(in), refAffine(out), f), ref.TableFixed(refAffine(in), refAffine(out), f)
		for q := lo; q < lo+256; q++ {
			got := []byte{0, 0}
			xnn.Map(got[:1], []byte{byte(q)})
			fixed.Map(got[1:], []byte{byte(q)})
			if x, y := byte(ref.Clamp(wantXNN(q), lo, lo+255)), byte(ref.Clamp(wantFixed(q), lo, lo+255)); got[0] != x || got[1] != y {
				t.Fatalf("at %d, %v to %v: got %d and %d, want %d and %d", q, in, out, got[0], got[1], x, y)
			}
		}
	})
}

func TestTables16AreTheFormula(t *testing.T) {
	trials(t, 20, func(t *testing.T, r *rand.Rand) {
		in, out := Affine{ratio(r), zeroOf[int16](r)}, Affine{ratio(r), zeroOf[int16](r)}
		if r.IntN(2) == 0 {
			in, out = Affine{1. / 8192, 0}, Affine{1. / 512, 0}
		}
		single, double := NewTable16(in.Scale, in.Zero, out.Scale, out.Zero, Exp), NewTable16(float64(in.Scale), in.Zero, float64(out.Scale), out.Zero, math.Exp)
		exp32 := func(x float64) float64 { return float64(Exp(float32(x))) }
		want32 := ref.NewTable16(float64(in.Scale), int64(in.Zero), float64(out.Scale), int64(out.Zero), ref.F32, exp32)
		want64 := ref.NewTable16(float64(in.Scale), int64(in.Zero), float64(out.Scale), int64(out.Zero), ref.F64, math.Exp)
		got := make([]int16, 1)
		for i := math.MinInt16 + r.IntN(37); i <= math.MaxInt16; i += 37 {
			single.Map(got, []int16{int16(i)})
			if x, y := want32.At(int64(i)), want64.At(int64(i)); int64(got[0]) != x || int64(double.At(int16(i))) != y {
				t.Fatalf("e^x at %d, %v to %v: got %d and %d, want %d and %d", i, in, out, got[0], double.At(int16(i)), x, y)
			}
		}
	})
}

// Every int16.
func TestFunctionsOf16BitsAreTheFormula(t *testing.T) {
	type row struct {
		name string
		f    func(int16) int16
		ref  func(int64) int64
	}
	rows := []row{
		{"logistic", LogisticFixed16, func(q int64) int64 { return ref.Fixed{Raw: q, Bits: 16, Whole: 3}.Logistic().Raw }},
		{"tanh", TanhFixed16, func(q int64) int64 { return ref.Fixed{Raw: q, Bits: 16, Whole: 3}.Tanh().Raw }},
	}
	table := as[int64](sigmoidTable[:])
	for i, v := range table { // TFLite's lies up to 1.2 above the function
		if d := float64(v) - 65536/(1+math.Exp(-float64(i)/24)); d < -0.5 || d > 1.2 {
			t.Errorf("entry %d of the table, %d, is off by %g", i, v, d)
		}
	}
	sum := int64(0)
	for i, v := range table {
		sum += int64(i) * v
	}
	if sum != 2108062945 { // Σ i·table[i] of TFLite's
		t.Errorf("the table's entries come to %d, want 2108062945", sum)
	}
	for _, scale := range []float32{1. / 5000, 1. / 4096, 1e-6, 0.01, 1000} {
		s := NewSigmoid16(scale)
		rows = append(rows, row{"logistic by table", s.Logistic, ref.Sigmoid16(table, scale, false)}, row{"tanh by table", s.Tanh, ref.Sigmoid16(table, scale, true)})
	}
	for _, c := range rows {
		for i := math.MinInt16; i <= math.MaxInt16; i += 3 {
			if got, want := c.f(int16(i)), c.ref(int64(i)); int64(got) != want {
				t.Fatalf("%s of %d is %d, want %d", c.name, i, got, want)
			}
		}
	}
	for whole := range 7 {
		for i := math.MinInt16; i <= math.MaxInt16; i += 17 {
			if got, want := tanhFixed16(int16(i), whole), (ref.Fixed{Raw: int64(i), Bits: 16, Whole: whole}.Tanh()); int64(got) != want.Raw {
				t.Fatalf("tanh of %d with %d whole bits is %d, want %d", i, whole, got, want.Raw)
			}
		}
	}
}

func TestReciprocalsAreTheFormula(t *testing.T) {
	for x := int64(1); x < 1<<31; x += x/500 + 1 {
		got, over := reciprocal(int32(x))
		if part, bits := ref.Reciprocal(x); int64(got) != part || int64(over) != bits {
			t.Fatalf("1/%d is %d over %d, want %d over %d", x, got, over, part, bits)
		}
	}
}

func TestInverseRootsAreTheFormula(t *testing.T) {
	for x := int64(0); x < 1<<31; x += x/9 + 1 {
		got, want := invSqrt(int32(x)), ref.InvSqrt(x)
		if int64(got.Q) != want.Q || got.Shift != want.Shift {
			t.Errorf("1/√%d is %v, want %v", x, got, want)
		}
	}
}
