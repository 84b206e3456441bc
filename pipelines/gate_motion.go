package pipelines

import (
	"fmt"

	"edged/runtime/tensor"
)

// A picture is looked at in dots: what is left when it is made as small as this, in grey. The mean of a dot's pixels has less
// noise than a pixel, and what moves changes it. Changes are counted in fields of dots, so that a small thing that moves in
// a large picture is as much as a large one.
const (
	dots  = 32
	field = 4 // dots on each side
)

// motionGate is shut for a picture that differs too little from the last one that was run. A slow change adds up until it
// opens: it is never compared with a picture that was not.
type motionGate struct {
	least float32 // change of a field, of full scale
	scale float32 // makes an element a part of full scale
	shape tensor.Shape

	now, last thumb
	knows     bool // last is of the last result
}

// thumb is a picture's dots, each a part of full scale. Where zero lies is the same for all pictures.
type thumb [dots * dots]float32

func newMotionGate(g Gate, in tensor.Info) (*motionGate, error) {
	s := in.Shape
	if len(s) != 4 || s[0] != 1 || s[1] < dots || s[2] < dots || s[3] < 1 {
		return nil, fmt.Errorf("input %q: motion is seen in pictures of at least %dx%d, not in %v", in.Name, dots, dots, s)
	}
	m := &motionGate{least: float32(g.Motion), scale: 1.0 / 255, shape: s}
	switch {
	case in.DType == tensor.Int8 || in.DType == tensor.Uint8:
	case in.DType == tensor.Float32 && g.Span > 0:
		m.scale = float32(1 / g.Span)
	case in.DType == tensor.Float32:
		m.scale = 1
	default:
		return nil, fmt.Errorf("input %q: motion is seen in pictures of int8, uint8 and float32, not %s", in.Name, in.DType)
	}
	return m, nil
}

func (m *motionGate) hear(any) {}

func (m *motionGate) still(_ Window, in *tensor.Tensor) bool {
	clear(m.now[:])
	switch in.DType {
	case tensor.Int8:
		shrink(&m.now, tensor.As[int8](in.Data), m.shape, m.scale)
	case tensor.Uint8:
		shrink(&m.now, in.Data, m.shape, m.scale)
	default:
		shrink(&m.now, tensor.As[float32](in.Data), m.shape, m.scale)
	}
	return m.knows && !m.moved()
}

func (m *motionGate) ran(ok bool) {
	if m.knows = ok; ok {
		m.last = m.now
	}
}

// shrink adds to each dot the mean of its pixels, all channels together.
func shrink[T int8 | uint8 | float32](to *thumb, px []T, s tensor.Shape, scale float32) {
	h, w, c := s[1], s[2], s[3]
	for y := range h {
		row, dst := px[y*w*c:][:w*c], to[y*dots/h*dots:][:dots]
		part := scale / float32(rows(y*dots/h, h)*c)
		for x := range w {
			sum := float32(0)
			for _, v := range row[x*c : (x+1)*c] {
				sum += float32(v)
			}
			at := x * dots / w
			dst[at] += sum * part / float32(rows(at, w))
		}
	}
}

// rows returns how many of n rows, or columns, fall on a dot.
func rows(dot, n int) int { return ceil((dot+1)*n) - ceil(dot*n) }

func ceil(n int) int { return (n + dots - 1) / dots }

// moved says whether the mean change of a field's dots is enough.
func (m *motionGate) moved() bool {
	for y := 0; y < dots; y += field {
		for x := 0; x < dots; x += field {
			if m.change(y, x) >= m.least {
				return true
			}
		}
	}
	return false
}

// change returns the mean change of the dots of the field that begins at a dot.
func (m *motionGate) change(y, x int) float32 {
	sum := float32(0)
	for dy := range field {
		at := (y+dy)*dots + x
		for i, v := range m.now[at : at+field] {
			sum += max(v-m.last[at+i], m.last[at+i]-v)
		}
	}
	return sum / (field * field)
}
