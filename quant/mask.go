package quant

import (
	"math"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// A mask is a large negative number that is added to, or put in place of, what a SOFTMAX or MAX_POOL_2D shall not see. It
// would leave one integer for all that counts. But how far below the rest it is makes no difference, so the ranges of such
// tensors end where their values cease to.
//
// faint is how far below its row's largest a value must be to be nothing in a SOFTMAX of integers, e⁻¹⁶; only what goes
// down to masked is taken for a mask.
const (
	faint  = 16
	masked = 64
	hidden = -1000 // a row without any value above it is masked
)

// bottoms finds how far down the ranges of tensors with masks reach.
func (p *plan) bottoms() {
	p.floors = map[int]float64{}
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		switch o.Code {
		case tflite.OpSoftmax:
			t := o.Inputs[0]
			peak, ok := p.calib.peaks[t]
			if s := p.calib.tensors[t]; ok && s != nil && s.Lo < peak-masked {
				p.floor(t, peak-faint)
			}
		case tflite.OpPadv2:
			p.floorPad(o)
		}
	}
}

// floorPad is for a pad of the least number there is, which goes before a MAX_POOL_2D.
func (p *plan) floorPad(o *tflite.Op) {
	if in, out := p.calib.tensors[o.Inputs[0]], p.calib.tensors[o.Outputs[0]]; in != nil && out != nil && out.Lo < in.Lo-masked*(in.Hi-in.Lo) {
		p.floors[o.Outputs[0]] = in.Lo
	}
}

// floor ends a tensor's range at least, and those of what it is made of where they go further. It leaves alone what others
// use, too.
func (p *plan) floor(t int, least float64) {
	s, users := p.calib.tensors[t], p.net.users[t]
	reached := func(i int) bool {
		o := &p.net.graph.Ops[i]
		_, ok := p.floors[o.Outputs[0]]
		return ok || o.Code == tflite.OpSoftmax
	}
	if s == nil || s.Lo >= least || slices.ContainsFunc(users, func(i int) bool { return !reached(i) }) || slices.Contains(p.net.graph.Outputs, t) {
		return
	}
	if old, ok := p.floors[t]; ok {
		least = min(least, old)
	}
	p.floors[t] = least
	i := p.net.producer[t]
	if i < 0 {
		return
	}
	o := &p.net.graph.Ops[i]
	if rule, _ := ruleOf(o); p.integer(i) && !rule.same && o.Code != tflite.OpAdd {
		p.why[i] = "makes a mask, whose numbers integers are too coarse for"
	}
	for k, in := range o.Inputs {
		if in >= 0 && p.net.activation(in) && p.integer(i) {
			p.floor(in, least-p.other(o, k))
		}
	}
}

// other is the largest value that an ADD adds to operand k; 0 of other operators.
func (p *plan) other(o *tflite.Op, k int) float64 {
	if o.Code != tflite.OpAdd {
		return 0
	}
	t := o.Inputs[1-k]
	if p.net.constant(t) {
		return rangeOfConstant(p.net.values(t)).Hi
	}
	return p.calib.tensors[t].Hi
}

// rangeOfOperand is that of a constant operand k.
func (p *plan) rangeOfOperand(o *tflite.Op, k int) Range {
	r := rangeOfConstant(p.net.values(o.Inputs[k]))
	if least, ok := p.floors[o.Outputs[0]]; ok {
		least -= p.other(o, k)
		r.Lo, r.Hi = max(r.Lo, least), max(r.Hi, least)
	}
	return r
}

// raised returns tensors with what lies below their floors raised to it: there only that they are below counts.
func (p *plan) raised(tensors []int, values []*tensor.Tensor) []*tensor.Tensor {
	out := slices.Clone(values)
	for i, t := range tensors {
		least, ok := p.floors[t]
		if !ok || i >= len(out) {
			continue
		}
		x := *out[i]
		x.Data = slices.Clone(x.Data)
		for k, v := range tensor.As[float32](x.Data) {
			tensor.As[float32](x.Data)[k] = max(v, float32(least))
		}
		out[i] = &x
	}
	return out
}

// seePeaks notes the least of the largest values of a SOFTMAX's rows, but for those that are masked altogether.
func (c *calibration) seePeaks(o *tflite.Op, in []*tensor.Tensor) {
	if o.Code != tflite.OpSoftmax || in[0].DType != tensor.Float32 {
		return
	}
	least, values := math.Inf(1), tensor.As[float32](in[0].Data)
	if old, ok := c.peaks[o.Inputs[0]]; ok {
		least = old
	}
	for width := vector(in[0].Shape); len(values) >= width; values = values[width:] {
		if most := float64(slices.Max(values[:width])); most > hidden {
			least = min(least, most)
		}
	}
	c.peaks[o.Inputs[0]] = least
}
