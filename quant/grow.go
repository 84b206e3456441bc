package quant

import (
	"slices"

	"edged/runtime/tensor"
)

// grow gives the tensors of a row so many channels more, which are zero.
func (n *net) grow(r row, more int) {
	if more == 0 {
		return
	}
	first, last := r[0].a, r[len(r)-1].b
	n.extend(first.w, 0, more)
	n.extend(first.b, 0, more)
	n.extend(last.w, len(n.graph.Tensors[last.w].Shape)-1, more)
	for i, s := range r {
		if i > 0 {
			n.extend(s.a.w, 3, more)
			n.extend(s.a.b, 0, more)
		}
		x := &n.graph.Tensors[s.t]
		x.Shape, x.ShapeSignature = longer(x.Shape, len(x.Shape)-1, more), longer(x.ShapeSignature, len(x.Shape)-1, more)
		none := make([]float64, more)
		s.each, s.widest, s.ends = append(s.each, none...), append(s.widest, none...), append(s.ends, none...)
	}
	for _, s := range r {
		s.a, s.b = n.layer(s.a.op), n.layer(s.b.op)
	}
}

// extend adds zeros to a constant along one of its dimensions.
func (n *net) extend(t, dimension, more int) {
	x, old := &n.graph.Tensors[t], n.values(t)
	inner := x.Shape[dimension:].Elems()
	wide := make([]float32, 0, len(old)+len(old)/x.Shape[dimension]*more)
	for ; len(old) > 0; old = old[inner:] {
		wide = append(wide, old[:inner]...)
		wide = append(wide, make([]float32, inner/x.Shape[dimension]*more)...)
	}
	x.Data, x.Shape, x.ShapeSignature = bytesOf(wide), longer(x.Shape, dimension, more), longer(x.ShapeSignature, dimension, more)
}

// longer returns a shape with a longer dimension.
func longer(s tensor.Shape, dimension, more int) tensor.Shape {
	if dimension >= len(s) || s[dimension] < 0 {
		return s
	}
	s = slices.Clone(s)
	s[dimension] += more
	return s
}
