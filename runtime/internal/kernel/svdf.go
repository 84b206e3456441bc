package kernel

// SVDF is a layer whose filters remember: filter f of each batch keeps its last Memory outputs, and unit u is
//
//	out[b,u] = finish(bias[u] + Σ_r Σ_j time[u·Rank+r, j]·state[b, u·Rank+r, j])
//
// where the newest state[b,f,Memory−1] is feature[f]·in[b].
//
//	in [N,K], feature [F,K], time [F,Memory], state [N,F,Memory], bias [F/Rank], out [N,F/Rank]
//
// Source: TFLite, reference/svdf.h; Alvarez and Park, "End-to-end streaming keyword spotting", 2019.
type SVDF struct {
	Batch, Inputs, Filters, Rank, Memory int
	Pool                                 *Pool
}

// shiftState makes room for the newest outputs: every value moves one place towards the oldest.
func shiftState[T any](state []T) { copy(state, state[1:]) }

// SVDF8 is SVDF of int8 with an int16 memory.
type SVDF8 struct {
	SVDF
	Feature         []int8
	Time            []int16
	Bias            []int32 // or nil
	ToState, ToOut  Multiplier
	InZero, OutZero int32
}

// Run computes out from in and the state, which it moves on.
func (s *SVDF8) Run(out, in []int8, state []int16) {
	shiftState(state)
	for n := 0; n < s.Batch && !s.Pool.Stopped(); n++ {
		x := in[n*s.Inputs : (n+1)*s.Inputs]
		memory := state[n*s.Filters*s.Memory : (n+1)*s.Filters*s.Memory]
		for f := range s.Filters {
			var dot int32
			for i, w := range s.Feature[f*s.Inputs : (f+1)*s.Inputs] {
				dot += int32(w) * (int32(x[i]) - s.InZero)
			}
			memory[(f+1)*s.Memory-1] = int16(saturate(s.ToState.Apply(dot), 16))
		}
		for u := range s.Filters / s.Rank {
			var sum int32
			from, to := u*s.Rank*s.Memory, (u+1)*s.Rank*s.Memory
			for i, v := range memory[from:to] {
				sum += int32(v) * int32(s.Time[from+i])
			}
			if s.Bias != nil {
				sum += s.Bias[u]
			}
			out[n*s.Filters/s.Rank+u] = int8(saturate(s.ToOut.Apply(sum)+s.OutZero, 8))
		}
	}
}

// saturate holds v to a signed integer of the given bits.
func saturate(v int32, bits int) int32 { return min(max(v, -1<<(bits-1)), 1<<(bits-1)-1) }

// SVDFFloat is SVDF of float32; Feature may be int8, the input then being quantized row by row.
type SVDFFloat struct {
	SVDF
	Feature Matrix
	Time    []float32
	Bias    []float32 // or nil
	Act     func(float32) float32
	sums    []float32
	row     *QuantizedRow
}

// NewSVDFFloat prepares the kernel.
func NewSVDFFloat(s SVDFFloat) *SVDFFloat {
	s.sums, s.row = make([]float32, s.Filters), NewQuantizedRow(s.Inputs, s.Feature.Rule)
	return &s
}

// Run computes out from in and the state, which it moves on.
func (s *SVDFFloat) Run(out, in, state []float32) {
	shiftState(state)
	for n := 0; n < s.Batch && !s.Pool.Stopped(); n++ {
		memory := state[n*s.Filters*s.Memory : (n+1)*s.Filters*s.Memory]
		s.row.Set(in[n*s.Inputs : (n+1)*s.Inputs])
		fill(s.sums, 0)
		s.Feature.AddTo(s.sums, s.row)
		for f, v := range s.sums {
			memory[(f+1)*s.Memory-1] = v
		}
		for u := range s.Filters / s.Rank {
			var sum float32
			from, to := u*s.Rank*s.Memory, (u+1)*s.Rank*s.Memory
			for i, v := range memory[from:to] {
				sum += float32(v * s.Time[from+i])
			}
			if s.Bias != nil {
				sum += s.Bias[u]
			}
			out[n*s.Filters/s.Rank+u] = s.Act(sum)
		}
	}
}
