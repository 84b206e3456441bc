package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Whatever path runs, several elements have the bits of single ones, and those are math.Log's rounded to float32.
func TestLogsAreLog(t *testing.T) {
	inf := float32(math.Inf(1))
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		in := []float32{0, float32(math.Copysign(0, -1)), inf, -inf, float32(math.NaN()), -1, 1, math.SmallestNonzeroFloat32, math.MaxFloat32, math.Sqrt2 / 2, 0.5}
		for range 1000 {
			in = append(in, math.Float32frombits(r.Uint32()), 1+float32(r.NormFloat64()/1000), float32(math.Exp(r.NormFloat64())))
		}
		r.Shuffle(len(in), func(i, j int) { in[i], in[j] = in[j], in[i] })
		got := make([]float32, len(in))
		Logs(got, in)
		for i, v := range in {
			if want := Log(v); math.Float32bits(got[i]) != math.Float32bits(want) && (got[i] == got[i] || want == want) {
				t.Fatalf("logarithm of %g, element %d of %d: got %g, want %g", v, i, len(in), got[i], want)
			}
			if want := math.Log(float64(v)); !(math.Abs(float64(got[i])-want) <= math.Abs(want)*0x1.000001p-24) && (got[i] == got[i] || want == want) && float64(got[i]) != want {
				t.Fatalf("logarithm of %g is %g, want %g", v, got[i], want)
			}
		}
	})
}
