package kernel

import "math"

// Mean is a quantized mean over some dimensions by XNNPACK's rule: exact int32 sums, then
//
//	q = clamp(rint(float32(sum)·k + z)),  k = (in scale/out scale)·(1/count),  z = outZero − float32(count·inZero)·k
//
// in float32. Source: XNNPACK, src/operators/reduce-nd.c and the int32 conversion it ends with.
type Mean struct {
	walk  []int // for each input dimension, outermost first: its length
	steps []int // and the step it takes in the output, 0 where reduced
	k, z  float32
	sums  []int32
	index []int
}

// NewMean prepares a mean over an input of shape dims with the dimensions marked in reduced taken away.
func NewMean(dims []int, reduced []bool, inScale float32, inZero int32, outScale float32, outZero int32) *Mean {
	m := &Mean{walk: dims, steps: make([]int, len(dims)), index: make([]int, len(dims))}
	step, count := 1, 1
	for i := len(dims) - 1; i >= 0; i-- {
		if reduced[i] {
			count *= dims[i]
			continue
		}
		m.steps[i] = step
		step *= dims[i]
	}
	m.sums = make([]int32, step)
	m.k = float32(inScale/outScale) * float32(1/float32(count))
	m.z = float32(outZero) - float32(float32(int32(count)*inZero)*m.k)
	return m
}

// RunMean computes out from in.
func RunMean[T int8 | uint8](m *Mean, out, in []T) {
	fill(m.sums, 0)
	fill(m.index, 0)
	at := 0
	for _, v := range in {
		m.sums[at] += int32(v)
		at = m.advance(at)
	}
	lo, hi := byteLimits[T]()
	for i, s := range m.sums {
		v := math.RoundToEven(float64(float32(float32(s)*m.k) + m.z))
		out[i] = T(int32(min(max(v, float64(lo)), float64(hi))))
	}
}

// advance moves the index to the input's next element and returns its place in the output.
func (m *Mean) advance(at int) int {
	for d := len(m.walk) - 1; d >= 0; d-- {
		m.index[d]++
		at += m.steps[d]
		if m.index[d] < m.walk[d] {
			return at
		}
		at -= m.steps[d] * m.index[d]
		m.index[d] = 0
	}
	return at
}
