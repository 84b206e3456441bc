package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareEmbeddingSparse: EMBEDDING_LOOKUP_SPARSE combines rows of the table in operand 4 [R,E…], times the weights in
// operand 3 [K], by the ids in operand 0 [K]. Operand 1 [K,D] has the place of each id in a sparse array of the shape in
// operand 2 [D]: ids that differ in the last dimension only are combined.
//
//	out [shape without the last dimension…,E…]   float32, indices int32
func prepareEmbeddingSparse(n *Node) (Step, error) {
	if err := n.operands(5, 5, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareEmbeddingSparse, 2); step != nil {
		return step, nil
	}
	ids, index, shape, weights, table := n.In[0], n.In[1], n.In[2], n.In[3], n.In[4]
	if err := sparseLookup(n); err != nil {
		return nil, err
	}
	depth := len(shape.Data) / 4
	if index.Shape[1] != depth || depth == 0 {
		return nil, malformed("indices %s in a shape of %d dimensions", index.Shape, depth)
	}
	e := &kernel.EmbeddingSparse{Pool: n.Pool, Rows: table.Shape[0], Size: product(table.Shape[1:]), Dims: make([]int32, depth-1)}
	copy(e.Dims, tensor.As[int32](shape.Data))
	dims := make([]int64, depth-1, depth+len(table.Shape))
	for i, d := range e.Dims {
		dims[i] = int64(d)
	}
	var err error
	out := n.Out[0]
	if out.Shape, err = sized(append(dims, dimensions(table.Shape[1:])...)...); err != nil {
		return nil, err
	}
	n.Work = int64(ids.Shape[0]) * int64(e.Size)
	const mean, sqrtN = 1, 2
	combiner := options[tflite.EmbeddingLookupSparseOptions](n).Combiner
	e.Mean, e.SqrtN = combiner == mean, combiner == sqrtN
	return func() error {
		bad, ok := e.Run(tensor.As[float32](out.Data), tensor.As[float32](table.Data), tensor.As[int32](ids.Data),
			tensor.As[int32](index.Data), tensor.As[float32](weights.Data))
		if !ok {
			return fmt.Errorf("row %d of %d", bad, e.Rows)
		}
		return nil
	}, nil
}

// sparseLookup checks the operands' types and ranks, and that there are as many ids as indices and weights.
func sparseLookup(n *Node) error {
	for i, want := range []struct {
		dtype tensor.DType
		rank  int
	}{{tensor.Int32, 1}, {tensor.Int32, 2}, {tensor.Int32, 1}, {tensor.Float32, 1}} {
		if t := n.In[i]; t.DType != want.dtype {
			return unsupported("input %d %s, want %s", i, t.DType, want.dtype)
		} else if len(t.Shape) != want.rank {
			return malformed("input %d is %s, want %d dimensions", i, t.Shape, want.rank)
		}
	}
	ids, index, weights, table := n.In[0], n.In[1], n.In[3], n.In[4]
	if table.DType != tensor.Float32 || n.Out[0].DType != tensor.Float32 {
		return unsupported("table %s with output %s", table.DType, n.Out[0].DType)
	}
	if index.Shape[0] != ids.Shape[0] || weights.Shape[0] != ids.Shape[0] || len(table.Shape) < 2 {
		return malformed("ids %s, indices %s and weights %s for a table %s", ids.Shape, index.Shape, weights.Shape, table.Shape)
	}
	return nil
}
