package quant

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// refuse keeps float what kernels would end the process for: they represent some factors by numbers below 1, and check that
// they are (tensorflow/lite/kernels/internal/quantization_util.cc, QuantizeMultiplierSmallerThanOneExp). It reports whether
// it found any.
func (p *plan) refuse() (found bool) {
	for i := range p.net.graph.Ops {
		if o := &p.net.graph.Ops[i]; p.integer(i) && p.beyond(o) {
			p.why[i], found = "a scale that its integer kernel does not take", true
		}
	}
	return found
}

// beyond reports whether an operator's factors are 1 or more.
func (p *plan) beyond(o *tflite.Op) bool {
	switch o.Code {
	case tflite.OpEqual, tflite.OpNotEqual, tflite.OpGreater, tflite.OpGreaterEqual, tflite.OpLess, tflite.OpLessEqual:
		return p.coarsest(o) >= 1
	case tflite.OpAdd, tflite.OpSub:
		return p.opts.inner() == tensor.Int8 && 2*p.coarsest(o) >= (1<<20)*p.scaleOf(o)
	case tflite.OpSquaredDifference:
		twice := 2 * p.coarsest(o)
		return twice*twice >= (1<<14)*p.scaleOf(o)
	}
	return false
}

// coarsest returns the largest scale of an operator's two operands.
func (p *plan) coarsest(o *tflite.Op) float64 {
	most := float32(0)
	for k, t := range o.Inputs[:2] {
		q := p.quant[t]
		if p.net.constant(t) {
			q = p.rangeOfOperand(o, k).affine(p.opts.inner())
		}
		if q.Quantized() {
			most = max(most, q.Scale[0])
		}
	}
	return float64(most)
}

func (p *plan) scaleOf(o *tflite.Op) float64 { return float64(p.quant[o.Outputs[0]].Scale[0]) }
