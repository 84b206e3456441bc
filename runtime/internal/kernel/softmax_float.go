package kernel

import (
	"math"
	"math/bits"
)

// SoftmaxFloat computes out[r,i] = e^(beta·in[r,i]) / Σ e^(beta·in[r,·]) over rows of depth elements.
func SoftmaxFloat(out, in []float32, depth int, beta float32) {
	for len(in) >= depth && depth > 0 {
		row, dst := in[:depth], out[:depth]
		in, out = in[depth:], out[depth:]
		top := largest(row)
		var sum float32
		for i, v := range row {
			dst[i] = Exp(float32((v - top) * beta))
			sum += dst[i]
		}
		for i := range dst {
			dst[i] /= sum
		}
	}
}

// LogSoftmaxFloat computes out[r,i] = in[r,i] − log Σ e^in[r,·] over rows of depth elements.
func LogSoftmaxFloat(out, in []float32, depth int) {
	for len(in) >= depth && depth > 0 {
		row, dst := in[:depth], out[:depth]
		in, out = in[depth:], out[depth:]
		top := largest(row)
		var sum float32
		for _, v := range row {
			sum += Exp(v - top)
		}
		log := Log(sum)
		for i, v := range row {
			dst[i] = v - top - log
		}
	}
}

func largest(row []float32) float32 {
	top := float32(math.Inf(-1))
	for _, v := range row {
		if v > top {
			top = v
		}
	}
	return top
}

// LogSoftmaxQ computes log-soft-max of int8 or uint8 over rows of depth elements; s is a Softmax for the same scales, beta 1.
// Source: TFLite, optimized_ops::LogSoftmax for 8 bits.
func LogSoftmaxQ[T int8 | uint8](s *Softmax, inScale float32, out, in []T, depth int) {
	lo, hi := byteLimits[T]()
	scale := inScale / s.scale
	for len(in) >= depth && depth > 0 {
		row, dst := in[:depth], out[:depth]
		in, out = in[depth:], out[depth:]
		top := int32(row[0])
		for _, v := range row {
			top = max(top, int32(v))
		}
		var sum float32
		for _, v := range row {
			sum += s.table[255-(top-int32(v))]
		}
		base := float32(float32(inScale*float32(top))+Log(sum)) / s.scale
		for i, v := range row {
			p := float64(float32(scale*float32(v)) - base)
			dst[i] = T(min(max(int32(math.RoundToEven(max(p, -1e9)))+s.zero, lo), hi))
		}
	}
}

// Softmax16 is soft-max of int16 with two interpolated tables.
// Source: TFLite, activations.cc (SoftmaxPrepare) and reference_ops::SoftmaxInt16.
type Softmax16 struct {
	exp        *Table16 // eˣ over [−10, 0]
	reciprocal *Table16 // 1/(1+x) over [0, 1]
	scale      Multiplier
}

// NewSoftmax16 prepares soft-max of inputs of the given scale.
func NewSoftmax16(in, beta float32) *Softmax16 {
	const span = 65535
	return &Softmax16{
		exp:        NewTable16(10.0/span, math.MaxInt16, 2.0/span, 0, math.Exp),
		reciprocal: NewTable16(1.0/span, math.MinInt16, 2.0/span, 0, func(x float64) float64 { return 1 / (1 + x) }),
		scale:      NewMultiplier(float64(float32(in*beta)) / (10.0 / span)),
	}
}

// Rows computes out from in, rows of depth elements.
func (s *Softmax16) Rows(out, in []int16, depth int) {
	for len(in) >= depth && depth > 0 {
		row, dst := in[:depth], out[:depth]
		in, out = in[depth:], out[depth:]
		top := row[0]
		for _, v := range row {
			top = max(top, v)
		}
		var sum int64 // Q16.15
		for i, v := range row {
			x := s.scale.Apply(int32(v)-int32(top)) + math.MaxInt16
			dst[i] = s.exp.At(int16(saturate16(int64(x))))
			sum += int64(dst[i])
		}
		s.divide(dst, int32(min(sum, math.MaxInt32)))
	}
}

// divide divides a row of Q0.15 by its sum.
func (s *Softmax16) divide(dst []int16, sum int32) {
	head := bits.LeadingZeros32(uint32(sum))
	shifted := int32((int64(sum)<<(head-1) + 1<<13) >> 14)
	inverse := int64(s.reciprocal.At(int16(saturate16(int64(shifted) - (1<<15 + 1<<16)))))
	shift := 31 - head
	for i, v := range dst {
		q := (int64(v)*inverse + 1<<(shift-1)) >> shift
		dst[i] = int16(min(max(q, 0), math.MaxInt16))
	}
}
