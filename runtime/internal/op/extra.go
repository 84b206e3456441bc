package op

import "edged/runtime/internal/kernel"

// Extra is what an operator does for others around it, which run no more: package fold finds them. The zero value is nothing.
type Extra struct {
	Map   *Map   // the operator is this function of its one operand
	Clamp *Clamp // its result, of bytes, is limited once more
	Pads  *Pads  // its operand 0 is padded first, with what counts as zero
}

// Clamp is a range of quantized values.
type Clamp struct{ Lo, Hi int32 }

// Pads is how many rows and columns are put around a picture [N,H,W,C].
type Pads struct{ Top, Bottom, Left, Right int }

// clamped returns the range of a quantized result that its activation limits to [lo, hi].
func (n *Node) clamped(lo, hi int32) (int32, int32) {
	c := n.Extra.Clamp
	if c == nil {
		return lo, hi
	}
	return min(max(lo, c.Lo), c.Hi), min(max(hi, c.Lo), c.Hi)
}

// window works out the geometry over operand 0, [N,H,W,C], and over what the node pads it with.
func (n *Node) window(g geometry) (kernel.Window, error) {
	in, p := n.In[0].Shape, n.Extra.Pads
	if p == nil {
		return window(in, g)
	}
	padded := append(in[:0:0], in...)
	padded[1] += p.Top + p.Bottom
	padded[2] += p.Left + p.Right
	w, err := window(padded, g)
	w.H, w.W = in[1], in[2]
	w.PadTop += p.Top
	w.PadLeft += p.Left
	if err == nil && (w.H < 1 || w.W < 1) {
		err = malformed("input %s has no pixels", in)
	}
	return w, err
}
