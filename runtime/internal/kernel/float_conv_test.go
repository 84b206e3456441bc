package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever path runs, pixels of many channels have the bits that the loops in Go give them: with padding on all sides, strides, gaps, and
// rows that see nothing.
func TestFloatDepthwiseIsThatInGo(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		one := func(n int) int { return 1 + r.IntN(n) }
		w := Window{N: one(2), H: one(6), W: one(8), C: 16 + r.IntN(40), Y: one(6), X: one(8), KernelH: one(3), KernelW: one(3),
			StrideH: one(2), StrideW: one(2), DilationH: one(3), DilationW: one(3), PadTop: r.IntN(4), PadLeft: r.IntN(4)}
		in, weights, bias := reals(r, w.N*w.H*w.W*w.C), reals(r, w.KernelH*w.KernelW*w.C), reals(r, w.C)
		if r.IntN(3) == 0 {
			bias = nil
		}
		spoil(r, in)
		got, want := make([]float32, w.N*w.Y*w.X*w.C), make([]float32, w.N*w.Y*w.X*w.C)
		d := NewFloatDepthwise(w, 1, nil)
		d.Run(got, in, weights, bias)
		d.body = d.row
		d.Run(want, in, weights, bias)
		for i, v := range got {
			if math.Float32bits(v) != math.Float32bits(want[i]) && (v == v || want[i] == want[i]) {
				t.Fatalf("%+v: element %d is %g, want %g", w, i, v, want[i])
			}
		}
	})
}
