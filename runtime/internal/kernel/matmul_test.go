package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// matrices is a random batch product.
type matrices struct {
	batch, a, b []int // shapes of the batches: of the results and of the operands
	m, k, n     int
	adjX, adjY  bool
}

func newMatrices(r *rand.Rand) matrices {
	a, b := shapes(r, 3)
	return matrices{batch: ref.Broadcast(a, b), a: a, b: b, m: r.IntN(6), k: r.IntN(40), n: r.IntN(10), adjX: r.IntN(2) == 0, adjY: r.IntN(2) == 0}
}

func (p *matrices) outputs() int { return ref.Elems(p.batch) * p.m * p.n }

// pairs calls f with each pair of matrices that are multiplied, in order.
func (p *matrices) pairs(f func(a, b int)) {
	ref.Elementwise(p.a, ordinals(ref.Elems(p.a)), p.b, ordinals(ref.Elems(p.b)), func(i, j int) any { f(i, j); return nil })
}

// refProducts are the products of all pairs of matrices.
func refProducts[T ref.Number](p *matrices, a, b []T) []T {
	var out []T
	sizeA, sizeB := p.m*p.k, p.k*p.n
	p.pairs(func(i, j int) {
		out = append(out, ref.MatMul(p.m, p.k, p.n, p.adjX, p.adjY, a[i*sizeA:(i+1)*sizeA], b[j*sizeB:(j+1)*sizeB])...)
	})
	return out
}

func kernelMatMul[T int8 | int16 | float32](p *matrices, pool *Pool) MatMul[T] {
	w, _, _ := NewBroadcast(p.a, p.b)
	return MatMul[T]{Batch: &w, M: p.m, K: p.k, N: p.n, AdjX: p.adjX, AdjY: p.adjY, Pool: pool}
}

func TestMatMulOfBytesIsTheFormula(t *testing.T) {
	pool := newEager(t, 3)
	defer pool.Close()
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		p := newMatrices(r)
		a, b := numbers[int8](r, ref.Elems(p.a)*p.m*p.k), numbers[int8](r, ref.Elems(p.b)*p.k*p.n)
		q, zero := MatMul8{MatMul: kernelMatMul[int8](&p, pool), AZero: zeroOf[int8](r)}, zeroOf[int8](r)
		scale := scales(r, 1, max(p.k, 1))
		req, rule := NewRequant(scale, zero, -128, 127), newSumRule(r, scale, Twice)
		rule.Zero, rule.Lo, rule.Hi = zero, -128, 127
		if q.Req = &req; r.IntN(2) == 0 {
			q.Req, q.Fixed, q.BZero = nil, rule.Fixed, zeroOf[int8](r)
		}
		out := make([]int8, p.outputs())
		NewMatMul8(q).Run(out, a, b)
		want := refProducts(&p, shifted(a, q.AZero), shifted(b, q.BZero))
		for i, acc := range want {
			if want[i] = ref.Requant(acc, scale[0], int64(zero), -128, 127); q.Req == nil {
				want[i] = rule.formula(acc, 0)
			}
		}
		same(t, as[int64](out), want, p, scale)
	})
}

func TestMatMulOf16BitsIsTheFormula(t *testing.T) {
	pool := newEager(t, 2)
	defer pool.Close()
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		p := newMatrices(r)
		a, b := numbers[int16](r, ref.Elems(p.a)*p.m*p.k), numbers[int16](r, ref.Elems(p.b)*p.k*p.n)
		if r.IntN(2) == 0 {
			Widen(b, numbers[int8](r, len(b)))
		}
		rule := newSumRule(r, scales(r, 1, 1<<14), Wide)
		rule.Lo, rule.Hi = math.MinInt16, math.MaxInt16
		out := make([]int16, p.outputs())
		NewMatMul16(MatMul16{MatMul: kernelMatMul[int16](&p, pool), Fixed: rule.Fixed}).Run(out, a, b)
		want := refProducts(&p, as[int64](a), as[int64](b))
		for i, acc := range want {
			want[i] = rule.formula(acc, 0)
		}
		same(t, as[int64](out), want, p)
	})
}

func TestMatMulOfFloatsIsTheFormula(t *testing.T) {
	pool := newEager(t, 2)
	defer pool.Close()
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		p := newMatrices(r)
		a, b, out := reals(r, ref.Elems(p.a)*p.m*p.k), reals(r, ref.Elems(p.b)*p.k*p.n), make([]float32, p.outputs())
		NewMatMulFloat(kernelMatMul[float32](&p, pool)).Run(out, a, b)
		sums(t, out, refProducts(&p, as[float64](a), as[float64](b)), refProducts(&p, sizes(a), sizes(b)), p.k, p)
	})
}

// Each row of a is quantized by itself, whichever way a lies.
func TestHybridMatMulIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		p := newMatrices(r)
		a, b, out := reals(r, ref.Elems(p.a)*p.m*p.k), numbers[int8](r, ref.Elems(p.b)*p.k*p.n), make([]float32, p.outputs())
		inf := float32(math.Inf(1))
		q := HybridParams{Scale: scales(r, p.n, 1), Range: QuantizeRowXNN, Lo: -inf, Hi: inf}
		if len(q.Scale) == 0 {
			q.Scale = []float32{1}
		}
		NewHybridMatMul(kernelMatMul[float32](&p, nil), q).Run(out, a, b)
		var want []float32
		rows := as[float64](a)
		if p.adjX {
			rows = turnedOver(rows, p.m, p.k)
		}
		p.pairs(func(i, j int) {
			for m := range p.m {
				row, y := ref.QuantizeRowXNN(rows[(i*p.m+m)*p.k:][:p.k]), as[int64](b[j*p.k*p.n:][:p.k*p.n])
				for n, sum := range ref.MatMul(1, p.k, p.n, false, p.adjY, row.Shifted(), y) {
					want = append(want, float32(ref.Unscale(sum, row.Scale, float64(q.Scale[n%len(q.Scale)]), 0)))
				}
			}
		})
		same(t, out, want, p)
	})
}

// turnedOver makes rows of k of the matrices in x, which are stored as rows of m.
func turnedOver(x []float64, m, k int) []float64 {
	n := len(x) / max(1, m*k)
	return ref.Pick([]int{n, m, k}, []int{n, k, m}, x, 0, func(at []int) []int { return []int{at[0], at[2], at[1]} })
}
