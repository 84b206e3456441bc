package quant

import (
	"fmt"
	"slices"

	"edged/runtime/tflite"
)

// leastFine is how many steps the least value of an operand must have that an operator magnifies: with 16, rounding it to
// half a step changes a root by 1.6 % and a quotient by 3 %.
const leastFine = 16

// refine keeps float what magnifies small values of an operand that reaches over more than its bits tell apart, and what
// makes that operand: variances below the root of a layer normalization, denominators.
func (p *plan) refine() {
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		t := magnified(o)
		if t < 0 || !p.net.activation(t) || !p.coarse(t) {
			continue
		}
		if p.integer(i) {
			p.why[i] = fmt.Sprintf("magnifies small values of %q", p.net.graph.Tensors[t].Name)
		}
		p.spare(t, fmt.Sprintf("%s magnifies small values of it", o.Name()), map[int]bool{})
	}
}

// magnified returns the operand whose small values an operator makes large; -1 for most.
func magnified(o *tflite.Op) int {
	switch o.Code {
	case tflite.OpRsqrt, tflite.OpSqrt, tflite.OpLog, tflite.OpPow:
		return o.Inputs[0]
	case tflite.OpDiv:
		return o.Inputs[1]
	}
	return -1
}

// coarse reports whether integers tell small values of a tensor apart from nothing badly.
func (p *plan) coarse(t int) bool {
	s := p.calib.tensors[t]
	if s == nil {
		return false
	}
	lo, hi := limits(p.opts.inner())
	return s.Lo < leastFine*s.Hi/(hi-lo)
}

// spare keeps float what makes a tensor for operators that are float, back to where others use the values too.
func (p *plan) spare(t int, why string, done map[int]bool) {
	i := p.net.producer[t]
	if i < 0 || done[i] || slices.ContainsFunc(p.net.users[t], p.integer) || slices.Contains(p.net.graph.Outputs, t) {
		return
	}
	done[i] = true
	o := &p.net.graph.Ops[i]
	if r, _ := ruleOf(o); r.weights > 0 || r.lstm || r.svdf || o.Code == tflite.OpBatchMatmul {
		return // which integers make cheap
	}
	if p.integer(i) {
		p.why[i] = why
	}
	for _, in := range o.Inputs {
		if in >= 0 && p.net.activation(in) {
			p.spare(in, why, done)
		}
	}
}
