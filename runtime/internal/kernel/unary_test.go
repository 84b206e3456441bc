package kernel

import (
	"math"
	"slices"
	"testing"
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

// Each fixed-point operator is held to within a step or so of the real one.
func TestByteFunctionsNearTheRealOnes(t *testing.T) {
	const lo, hi = -128, 127
	leaky := func(alpha float64) func(float64) float64 {
		return func(x float64) float64 {
			if x < 0 {
				return alpha * x
			}
			return x
		}
	}
	swish := func(x float64) float64 { return x * min(max(x+3, 0), 6) / 6 }
	for _, in := range []Affine{{0.05, 3}, {0.02, -128}, {0.11, 127}} {
		for _, out := range []Affine{{0.06, -5}, {0.03, 10}, {0.11, 127}} {
			xnn, ok := LeakyReluXNN(in, out, 0.3, lo, hi)
			if !ok {
				t.Fatalf("%v to %v refused", in, out)
			}
			hard, ok := HardSwishFixed(in, out, lo, hi)
			if !ok {
				t.Fatalf("%v to %v refused", in, out)
			}
			for _, c := range []struct {
				name   string
				f      func(int32) int32
				real   func(float64) float64
				within float64
			}{
				{"relu", ReluFixed(in, out, lo, hi), func(x float64) float64 { return x }, 0.76},
				{"leaky relu, XNNPACK", xnn, leaky(0.3), 1},
				{"leaky relu", LeakyReluFixed(in, out, 0.3, lo, hi), leaky(0.3), 0.76},
				{"leaky relu, falling", LeakyReluFixed(in, out, -0.7, lo, hi), leaky(-0.7), 0.76},
				{"abs", AbsFixed(in, out, lo, hi), math.Abs, 0.76},
				{"hard swish", hard, swish, 1.5},
			} {
				for q := int32(lo); q <= hi; q++ {
					x := float64(in.Scale) * float64(q-in.Zero)
					want := min(max(c.real(x)/float64(out.Scale)+float64(out.Zero), lo), hi)
					if got := c.f(q); math.Abs(float64(got)-want) > c.within {
						t.Fatalf("%s %v to %v: f(%d) = %d, want about %g", c.name, in, out, q, got, want)
					}
				}
			}
		}
	}
}

// The multiplier ½ is 128/256: 3·128+128 = 512, and −3·128+128 = −256, so ties go up.
func TestLeakyReluXNNTies(t *testing.T) {
	f, ok := LeakyReluXNN(Affine{0.5, 0}, Affine{1, 0}, 1, -128, 127)
	if !ok || f(3) != 2 || f(-3) != -1 {
		t.Errorf("got %d and %d (%v), want 2 and -1", f(3), f(-3), ok)
	}
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

func TestPreluFixed(t *testing.T) {
	f := PreluFixed(Affine{0.5, 1}, Affine{0.25, 2}, Affine{0.5, -1}, -128, 127)
	// (−7−1)·½·(6−2)·¼ = −4, over ½ is −8, −1 is −9; (5−1)·½ over ½ − 1 = 3
	if f(-7, 6) != -9 || f(5, 100) != 3 {
		t.Errorf("got %d and %d, want -9 and 3", f(-7, 6), f(5, 100))
	}
}

func TestRootsNearTheRealOnes(t *testing.T) {
	for x := int32(1); x < 1<<30; x += x/3 + 1 {
		m := invSqrt(x)
		got := math.Ldexp(float64(m.Q), m.Shift-31)
		if want := 1 / math.Sqrt(float64(x)); math.Abs(got-want) > 1e-5*want {
			t.Errorf("1/√%d = %g, want %g", x, got, want)
		}
	}
	in, out := Affine{0.1, -128}, Affine{0.05, -128}
	sqrt, rsqrt := SqrtFixed(in, out, -128, 127), RsqrtFixed(in, out, -128, 127)
	for q := int32(-127); q < 128; q++ {
		x := float64(in.Scale) * float64(q+128)
		if got, want := float64(sqrt(q)), min(math.Sqrt(x)/0.05-128, 127); got > want+0.01 || got < want-1.01 {
			t.Errorf("√ of %d is %g, want %g cut", q, got, want)
		}
		if got, want := float64(rsqrt(q)), min(1/math.Sqrt(x)/0.05-128, 127); math.Abs(got-want) > 0.51 {
			t.Errorf("1/√ of %d is %g, want about %g", q, got, want)
		}
	}
	if got := rsqrt(-128); got != 127 {
		t.Errorf("1/√0 is %d, want the largest", got)
	}
}

func TestSixteenBitFunctionsNearTheRealOnes(t *testing.T) {
	sigmoid := NewSigmoid16(1.0 / 5000)
	logistic := func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	for i := math.MinInt16; i <= math.MaxInt16; i++ {
		q := int16(i)
		for _, c := range []struct {
			name   string
			got    int16
			want   float64
			within float64
		}{
			{"logistic", LogisticFixed16(q), logistic(float64(i) / 4096), 8},
			{"tanh", TanhFixed16(q), math.Tanh(float64(i) / 4096), 16},
			{"logistic by table", sigmoid.Logistic(q), logistic(float64(i) / 5000), 6},
			{"tanh by table", sigmoid.Tanh(q), math.Tanh(float64(i) / 5000), 8},
		} {
			if d := math.Abs(float64(c.got) - c.want*32768); d > c.within {
				t.Fatalf("%s of %d is %d, want about %g", c.name, i, c.got, c.want*32768)
			}
		}
	}
}

func TestTable16NearTheRealFunction(t *testing.T) {
	exp := func(x float32) float32 { return Exp(x) }
	table := NewTable16(1.0/8192, 0, 1.0/512, 0, exp)
	out := make([]int16, 1)
	for i := math.MinInt16; i <= math.MaxInt16; i++ {
		table.Map(out, []int16{int16(i)})
		if want := min(math.Exp(float64(i)/8192)*512, 32767); math.Abs(float64(out[0])-want) > 1.5+want/8192 { // the places are 65535/512 apart, not 128
			t.Fatalf("e^x at %d is %d, want about %g", i, out[0], want)
		}
	}
}

func TestRoundTableTiesAwayFromZero(t *testing.T) {
	half := NewRoundTable(true, Affine{1, 0}, Affine{2, 0}, func(x float32) float32 { return x })
	in, out := []int8{1, 3, -1, -3, 4}, make([]byte, 5)
	bytes := make([]byte, 5)
	for i, v := range in {
		bytes[i] = byte(v)
	}
	half.Map(out, bytes)
	if want := []byte{1, 2, 0xff, 0xfe, 2}; !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
}
