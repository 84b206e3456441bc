package quant

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// strand leaves float what merely moves values between float operators: integers there would only cost two conversions. So
// would those of a long sequence of which a recurrent body picks a moment, or writes one.
func (p *plan) strand() {
	for changed := true; changed; {
		changed = false
		for i := range p.net.graph.Ops {
			o := &p.net.graph.Ops[i]
			if r, _ := ruleOf(o); !p.integer(i) || !r.same {
				continue
			}
			around := p.neighbours(o)
			switch {
			case len(around) > 0 && !slices.ContainsFunc(around, p.integer): // one alone in its graph becomes one of integers
				p.why[i], changed = "moves values between float operators", true
			case p.mostlyFloat(o):
				p.why[i], changed = "moves few values of integers among many floats", true
			}
		}
	}
}

// neighbours are the operators that make an operator's operands and use its results.
func (p *plan) neighbours(o *tflite.Op) (all []int) {
	for _, t := range o.Inputs {
		if t >= 0 && p.net.activation(t) && p.net.producer[t] >= 0 {
			all = append(all, p.net.producer[t])
		}
	}
	for _, t := range o.Outputs {
		all = append(all, p.net.users[t]...)
	}
	return all
}

// mostlyFloat reports whether an operator of integers would have many more values converted than a float one.
func (p *plan) mostlyFloat(o *tflite.Op) bool {
	floats, integers := 0, 0
	count := func(float bool, t int) {
		if n := p.net.graph.Tensors[t].Shape.Elems(); float {
			floats += n
		} else {
			integers += n
		}
	}
	outside := p.opts.outer() == tensor.Float32
	for _, t := range p.activations(o.Inputs) {
		i := p.net.producer[t]
		count(i < 0 && outside || i >= 0 && !p.integer(i), t)
	}
	for _, t := range p.activations(o.Outputs) {
		users := p.net.users[t]
		if slices.ContainsFunc(users, p.integer) {
			count(false, t)
		}
		if slices.ContainsFunc(users, func(i int) bool { return !p.integer(i) }) || outside && slices.Contains(p.net.graph.Outputs, t) {
			count(true, t)
		}
	}
	return integers > 0 && floats > 4*integers
}
