package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestQuantizedBinaryNearTheRealResult holds the quantized operators to within about one step of exact arithmetic.
func TestQuantizedBinaryNearTheRealResult(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, c := range []struct {
		name   string
		lo, hi int32
		real   func(a, b float64) float64
		make   func(a, b, out Affine, lo, hi int32) Int32Op
	}{
		{"sum of bytes", -128, 127, func(a, b float64) float64 { return a + b },
			func(a, b, o Affine, lo, hi int32) Int32Op { return SumFixed(a, b, o, 1, 20, lo, hi) }},
		{"difference of bytes", 0, 255, func(a, b float64) float64 { return a - b },
			func(a, b, o Affine, lo, hi int32) Int32Op { return SumFixed(a, b, o, -1, 20, lo, hi) }},
		{"product, fixed point", -128, 127, func(a, b float64) float64 { return a * b }, ProductFixed},
		{"product, XNNPACK", -128, 127, func(a, b float64) float64 { return a * b },
			func(a, b, o Affine, lo, hi int32) Int32Op { f, _ := ProductXNN(a, b, o, lo, hi); return f }},
		{"quotient", -128, 127, func(a, b float64) float64 { return a / b }, QuotientFixed},
		{"squared difference", -128, 127, func(a, b float64) float64 { return (a - b) * (a - b) },
			func(a, b, o Affine, lo, hi int32) Int32Op { return SquaredDifferenceFixed(a, b, o) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 3000 {
				affine := func() Affine {
					return Affine{float32(0.01 + r.Float64()/10), c.lo + int32(r.IntN(256))}
				}
				a, b, o := affine(), affine(), affine()
				x, y := c.lo+int32(r.IntN(256)), c.lo+int32(r.IntN(256))
				if y == b.Zero {
					continue
				}
				real := c.real(float64(a.Scale)*float64(x-a.Zero), float64(b.Scale)*float64(y-b.Zero))
				want := min(max(real/float64(o.Scale)+float64(o.Zero), float64(c.lo)), float64(c.hi))
				if got := c.make(a, b, o, c.lo, c.hi)(x, y); math.Abs(float64(got)-want) > 1.01 {
					t.Fatalf("%d and %d of %v and %v: got %d, want about %g of %v", x, y, a, b, got, want, o)
				}
			}
		})
	}
}

func TestProductScaleLimits(t *testing.T) {
	for _, c := range []struct {
		a, b, out float32
		want      bool
	}{{1, 1, 1, true}, {1, 1, 65536, true}, {1, 1, 65537, false}, {16, 16, 1, false}, {16, 15.9, 1, true}} {
		if _, ok := ProductXNN(Affine{Scale: c.a}, Affine{Scale: c.b}, Affine{Scale: c.out}, -128, 127); ok != c.want {
			t.Errorf("%g·%g/%g taken: %v, want %v", c.a, c.b, c.out, ok, c.want)
		}
	}
}

// The cases are worked by hand: halves are rounded away from zero by the shift, sums saturate.
func TestSumPOT(t *testing.T) {
	for _, c := range []struct {
		ra, rb           int
		sign, x, y, want int32
	}{
		{0, 0, 1, 32767, 1, 32767}, {0, 0, -1, -32768, 1, -32768}, {1, 0, 1, 3, 10, 12}, {1, 0, 1, -3, 10, 8},
		{0, 2, -1, 10, 6, 8}, {2, 0, -1, 6, 10, -8},
	} {
		if got := SumPOT(c.ra, c.rb, c.sign, math.MinInt16, math.MaxInt16)(c.x, c.y); got != c.want {
			t.Errorf("%+v: got %d", c, got)
		}
	}
}

func TestReciprocal(t *testing.T) {
	for _, x := range []int32{1, 2, 3, 5, 127, 255, 256, 65535, math.MaxInt32} {
		inverse, over := reciprocal(x)
		got := math.Ldexp(float64(inverse), -31-over)
		if math.Abs(got*float64(x)-1) > 1e-8 {
			t.Errorf("1/%d is %g, want %g", x, got, 1/float64(x))
		}
	}
}

// TestBroadcastJoins walks random shapes and compares with the places worked out element by element.
func TestBroadcastJoins(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 500 {
		a, b := make([]int, r.IntN(MaxRank+1)), make([]int, r.IntN(MaxRank+1))
		for i := range max(len(a), len(b)) {
			d := 1 + r.IntN(3)
			set := func(s []int) {
				if i < len(s) {
					if s[len(s)-1-i] = d; r.IntN(3) == 0 {
						s[len(s)-1-i] = 1
					}
				}
			}
			set(a)
			set(b)
		}
		w, shape, ok := NewBroadcast(a, b)
		if !ok {
			t.Fatal("refused", a, b)
		}
		n := 0
		w.Each(func(o, i, j int) {
			if wi, wj := place(o, shape, a), place(o, shape, b); o != n || i != wi || j != wj {
				t.Fatalf("%s: element %d is %d of %d and %d, want %d and %d", fmt.Sprint(a, b), n, o, i, j, wi, wj)
			}
			n++
		})
		if n != w.n {
			t.Fatalf("%v %v: %d elements, want %d", a, b, n, w.n)
		}
	}
}

// place returns which element of an operand of shape s the result's element o comes from.
func place(o int, shape, s []int) int {
	at, step := 0, 1
	for i := len(shape) - 1; i >= 0; i-- {
		if k := i - (len(shape) - len(s)); k >= 0 {
			if s[k] != 1 {
				at += o % shape[i] * step
			}
			step *= s[k]
		}
		o /= shape[i]
	}
	return at
}
