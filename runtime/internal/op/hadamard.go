package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareHadamard: aeq.hadamard_rotation rotates each run of hadamard_size floats of its input [F,S] or [N,F,S]. As in
// TFLite runs follow one another whatever S is, ⌊S/hadamard_size⌋ for each of the N·F rows.
func prepareHadamard(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	o := readCustom(n)
	size := o.int("hadamard_size")
	if o.err != nil {
		return nil, o.err
	}
	if in.DType != tensor.Float32 || out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	last := len(in.Shape) - 1
	if !powerOfTwo(size) || last != 1 && last != 2 {
		return nil, malformed("hadamard_size %d of an input %s", size, in.Shape)
	}
	out.Shape = slices.Clone(in.Shape)
	turned := product(in.Shape[:last]) * (in.Shape[last] / size) * size
	n.Work = int64(turned) * 32
	n.inPlace(0)
	return func() error {
		to := tensor.As[float32](out.Data)
		copy(to, tensor.As[float32](in.Data))
		kernel.Hadamard(to[:turned], size, n.Pool)
		return nil
	}, nil
}
