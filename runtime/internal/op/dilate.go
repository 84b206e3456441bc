package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareDilate: DILATE puts the input's elements apart, by as many steps along each dimension as operand 1 says, and the
// value in operand 2 between them. Source: TFLite, dilate.cc.
//
//	in [s₀,…], dilations [rank] int32, out [(s₀−1)·d₀+1,…]
func prepareDilate(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareDilate, 1); step != nil {
		return step, nil
	}
	in, value, out := n.In[0], n.In[2], n.Out[0]
	size, err := movable(in, value, out)
	if err != nil {
		return nil, err
	}
	if d := n.In[1].DType; d != tensor.Int32 {
		return nil, unsupported("dilations %s", d)
	}
	dilations, err := numbers("dilations", n.In[1])
	if err != nil {
		return nil, err
	}
	if len(n.In[1].Shape) != 1 || len(dilations) != len(in.Shape) || len(dilations) == 0 || value.Shape.Elems() == 0 {
		return nil, malformed("dilations %s and value %s for an input %s", n.In[1].Shape, value.Shape, in.Shape)
	}
	dims := make([]int64, len(dilations))
	for i, d := range dilations {
		if d < 1 {
			return nil, malformed("dilation %d is %d", i, d)
		}
		dims[i] = int64(in.Shape[i]-1)*int64(d) + 1
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	axes := boxAxes(in.Shape, in.Shape, out.Shape)
	for i, d := range dilations {
		if axes[i].N > 1 { // else there is no step, and the product may overflow
			axes[i].Out *= d
		}
	}
	m := kernel.NewMove(size, 0, 0, axes...)
	return func() error {
		kernel.Fill(out.Data, value.Data[:size])
		m.Run(out.Data, in.Data)
		return nil
	}, nil
}
