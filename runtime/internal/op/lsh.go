package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareLSH: LSH_PROJECTION of operand 1 [N,…], of any type, by the seeds in operand 0 [H,B] float32 and the weights of
// its N items in operand 2, or none. Out is int32: sparse [H] numbers of B bits, dense [H·B] bits. Of strings the packed
// form counts, cut into N items of equal size.
func prepareLSH(n *Node) (Step, error) {
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	if err := lshOperands(n); err != nil {
		return nil, err
	}
	const sparse, dense = 1, 2
	seeds, in, out := n.In[0], n.In[1], n.Out[0]
	items, hashes, bits := in.Shape[0], seeds.Shape[0], seeds.Shape[1]
	kind := options[tflite.LSHProjectionOptions](n).Type
	switch kind {
	case sparse:
		out.Shape = tensor.Shape{hashes}
	case dense:
		out.Shape = tensor.Shape{hashes * bits}
	default:
		return nil, malformed("projection of type %d", kind)
	}
	const most = 1 << 30 // bytes; elements may have 16
	if elems := elems64(in.Shape); elems > most/16 {
		return nil, malformed("input of %d elements, at most %d are taken", elems, most/16)
	}
	bytes := in.DType.Bytes(in.Shape.Elems())
	n.Work = elems64(seeds.Shape) * int64(max(bytes, len(in.Data)))
	if err := n.take(int64(bytes / items)); err != nil {
		return nil, err
	}
	return n.project(kernel.NewLSH(items, bytes/items, n.Pool), kind == dense), nil
}

// lshOperands checks types and shapes.
func lshOperands(n *Node) error {
	seeds, in, weights, out := n.In[0], n.In[1], n.optional(2), n.Out[0]
	if seeds.DType != tensor.Float32 || out.DType != tensor.Int32 {
		return unsupported("seeds %s with output %s", seeds.DType, out.DType)
	}
	if in.DType.Bytes(8) == 0 && in.DType != tensor.String {
		return unsupported("input %s", in.DType)
	}
	if len(seeds.Shape) != 2 || seeds.Shape[1] > 32 || len(in.Shape) == 0 || in.Shape[0] < 1 {
		return malformed("seeds %s for an input %s", seeds.Shape, in.Shape)
	}
	if weights != nil && weights.DType != tensor.Float32 {
		return unsupported("weights %s", weights.DType)
	}
	if weights != nil && (len(weights.Shape) != 1 || weights.Shape[0] != in.Shape[0]) {
		return malformed("weights %s for an input %s", weights.Shape, in.Shape)
	}
	return nil
}

// project is the step of a projection, to bits if it is dense.
func (n *Node) project(k *kernel.LSH, dense bool) Step {
	seeds, in, weights, out, longest := n.In[0], n.In[1], n.optional(2), n.Out[0], 0
	return func() error {
		data := in.Data
		if in.DType == tensor.String {
			s, err := stringsOf(in)
			if err != nil {
				return err
			}
			data = data[:s.Size()]
			if more := len(data)/in.Shape[0] - longest; more > 0 {
				if err := n.take(int64(more)); err != nil {
					return err
				}
				longest += more
			}
		}
		var w []float32
		if weights != nil {
			w = tensor.As[float32](weights.Data)
		}
		to, by := tensor.As[int32](out.Data), tensor.As[uint32](seeds.Data)
		if dense {
			k.Dense(to, by, data, w)
		} else {
			k.Sparse(to, by, seeds.Shape[1], data, w)
		}
		return nil
	}
}
