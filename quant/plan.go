package quant

import (
	"fmt"
	"slices"
	"strconv"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// plan says which operators become integer ones, and each tensor's quantization.
type plan struct {
	net   *net
	calib *calibration
	opts  *Options
	why   []string       // by operator: why it stays float; "" for one of integers
	quant []tensor.Quant // by tensor; none for one that is not needed in integers
	group []int          // by tensor: the first of those that must have one scale
	own   []Range        // by tensor: what the observer makes of it alone

	floors map[int]float64 // by tensor with a mask: where its range ends
}

// newPlan decides.
func newPlan(n *net, c *calibration, o *Options, by Observer) (*plan, error) {
	p := &plan{net: n, calib: c, opts: o, why: make([]string, len(n.graph.Ops)),
		quant: make([]tensor.Quant, len(n.graph.Tensors)), group: make([]int, len(n.graph.Tensors)),
		own: make([]Range, len(n.graph.Tensors))}
	if err := p.choose(); err != nil {
		return nil, err
	}
	p.bottoms()
	p.refine()
	for again := true; again; again = p.refuse() {
		p.strand()
		p.join()
		p.scale(by)
	}
	return p, nil
}

// integer reports whether operator i becomes one of integers.
func (p *plan) integer(i int) bool { return p.why[i] == "" }

// choose finds what must stay float.
func (p *plan) choose() error {
	kept := make([]bool, len(p.opts.KeepFloat))
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		p.why[i] = p.net.whyFloat(o, p.opts.Scheme)
		if p.integer(i) {
			p.why[i] = p.unseen(o)
		}
		for k, name := range p.opts.KeepFloat {
			if name == strconv.Itoa(i) || slices.ContainsFunc(o.Outputs, func(t int) bool { return p.net.graph.Tensors[t].Name == name }) {
				p.why[i], kept[k] = "kept float as asked", true
			}
		}
	}
	if i := slices.Index(kept, false); i >= 0 {
		return fmt.Errorf("keep %q float: no operator has that index, and none a result of that name", p.opts.KeepFloat[i])
	}
	return nil
}

// unseen names an operand or result that calibration never saw.
func (p *plan) unseen(o *tflite.Op) string {
	for _, t := range append(slices.Clone(o.Inputs), o.Outputs...) {
		if t >= 0 && p.net.activation(t) && p.calib.tensors[t] == nil {
			return fmt.Sprintf("calibration saw no value of %q", p.net.graph.Tensors[t].Name)
		}
	}
	return ""
}

// scale gives each group a range, and each tensor a quantization.
func (p *plan) scale(by Observer) {
	ranges, d := p.ranges(by), p.opts.inner()
	clear(p.quant)
	for t := range p.quant {
		if p.calib.tensors[t] != nil {
			p.quant[t] = ranges[p.root(t)].affine(d)
		}
	}
	p.pin(ranges, d)
	p.widen()
}

// ranges returns each group's, by its root, constants included.
func (p *plan) ranges(by Observer) map[int]Range {
	lo, hi := limits(p.opts.inner())
	ranges := map[int]Range{}
	for t, s := range p.calib.tensors {
		if s == nil {
			continue
		}
		r := s.by(by, hi-lo)
		if i := p.net.producer[t]; i >= 0 && p.net.graph.Ops[i].Code == tflite.OpSum {
			r = roomy(s.Range)
		}
		if least, ok := p.floors[t]; ok { // no observer sees what is left of such a tensor
			r = Range{max(s.Lo, least), s.Hi}
		}
		if at := slices.Index(p.net.graph.Inputs, t); at >= 0 {
			if known, ok := p.opts.Inputs[at]; ok {
				r = known
			}
		}
		p.own[t] = r
		ranges[p.root(t)] = ranges[p.root(t)].join(r)
	}
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		if r, _ := ruleOf(o); !p.integer(i) || !r.same || o.Code == tflite.OpMaximum || o.Code == tflite.OpMinimum {
			continue // the larger or lesser of two is as right if one of them lies at the range's end
		}
		for k, t := range o.Inputs {
			if t >= 0 && p.net.float(t) && p.net.constant(t) && len(p.net.values(t)) > 0 {
				root := p.root(o.Outputs[0])
				ranges[root] = ranges[root].join(p.rangeOfOperand(o, k))
			}
		}
	}
	return ranges
}

// roomy is a range with a quarter more room than was seen. A SUM needs it: up to TensorFlow Lite 2.9 its kernel wraps around
// instead of clamping.
func roomy(r Range) Range { return Range{r.Lo * 1.25, r.Hi * 1.25} }

// pin gives results of a fixed scale that scale. Their group takes it over where all its values fit; otherwise whoever needs
// the group's scale converts.
func (p *plan) pin(ranges map[int]Range, d tensor.DType) {
	pinned := map[int][]int{} // by root
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		if q, ok := p.fixed(i); ok {
			p.quant[o.Outputs[0]] = q
			root := p.root(o.Outputs[0])
			pinned[root] = append(pinned[root], o.Outputs[0])
		}
	}
	for root, all := range pinned {
		q := p.quant[all[0]]
		whole := spanOf(q, d)
		slack := float64(q.Scale[0])
		fits := ranges[root].Lo >= whole.Lo-slack && ranges[root].Hi <= whole.Hi+slack
		if !fits || slices.ContainsFunc(all, func(t int) bool { return !equal(p.quant[t], q) }) {
			continue
		}
		for t := range p.quant {
			if p.root(t) == root && p.calib.tensors[t] != nil {
				p.quant[t] = q
			}
		}
	}
}

// maxRequant and minRequant bound what a layer's sums are scaled by: XNNPACK refuses 2⁸ and more, and less than 2⁻³².
const (
	maxRequant = 1 << 7
	minRequant = 1.0 / (1 << 30)
)

// widen makes a layer's result, and its group, coarser where one step of a weight times one step of the input would be a
// great many of the result's: such a result never takes the values that its range was made for.
func (p *plan) widen() {
	for i := range p.net.graph.Ops {
		l := p.net.layer(&p.net.graph.Ops[i])
		if l == nil || !p.integer(i) {
			continue
		}
		in, out := p.quant[l.op.Inputs[l.rule.data]], l.op.Outputs[0]
		least := float32(float64(in.Scale[0]) * widest(p.net.values(l.w)) / 127 / maxRequant)
		for t := range p.quant {
			if p.root(t) == p.root(out) && p.quant[t].Quantized() && p.quant[t].Scale[0] < least && !p.pinned(t) {
				p.quant[t].Scale = []float32{least}
			}
		}
	}
}

// fixed returns the quantization that operator i's result must have. An LSTM's is symmetric: kernels before TensorFlow Lite
// 2.10 take a zero point's sign wrong. An SVDF's least integer stands for 0: its kernel has no other RELU than to clamp.
func (p *plan) fixed(i int) (tensor.Quant, bool) {
	if i < 0 || !p.integer(i) {
		return tensor.Quant{}, false
	}
	o := &p.net.graph.Ops[i]
	switch rule, _ := ruleOf(o); {
	case rule.lstm:
		r := p.own[o.Outputs[0]]
		m := max(-r.Lo, r.Hi)
		return perTensor(2*m/255, 0), true
	case rule.svdf:
		return Range{0, p.own[o.Outputs[0]].Hi}.affine(tensor.Int8), true
	}
	return fixed(o, p.opts.inner())
}

// pinned reports whether a tensor is a result of a fixed scale.
func (p *plan) pinned(t int) bool {
	_, ok := p.fixed(p.net.producer[t])
	return ok
}

// widest returns the largest absolute value.
func widest(values []float32) float64 {
	m := float32(0)
	for _, v := range values {
		m = max(m, v, -v)
	}
	return float64(m)
}
