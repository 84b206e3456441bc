package kernel

import (
	"encoding/binary"
	"slices"
)

// Axis is one dimension of a Move: N positions, In and Out elements apart in the two arrays. A step of 0 repeats, a
// negative one walks backwards.
type Axis struct{ N, In, Out int }

// Move copies elements from one array to another, both walked by strides:
//
//	out[o + Σ iₐ·Outₐ] = in[i + Σ iₐ·Inₐ]  for all 0 ≤ iₐ < Nₐ
//
// Slices, transposes, tilings, paddings and their like are Moves. It does not look at the values, only at their size.
type Move struct {
	in, out int    // places of the first element, in bytes
	elem    int    // bytes of an element
	size    int    // bytes copied at once
	axes    []Axis // outermost first, in bytes
	index   []int
}

// NewMove returns the Move of elements of size bytes that starts at places in and out. axes are outermost first; axes
// that both arrays walk without a gap become one, so that the innermost loop copies as much as it can.
func NewMove(size, in, out int, axes ...Axis) *Move {
	m := &Move{in: in * size, out: out * size, elem: size, size: size}
	for _, a := range slices.Backward(axes) {
		switch a.In, a.Out = a.In*size, a.Out*size; {
		case a.N <= 0:
			m.size, m.axes = 0, nil
			return m
		case a.N == 1:
		case len(m.axes) == 0 && a.In == m.size && a.Out == m.size:
			m.size *= a.N
		case len(m.axes) > 0 && follows(a, m.axes[0]):
			m.axes[0].N *= a.N
		default:
			m.axes = slices.Insert(m.axes, 0, a)
		}
	}
	m.index = make([]int, len(m.axes))
	return m
}

// follows reports whether a step along outer is as long as all of inner, in both arrays.
func follows(outer, inner Axis) bool {
	return outer.In == inner.N*inner.In && outer.Out == inner.N*inner.Out
}

// Start moves the first elements to places in and out.
func (m *Move) Start(in, out int) { m.in, m.out = in*m.elem, out*m.elem }

// Run copies.
func (m *Move) Run(out, in []byte) {
	if m.size == 0 {
		return
	}
	i, o := m.in, m.out
	if len(m.axes) == 0 {
		copy(out[o:o+m.size], in[i:i+m.size])
		return
	}
	last := len(m.axes) - 1
	for d := 0; d >= 0; {
		m.row(out, in, o, i)
		for d = last - 1; d >= 0; d-- {
			a := &m.axes[d]
			m.index[d]++
			i, o = i+a.In, o+a.Out
			if m.index[d] < a.N {
				break
			}
			i, o = i-a.In*a.N, o-a.Out*a.N
			m.index[d] = 0
		}
	}
}

// row copies along the innermost axis.
func (m *Move) row(out, in []byte, o, i int) {
	a := m.axes[len(m.axes)-1]
	switch m.size {
	case 1:
		for range a.N {
			out[o] = in[i]
			i, o = i+a.In, o+a.Out
		}
	case 2:
		for range a.N {
			binary.LittleEndian.PutUint16(out[o:], binary.LittleEndian.Uint16(in[i:]))
			i, o = i+a.In, o+a.Out
		}
	case 4:
		for range a.N {
			binary.LittleEndian.PutUint32(out[o:], binary.LittleEndian.Uint32(in[i:]))
			i, o = i+a.In, o+a.Out
		}
	case 8:
		for range a.N {
			binary.LittleEndian.PutUint64(out[o:], binary.LittleEndian.Uint64(in[i:]))
			i, o = i+a.In, o+a.Out
		}
	default:
		for range a.N {
			copy(out[o:o+m.size], in[i:i+m.size])
			i, o = i+a.In, o+a.Out
		}
	}
}

// Fill repeats the element v over out.
func Fill(out, v []byte) {
	for n := copy(out, v); n > 0 && n < len(out); n *= 2 {
		copy(out[n:], out[:n])
	}
}
