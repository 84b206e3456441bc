package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// preparePad: PAD and PADV2, in of any rank, paddings [rank,2]; PADV2 has the padding value as third operand. PAD's is
// zero, which a quantized tensor writes as its zero point.
func preparePad(n *Node) (Step, error) {
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	if step := late(n, preparePad, 1); step != nil {
		return step, nil
	}
	in, out, value := n.In[0], n.Out[0], n.optional(2)
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	pads, err := padding(n)
	if err != nil {
		return nil, err
	}
	if value != nil && (value.DType != in.DType || value.Shape.Elems() != 1) {
		return nil, malformed("padding value is %s %s, input %s", value.DType, value.Shape, in.DType)
	}
	zero := make([]byte, size)
	if value == nil && len(out.Quant.Scale) > 0 && size <= 2 {
		_, z, err := perTensor("output", out)
		if err != nil {
			return nil, err
		}
		for i := range zero {
			zero[i] = byte(z >> (8 * i))
		}
	}
	if in.Shape.Elems() == out.Shape.Elems() && out.Shape.Elems() > 0 {
		return copyStep(n), nil
	}
	step := steps(out.Shape)
	axes, at := make([]kernel.Axis, len(in.Shape)), 0
	for d, from := range steps(in.Shape) {
		axes[d] = kernel.Axis{N: in.Shape[d], In: from, Out: step[d]}
		at += pads[d][0] * step[d]
	}
	m := kernel.NewMove(size, 0, at, axes...)
	return func() error {
		if value != nil {
			kernel.Fill(out.Data, value.Data)
		} else {
			kernel.Fill(out.Data, zero)
		}
		m.Run(out.Data, in.Data)
		return nil
	}, nil
}

// padding reads the constant paddings, before and after each dimension, and sets the output's shape.
func padding(n *Node) ([][2]int, error) {
	in := n.In[0].Shape
	v, err := numbers("paddings", n.In[1])
	if err != nil {
		return nil, err
	}
	if s := n.In[1].Shape; len(s) != 2 || s[0] != len(in) || s[1] != 2 {
		return nil, malformed("paddings are %s, input is %s", s, in)
	}
	pads, dims := make([][2]int, len(in)), dimensions(in)
	for d := range pads {
		pads[d] = [2]int{v[2*d], v[2*d+1]}
		if pads[d][0] < 0 || pads[d][1] < 0 {
			return nil, malformed("paddings %d and %d of dimension %d", pads[d][0], pads[d][1], d)
		}
		dims[d] += int64(pads[d][0]) + int64(pads[d][1])
	}
	n.Out[0].Shape, err = sized(dims...)
	return pads, err
}

// prepareMirrorPad: MIRROR_PAD. REFLECT leaves the edge out of the reflection, SYMMETRIC repeats it.
func prepareMirrorPad(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareMirrorPad, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	pads, err := padding(n)
	if err != nil {
		return nil, err
	}
	edge := 1
	if options[tflite.MirrorPadOptions](n).Symmetric {
		edge = 0
	}
	for d, p := range pads {
		if most := in.Shape[d] - edge; max(p[0], p[1]) > max(most, 0) {
			return nil, malformed("paddings %d and %d of dimension %d, which has %d elements", p[0], p[1], d, in.Shape[d])
		}
	}
	inner, mirrors := mirrorMoves(in.Shape, out.Shape, pads, size, edge)
	return func() error {
		inner.Run(out.Data, in.Data)
		for _, m := range mirrors {
			m.Run(out.Data, out.Data)
		}
		return nil
	}, nil
}

// mirrorMoves returns the move of the input into the output, and those within the output: dimension by dimension, the
// padding before and after is copied backwards from beside the edge, of all that is there by then.
func mirrorMoves(in, out tensor.Shape, pads [][2]int, size, edge int) (inner *kernel.Move, mirrors []*kernel.Move) {
	step, from := steps(out), steps(in)
	axes, at := make([]kernel.Axis, len(in)), 0
	for d := range in {
		axes[d] = kernel.Axis{N: in[d], In: from[d], Out: step[d]}
		at += pads[d][0] * step[d]
	}
	inner = kernel.NewMove(size, 0, at, axes...)
	for d := range axes {
		axes[d].In = step[d]
	}
	for d, p := range pads {
		at -= p[0] * step[d] // of dimension d, that is done up to here
		first, end := p[0], p[0]+in[d]
		axes[d] = kernel.Axis{N: p[0], In: -step[d], Out: step[d]}
		mirrors = append(mirrors, kernel.NewMove(size, at+(2*first-1+edge)*step[d], at, axes...))
		axes[d].N = p[1]
		mirrors = append(mirrors, kernel.NewMove(size, at+(end-1-edge)*step[d], at+end*step[d], axes...))
		axes[d] = kernel.Axis{N: out[d], In: step[d], Out: step[d]}
	}
	return inner, mirrors
}
