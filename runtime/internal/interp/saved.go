package interp

import (
	"cmp"
	"slices"

	"edged/runtime/internal/op"
)

// Saved is an operator that no Invoke runs.
type Saved struct {
	Op   int
	How  How
	Into int // the operator that does it too, where it is Folded
}

// How says why an operator need not run.
type How string

// What is done once, or with something else.
const (
	Folded How = "folded" // another operator does it
	Once   How = "once"   // its results are constants
	Free   How = "free"   // its result lies where its operand does, byte by byte the same
)

// copied returns the operand whose bytes a node's result is as they are; −1 if it is not.
func copied(n *op.Node) int {
	if len(n.Shares) == 1 && n.Shares[0].Equal {
		return n.Op.Inputs[n.Shares[0].In]
	}
	return -1
}

// spare takes away the steps that would copy a tensor to where it lies, and says which operators do not run.
func (f *frame) spare(g *segment) {
	p := &g.plan
	at := make(map[int]int64, len(p.Tensors))
	for _, t := range p.Tensors {
		at[t.Tensor] = t.Offset
	}
	if !f.all() {
		g.steps = slices.DeleteFunc(g.steps, func(s step) bool {
			from, placed := at[s.copies]
			if !placed {
				return false
			}
			if to, placed := at[s.op.Outputs[0]]; !placed || from != to {
				return false
			}
			p.Saved = append(p.Saved, Saved{Op: s.at, How: Free})
			return true
		})
	}
	for i, into := range f.gone {
		if i >= g.from && i < g.next {
			p.Saved = append(p.Saved, Saved{Op: i, How: Folded, Into: into})
		}
	}
	for _, i := range g.once {
		p.Saved = append(p.Saved, Saved{Op: i, How: Once})
	}
	slices.SortFunc(p.Saved, func(a, b Saved) int { return cmp.Compare(a.Op, b.Op) })
}
