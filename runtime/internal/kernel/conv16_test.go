package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// TestMultiplierOnce compares both roundings with exact arithmetic; ties are worked by hand.
func TestMultiplierOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	for range 20000 {
		real := math.Ldexp(0.5+r.Float64()/2, r.IntN(12)-10)
		m, x := NewMultiplier(real), int32(r.IntN(1<<24)-1<<23)
		if got, want := m.ApplyOnce(x), math.Floor(real*float64(x)+0.5); math.Abs(float64(got)-want) > 1 {
			t.Fatalf("%d·%g = %d, want %g", x, real, got, want)
		}
		if got, want := m.ApplyWide(int64(x)), real*float64(x); math.Abs(float64(got)-want) > 1+math.Abs(want)/32768 {
			t.Fatalf("%d·%g = %d with a wide sum, want about %g", x, real, got, want)
		}
	}
	half := NewMultiplier(0.5)
	for _, c := range []struct{ x, want int32 }{{3, 2}, {-3, -1}, {1, 1}, {-1, 0}} {
		if once, wide := half.ApplyOnce(c.x), half.ApplyWide(int64(c.x)); once != c.want || wide != c.want {
			t.Errorf("%d·½ = %d and %d, want %d", c.x, once, wide, c.want)
		}
	}
}

func TestConv16AgreesWithTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	pool := NewPool(2)
	defer pool.Close()
	for range 100 {
		depthwise := r.IntN(2) == 0
		p := newProblem[int8](r, depthwise)
		in := make([]int16, len(p.in))
		for i := range in {
			in[i] = int16(r.IntN(1 << 16))
		}
		q := Params16{Weights: p.wts, Bias: as[int64](p.bias), Wide: r.IntN(2) == 0, Lo: -30000, Hi: 30000, Pool: pool}
		for _, s := range p.q.Scale {
			q.Scale = append(q.Scale, NewMultiplier(float64(s)))
		}
		got := make([]int16, p.w.N*p.w.Y*p.w.X*p.channels)
		sums := ref.Conv2DSums[int64]
		if depthwise {
			NewDepthwise16(p.w, p.channels/p.w.C, q).Run(in, got)
			sums = ref.DepthwiseSums[int64]
		} else {
			NewConv2D16(p.w, p.channels, q).Run(in, got)
		}
		for i, sum := range sums(ref.Window(p.w), as[int64](in), as[int64](p.wts), q.Bias) {
			if want := q.one(sum, i%p.channels); got[i] != want {
				t.Fatalf("%+v depthwise %v: element %d is %d, want %d", p.w, depthwise, i, got[i], want)
			}
		}
	}
}

func TestTransposeConvAgreesWithTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	pool := NewPool(2)
	defer pool.Close()
	one := func(n int) int { return 1 + r.IntN(n) }
	for range 100 {
		w := Window{N: one(2), C: one(4), Y: one(9), X: one(9), KernelH: one(4), KernelW: one(4), StrideH: one(3), StrideW: one(3)}
		w.H, w.PadTop = OutSize(w.Y, w.KernelH, w.StrideH, 1, true)
		w.W, w.PadLeft = OutSize(w.X, w.KernelW, w.StrideW, 1, true)
		o := one(4)
		in, weights := randomBytes[int8](r, w.N*w.H*w.W*w.C), randomBytes[int8](r, o*w.KernelH*w.KernelW*w.C)
		got, bias := make([]int64, w.N*w.Y*w.X*o), make([]int64, o)
		NewTransposeConv[int8, int8, int64](w, o, weights, pool).Run(in, 3, bias, func(pixel int, acc []int64) {
			copy(got[pixel*o:], acc)
		})
		shifted := ints(in)
		for i := range shifted {
			shifted[i] -= 3
		}
		if want := ref.TransposeConv(ref.Window(w), shifted, ints(weights), o); !slices.Equal(got, want) {
			t.Fatalf("%+v: got %v, want %v", w, got, want)
		}
	}
}
