package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// interior is StableHLO's padding of one dimension: low and high before and after, which crop where they are negative, and
// gap between each two elements.
type interior struct{ low, high, gap int64 }

// padded returns the lengths that the dimensions of a shape have when they are padded; negative where cropped too much.
func padded(shape tensor.Shape, pads []interior) ([]int64, error) {
	dims := dimensions(shape)
	for d, p := range pads {
		if p.gap < 0 || max(p.low, p.high, p.gap) > maxElems || min(p.low, p.high) < -maxElems {
			return nil, malformed("padding %d, %d and %d between, of dimension %d", p.low, p.high, p.gap, d)
		}
		dims[d] += max(dims[d]-1, 0)*p.gap + p.low + p.high
	}
	return dims, nil
}

// padMove returns the move of the elements that stay into the padded array. out has no dimension of length 0.
func padMove(size int, in, out tensor.Shape, pads []interior) *kernel.Move {
	axes, from, to := make([]kernel.Axis, len(in)), 0, 0
	inSteps, outSteps := steps(in), steps(out)
	for d, p := range pads {
		step := p.gap + 1
		first := (max(-p.low, 0) + step - 1) / step // element i lands at low + i·step
		last := int64(-1)
		if room := int64(out[d]) - 1 - p.low; room >= 0 {
			last = min(int64(in[d])-1, room/step)
		}
		if last < first {
			return kernel.NewMove(size, 0, 0, kernel.Axis{})
		}
		axes[d] = kernel.Axis{N: int(last - first + 1), In: inSteps[d], Out: int(step) * outSteps[d]}
		from += int(first) * inSteps[d]
		to += int(p.low+first*step) * outSteps[d]
	}
	return kernel.NewMove(size, from, to, axes...)
}

// prepareStablehloPad: STABLEHLO_PAD, of operand 0 with the value of operand 1. As in TFLite, an output that one dimension
// makes empty is empty in all. Source: StableHLO specification, pad; TFLite, stablehlo_pad.cc.
func prepareStablehloPad(n *Node) (Step, error) {
	o := options[tflite.StablehloPadOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, value, out := n.In[0], n.In[1], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	if value.DType != in.DType || value.Shape.Elems() != 1 {
		return nil, malformed("padding value is %s %s, input %s", value.DType, value.Shape, in.DType)
	}
	rank := len(in.Shape)
	if rank == 0 || len(o.Low) != rank || len(o.High) != rank || len(o.Interior) != rank {
		return nil, malformed("paddings of %d, %d and %d dimensions, input is %s", len(o.Low), len(o.High), len(o.Interior), in.Shape)
	}
	pads := make([]interior, rank)
	for d := range pads {
		pads[d] = interior{o.Low[d], o.High[d], o.Interior[d]}
	}
	dims, err := padded(in.Shape, pads)
	if err != nil {
		return nil, err
	}
	if hasEmpty(dims) {
		clear(dims)
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	m := kernel.NewMove(size, 0, 0, kernel.Axis{})
	if out.Shape.Elems() > 0 {
		m = padMove(size, in.Shape, out.Shape, pads)
	}
	return func() error {
		kernel.Fill(out.Data, value.Data)
		m.Run(out.Data, in.Data)
		return nil
	}, nil
}

// hasEmpty reports whether a dimension is 0 or less.
func hasEmpty(dims []int64) bool {
	for _, d := range dims {
		if d <= 0 {
			return true
		}
	}
	return false
}
