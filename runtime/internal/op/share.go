package op

import (
	"slices"

	"edged/runtime/tensor"
)

// Share lets output Out lie in the memory of operand In, where that is not needed any more.
type Share struct {
	Out, In int
	Equal   bool // the output is the operand's bytes as they are, so that both may be needed
}

// inPlace lets output 0 overwrite any of the operands named: the Step must read an element of theirs before it writes the
// output's element of the same place, and never after. Operands of other sizes, such as broadcast ones, are left out.
// Prepare calls it when the output has its shape.
func (n *Node) inPlace(operands ...int) {
	out := n.Out[0]
	size := wholeBytes(out.DType)
	for _, i := range operands {
		in := n.optional(i)
		if in == nil || size == 0 || wholeBytes(in.DType) != size || in.Shape.Elems() != out.Shape.Elems() {
			continue
		}
		if !n.otherwise(in, operands) {
			n.Shares = append(n.Shares, Share{In: i})
		}
	}
}

// otherwise reports whether t is also an operand that is not in the list.
func (n *Node) otherwise(t *tensor.Tensor, operands []int) bool {
	for i, in := range n.In {
		if in == t && !slices.Contains(operands, i) {
			return true
		}
	}
	return false
}

// wholeBytes returns the bytes of an element; 0 for types that have no fixed size or pack elements.
func wholeBytes(d tensor.DType) int {
	if d == tensor.Int4 {
		return 0
	}
	return d.Bytes(1)
}

// copyStep copies input 0 to output 0 as it is, which is nothing to do where they lie in one place.
func copyStep(n *Node) Step { return copyOf(n, 0) }

// copyOf is copyStep of another input.
func copyOf(n *Node, operand int) Step {
	n.Shares = append(n.Shares, Share{In: operand, Equal: true})
	in, out := n.In[operand], n.Out[0]
	return func() error {
		copy(out.Data, in.Data)
		return nil
	}
}
