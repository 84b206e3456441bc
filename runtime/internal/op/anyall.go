package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareAnyAll: REDUCE_ANY and REDUCE_ALL of bools over constant axes.
func prepareAnyAll(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareAnyAll, 1); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.Bool || out.DType != tensor.Bool {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	list, err := numbers("axes", n.In[1])
	if err != nil {
		return nil, err
	}
	reduced := make([]bool, len(in.Shape))
	for _, a := range list {
		if len(in.Shape) == 0 {
			break // a scalar is its own reduction, whatever the axes
		}
		d, err := axisOf(a, len(in.Shape))
		if err != nil {
			return nil, err
		}
		reduced[d] = true
	}
	shape, kept := tensor.Shape{}, slices.Clone(in.Shape)
	for d := range in.Shape {
		if reduced[d] {
			kept[d] = 1
		}
		if !reduced[d] || options[tflite.ReducerOptions](n).KeepDims {
			shape = append(shape, kept[d])
		}
	}
	out.Shape = shape
	w, _, ok := kernel.NewBroadcast(kept, in.Shape) // walks the output and the input in step
	if !ok {
		return nil, unsupported("input %s: %d dimensions are the most", in.Shape, kernel.MaxRank)
	}
	w.Pool = n.Pool
	all := n.Op.Code == tflite.OpReduceAll
	return func() error {
		kernel.AnyAll(&w, all, out.Data, in.Data)
		return nil
	}, nil
}
