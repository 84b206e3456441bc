package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// product is the batch product in float64, for batches a [2,1] and b [3] and whichever way the matrices lie.
func product(a, b []float64, m, k, n int, adjX, adjY bool) []float64 {
	var out []float64
	for batch := range 6 {
		x, y := a[batch/3*m*k:], b[batch%3*k*n:]
		for i := range m {
			for j := range n {
				var s float64
				for d := range k {
					at, bt := i*k+d, d*n+j
					if adjX {
						at = d*m + i
					}
					if adjY {
						bt = j*k + d
					}
					s += x[at] * y[bt]
				}
				out = append(out, s)
			}
		}
	}
	return out
}

func TestMatMul(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 3))
	pool := NewPool(2)
	defer pool.Close()
	w, _, _ := NewBroadcast([]int{2, 1}, []int{3})
	for turns := range 4 {
		m, k, n, adjX, adjY := 1+r.IntN(5), 1+r.IntN(9), 1+r.IntN(6), turns&1 != 0, turns&2 != 0
		a, b := randomBytes[int8](r, 2*m*k), randomBytes[int8](r, 3*k*n)
		q := MatMul8{MatMul: MatMul[int8]{Batch: &w, M: m, K: k, N: n, AdjX: adjX, AdjY: adjY}, AZero: 3, Fixed: NewMultiplier(0.001),
			OutZero: -7, Pool: pool}
		for _, zero := range []int32{0, 5} {
			if q.BZero = zero; zero == 0 {
				req := NewRequant([]float32{0.001}, -7, -128, 127)
				q.Req = &req
			} else {
				q.Req = nil
			}
			got := make([]int8, 6*m*n)
			NewMatMul8(q).Run(got, a, b)
			for i, v := range product(less(a, 3), less(b, float64(zero)), m, k, n, adjX, adjY) {
				if want := min(max(v*0.001-7, -128), 127); math.Abs(float64(got[i])-want) > 0.501 {
					t.Fatalf("turns %02b, zero point %d: element %d is %d, want %g", turns, zero, i, got[i], want)
				}
			}
		}
		f := MatMul[float32]{Batch: &w, M: m, K: k, N: n, AdjX: adjX, AdjY: adjY}
		x, exact, hybrid := floats32(r, 2*m*k), make([]float32, 6*m*n), make([]float32, 6*m*n)
		NewMatMulFloat(f, pool).Run(exact, x, as[float32](b))
		p := HybridParams{Scale: []float32{1}, Range: QuantizeRowXNN, Lo: float32(math.Inf(-1)), Hi: float32(math.Inf(1))}
		NewHybridMatMul(f, p).Run(hybrid, x, b)
		for i, want := range product(as[float64](x), as[float64](b), m, k, n, adjX, adjY) {
			if math.Abs(float64(exact[i])-want) > 1e-2 || math.Abs(float64(hybrid[i])-want) > 128*0.02*float64(k) {
				t.Fatalf("turns %02b: element %d is %g and %g, want %g", turns, i, exact[i], hybrid[i], want)
			}
		}
	}
}

// less subtracts zero from each element.
func less(q []int8, zero float64) []float64 {
	out := as[float64](q)
	for i := range out {
		out[i] -= zero
	}
	return out
}
