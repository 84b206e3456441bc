package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareLSH: LSH_PROJECTION of operand 1 [N,…], of any type, by the seeds in operand 0 [H,B] float32 and the weights of
// its N items in operand 2, or none. Out is int32: sparse [H] numbers of B bits, dense [H·B] bits.
func prepareLSH(n *Node) (Step, error) {
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	seeds, in, weights, out := n.In[0], n.In[1], n.optional(2), n.Out[0]
	if seeds.DType != tensor.Float32 || out.DType != tensor.Int32 {
		return nil, unsupported("seeds %s with output %s", seeds.DType, out.DType)
	}
	if len(seeds.Shape) != 2 || seeds.Shape[1] > 32 || len(in.Shape) == 0 || in.Shape[0] < 1 {
		return nil, malformed("seeds %s for an input %s", seeds.Shape, in.Shape)
	}
	if weights != nil && weights.DType != tensor.Float32 {
		return nil, unsupported("weights %s", weights.DType)
	}
	if weights != nil && (len(weights.Shape) != 1 || weights.Shape[0] != in.Shape[0]) {
		return nil, malformed("weights %s for an input %s", weights.Shape, in.Shape)
	}
	const sparse, dense = 1, 2
	items, hashes, bits := in.Shape[0], seeds.Shape[0], seeds.Shape[1]
	bytes := in.DType.Bytes(in.Shape.Elems())
	if in.DType.Bytes(8) == 0 {
		return nil, unsupported("input %s", in.DType)
	}
	kind := options[tflite.LSHProjectionOptions](n).Type
	switch kind {
	case sparse:
		out.Shape = tensor.Shape{hashes}
	case dense:
		out.Shape = tensor.Shape{hashes * bits}
	default:
		return nil, malformed("projection of type %d", kind)
	}
	n.Work = elems64(seeds.Shape) * int64(bytes)
	if err := n.take(int64(bytes / items)); err != nil {
		return nil, err
	}
	k := kernel.NewLSH(items, bytes/items, n.Pool)
	return func() error {
		to, by := tensor.As[int32](out.Data), tensor.As[uint32](seeds.Data)
		var w []float32
		if weights != nil {
			w = tensor.As[float32](weights.Data)
		}
		if kind == dense {
			k.Dense(to, by, in.Data, w)
		} else {
			k.Sparse(to, by, bits, in.Data, w)
		}
		return nil
	}, nil
}
