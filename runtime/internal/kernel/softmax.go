package kernel

import "math"

// Softmax is quantized soft-max over the last dimension, of int8 or uint8 to the same or to int16.
// Source: TFLite's builtin SOFTMAX on x86-64 (optimized_ops.h, "Softmax" with a float table of 256 entries), which
// LiteRT runs because XNNPACK leaves quantized soft-max alone. TFLite has another table on arm64; the goldens are
// x86-64's, and edged gives the same answer everywhere.
type Softmax struct {
	table [256]float32 // table[255−d] = e^(−d·scale·beta): by distance d from the largest input
	scale float32      // of the output
	zero  int32
}

// NewSoftmax prepares soft-max for an input of scale in and an output of scale out and zero point zero.
func NewSoftmax(in, beta, out float32, zero int32) *Softmax {
	s := &Softmax{scale: out, zero: zero}
	step := float32(-in * beta)
	for d := range 256 {
		s.table[255-d] = float32(math.Exp(float64(float32(step * float32(d)))))
	}
	return s
}

// SoftmaxRows computes out from in, rows of depth elements. Probabilities are rounded to nearest, ties up; a uint8 output
// has zero point 0, whatever it says.
func SoftmaxRows[B Quantized, A int8 | uint8](s *Softmax, out []B, in []A, depth int) {
	lo, hi := quantLimits[B]()
	zero := s.zero
	if lo == 0 {
		zero = 0
	}
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
		inverse := 1 / float32(sum*s.scale)
		for i, v := range row {
			p := float32(s.table[255-(top-int32(v))] * inverse)
			q := int32(p + 0.5)
			if lo < 0 {
				q = int32(float64(p) + 0.5)
			}
			dst[i] = B(min(max(q+zero, lo), hi))
		}
	}
}
