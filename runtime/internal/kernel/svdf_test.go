package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
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

// TestSVDFFloat compares two batches and ranks with the definition, and hybrid weights with float weights.
func TestSVDFFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	const batch, inputs, filters, rank, memory, steps = 2, 5, 6, 2, 3, 5
	q := numbers[int8](r, filters*inputs)
	s := SVDFFloat{SVDF: SVDF{Batch: batch, Inputs: inputs, Filters: filters, Rank: rank, Memory: memory}, Act: func(x float32) float32 { return max(x, 0) }}
	for _, v := range q {
		s.Feature.F = append(s.Feature.F, float32(v)/64)
	}
	s.Time, s.Bias = floats32(r, filters*memory), floats32(r, filters/rank)
	exact, hybrid := NewSVDFFloat(s), s
	hybrid.Feature = NewMatrix8(q, inputs, 1.0/64, QuantizeRowSymmetric)
	rough := NewSVDFFloat(hybrid)
	a, b := make([]float32, batch*filters*memory), make([]float32, batch*filters*memory)
	var past [][]float32
	for range steps {
		in := floats32(r, batch*inputs)
		past = append(past, in)
		got, near := make([]float32, batch*filters/rank), make([]float32, batch*filters/rank)
		exact.Run(got, in, a)
		rough.Run(near, in, b)
		for i := range got {
			want := svdfUnit(&s, past, i/(filters/rank), i%(filters/rank))
			if math.Abs(float64(got[i])-want) > 1e-4 || math.Abs(float64(near[i])-want) > 0.5 {
				t.Fatalf("after %d steps: element %d is %g and %g, want %g", len(past), i, got[i], near[i], want)
			}
		}
	}
}

// svdfUnit is unit u of batch n after the inputs of the past.
func svdfUnit(s *SVDFFloat, past [][]float32, n, u int) float64 {
	sum := float64(s.Bias[u])
	for f := u * s.Rank; f < (u+1)*s.Rank; f++ {
		for j := range s.Memory {
			at := len(past) - s.Memory + j
			for i := range s.Inputs {
				if at >= 0 {
					sum += float64(s.Time[f*s.Memory+j]) * float64(s.Feature.F[f*s.Inputs+i]) * float64(past[at][n*s.Inputs+i])
				}
			}
		}
	}
	return max(sum, 0)
}

func floats32(r *rand.Rand, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.NormFloat64())
	}
	return out
}

func TestQuantizeRowSymmetric(t *testing.T) {
	out := make([]int8, 4)
	scale, zero := QuantizeRowSymmetric(out, []float32{-1.27, 0.635, 0, 0.01})
	if want := []int8{-127, 64, 0, 1}; !slices.Equal(out, want) || zero != 0 || math.Abs(float64(scale)-0.01) > 1e-8 {
		t.Errorf("got %v, %g, %d; want %v, 0.01, 0", out, scale, zero, want)
	}
}
