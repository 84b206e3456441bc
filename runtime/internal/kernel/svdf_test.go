package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// TestSVDF8 follows two steps of one filter with a memory of two, worked by hand.
func TestSVDF8(t *testing.T) {
	s := &SVDF8{SVDF: SVDF{Batch: 1, Inputs: 2, Filters: 2, Rank: 2, Memory: 2}, Feature: []int8{1, 2, 3, -1}, Time: []int16{1, 2, 10, 20},
		Bias: []int32{100}, ToState: NewMultiplier(1), ToOut: NewMultiplier(0.5), InZero: 1, OutZero: -100}
	state, out := make([]int16, 4), make([]int8, 1)
	s.Run(out, []int8{2, 3}, state) // in − zero is 1, 2: filters give 5 and 1
	if want := []int16{0, 5, 0, 1}; !slices.Equal(state, want) || out[0] != -35 {
		t.Errorf("state %v, out %d; want %v, -35", state, out[0], want) // 2·5 + 20·1 + 100 = 130
	}
	s.Run(out, []int8{2, 1}, state) // 1, 0: 1 and 3
	if want := []int16{5, 1, 1, 3}; !slices.Equal(state, want) || out[0] != -11 {
		t.Errorf("state %v, out %d; want %v, -11", state, out[0], want) // 5 + 2 + 10 + 60 + 100 = 177, halved 89
	}
}

func randomSVDF(r *rand.Rand) SVDF {
	one := func(n int) int { return 1 + r.IntN(n) }
	s := SVDF{Batch: one(3), Inputs: one(6), Rank: one(3), Memory: one(4)}
	s.Filters = s.Rank * one(4)
	return s
}

func TestSVDF8IsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		s := SVDF8{SVDF: randomSVDF(r), InZero: zeroOf[int8](r), OutZero: zeroOf[int8](r)}
		units := s.Filters / s.Rank
		s.Feature, s.Time = numbers[int8](r, s.Filters*s.Inputs), numbers[int16](r, s.Filters*s.Memory)
		bias := make([]int64, units)
		if r.IntN(2) == 0 {
			s.Bias = numbers[int32](r, units)
			bias = as[int64](s.Bias)
		}
		toState, toOut := float64(ratio(r)), float64(ratio(r))/(1<<12)
		s.ToState, s.ToOut = NewMultiplier(toState), NewMultiplier(toOut)
		keep := func(sum int64) int64 { return ref.Saturate(ref.NewMultiplier(toState).Apply(ref.Wrap(sum, 32)), 16) }
		state := make([]int16, s.Batch*s.Filters*s.Memory)
		memory := rows[int16, int64](state, s.Memory)
		for range 4 {
			in, out, want := numbers[int8](r, s.Batch*s.Inputs), make([]int8, s.Batch*units), []int64{}
			s.Run(out, in, state)
			for b := range s.Batch {
				x := shifted(in[b*s.Inputs:(b+1)*s.Inputs], s.InZero)
				for _, sum := range ref.SVDF(x, rows[int8, int64](s.Feature, s.Inputs), rows[int16, int64](s.Time, s.Memory), memory[b*s.Filters:(b+1)*s.Filters], bias, keep) {
					v := ref.NewMultiplier(toOut).Apply(ref.Wrap(sum, 32))
					want = append(want, ref.Saturate(ref.Wrap(v+int64(s.OutZero), 32), 8))
				}
			}
			same(t, as[int64](out), want, s)
		}
	})
}

// The hybrid layer has the same weights as int8.
func TestSVDFOfFloatsIsTheFormula(t *testing.T) {
	trials(t, 60, func(t *testing.T, r *rand.Rand) {
		s := SVDFFloat{SVDF: randomSVDF(r), Act: func(x float32) float32 { return max(x, 0) }}
		units, q := s.Filters/s.Rank, small(r, s.Filters*s.Inputs)
		s.Feature.F = unscaled(q, 1.0/64, 0)
		s.Time, s.Bias = floats32(r, s.Filters*s.Memory), floats32(r, units)
		exact, hybrid := NewSVDFFloat(s), s
		hybrid.Feature = NewMatrix8(q, s.Inputs, 1.0/64, []QuantizeRow{QuantizeRowSymmetric, QuantizeRowTFLite}[r.IntN(2)])
		rough := NewSVDFFloat(hybrid)
		a, b := make([]float32, s.Batch*s.Filters*s.Memory), make([]float32, s.Batch*s.Filters*s.Memory)
		memory := rows[float32, float64](a, s.Memory)
		for range 4 {
			in, got, near := floats32(r, s.Batch*s.Inputs), make([]float32, s.Batch*units), make([]float32, s.Batch*units)
			exact.Run(got, in, a)
			rough.Run(near, in, b)
			for n := range s.Batch {
				want := ref.SVDF(as[float64](in[n*s.Inputs:(n+1)*s.Inputs]), rows[float32, float64](s.Feature.F, s.Inputs), rows[float32, float64](s.Time, s.Memory),
					memory[n*s.Filters:(n+1)*s.Filters], as[float64](s.Bias), func(x float64) float64 { return x })
				for u, v := range want {
					v = max(v, 0)
					if x, y := float64(got[n*units+u]), float64(near[n*units+u]); math.Abs(x-v) > 1e-4 || math.Abs(y-v) > 0.5 {
						t.Fatalf("%+v: unit %d of batch %d is %g and %g, want %g", s.SVDF, u, n, x, y, v)
					}
				}
			}
		}
	})
}

func TestQuantizeRowSymmetric(t *testing.T) {
	out := make([]int8, 4)
	scale, zero := QuantizeRowSymmetric(out, []float32{-1.27, 0.635, 0, 0.01})
	if want := []int8{-127, 64, 0, 1}; !slices.Equal(out, want) || zero != 0 || math.Abs(float64(scale)-0.01) > 1e-8 {
		t.Errorf("got %v, %g, %d; want %v, 0.01, 0", out, scale, zero, want)
	}
}
