package quant

import (
	"slices"

	"edged/runtime/tflite"
)

// join groups the tensors that must have one scale: the operands and results of what moves, picks or averages values. First
// come those of operators of one operand, then operands that may as well be converted.
func (p *plan) join() {
	for t := range p.group {
		p.group[t] = t
	}
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		if r, _ := ruleOf(o); !p.integer(i) || !r.same {
			continue
		}
		tensors := p.activations(o.Outputs)
		if in := p.activations(o.Inputs); len(in) == 1 {
			tensors = append(tensors, in...)
		}
		for _, t := range tensors[min(1, len(tensors)):] {
			p.group[p.root(t)] = p.root(tensors[0])
		}
	}
	for i := range p.net.graph.Ops {
		o := &p.net.graph.Ops[i]
		if r, _ := ruleOf(o); p.integer(i) && r.same {
			p.joinOperands(o)
		}
	}
}

// joinOperands groups operands with their operator's result, but for those whose values would get much coarser than others
// that use them, too, can do with.
func (p *plan) joinOperands(o *tflite.Op) {
	out := p.activations(o.Outputs)
	for _, t := range p.activations(o.Inputs) {
		a, b := t, t
		if len(out) > 0 {
			b = out[0]
		}
		if !p.spoils(a, b) && !p.spoils(b, a) {
			p.group[p.root(a)] = p.root(b)
		}
	}
}

// activations returns those of tensors that are float and computed.
func (p *plan) activations(tensors []int) (all []int) {
	for _, t := range tensors {
		if t >= 0 && p.net.activation(t) {
			all = append(all, t)
		}
	}
	return all
}

// coarser is by how much wider than its own a range may be that a tensor has in common with others: 2 bits.
const coarser = 4

// spoils reports whether a range in common with b would be much too wide for a, which others use, too.
func (p *plan) spoils(a, b int) bool {
	if p.root(a) == p.root(b) {
		return false
	}
	own, used := p.reach(a)
	other, _ := p.reach(b)
	all := own.join(other)
	return used && (own.Hi-own.Lo)*coarser < all.Hi-all.Lo
}

// reach returns the range seen of a tensor's group, zero included, and whether any of it has several users.
func (p *plan) reach(t int) (r Range, used bool) {
	for k := range p.group {
		if p.root(k) != p.root(t) {
			continue
		}
		if s := p.calib.tensors[k]; s != nil {
			seen := s.Range
			if least, ok := p.floors[k]; ok {
				seen.Lo = max(seen.Lo, least)
			}
			r = r.join(seen)
		}
		used = used || len(p.net.users[k]) > 1 || slices.Contains(p.net.graph.Outputs, k)
	}
	return r, used
}

// root returns the tensor that stands for t's group.
func (p *plan) root(t int) int {
	for p.group[t] != t {
		t = p.group[t]
	}
	return t
}
