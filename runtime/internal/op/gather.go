package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareGather: GATHER picks slices of operand 0 along an axis by the indices in operand 1; the first batch_dims
// dimensions of both go together.
func prepareGather(n *Node) (Step, error) {
	o := options[tflite.GatherOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, at, out := n.In[0], n.In[1], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	axis, err := axisOf(o.Axis, len(in.Shape))
	if err != nil {
		return nil, err
	}
	batch := o.BatchDims
	if batch < 0 {
		batch += len(at.Shape)
	}
	if batch < 0 || batch > axis || batch > len(at.Shape) {
		return nil, malformed("%d batch dimensions of indices %s, axis %d", o.BatchDims, at.Shape, axis)
	}
	for d := range batch {
		if in.Shape[d] != at.Shape[d] {
			return nil, malformed("input %s and indices %s differ in batch dimension %d", in.Shape, at.Shape, d)
		}
	}
	dims := append(dimensions(in.Shape[:axis]), dimensions(at.Shape[batch:])...)
	if out.Shape, err = sized(append(dims, dimensions(in.Shape[axis+1:])...)...); err != nil {
		return nil, err
	}
	g := &kernel.Picked{Batch: product(in.Shape[:batch]), Outer: product(in.Shape[batch:axis]), Axis: in.Shape[axis],
		Picks: product(at.Shape[batch:]), Inner: product(in.Shape[axis+1:]) * size}
	switch at.DType {
	case tensor.Int16:
		return gatherStep[int16](n, g), nil
	case tensor.Int32:
		return gatherStep[int32](n, g), nil
	case tensor.Int64:
		return gatherStep[int64](n, g), nil
	}
	return nil, unsupported("indices %s", at.DType)
}

func gatherStep[I kernel.Index](n *Node, g *kernel.Picked) Step {
	in, at, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		return outside(kernel.Gather(g, out.Data, in.Data, tensor.As[I](at.Data)))
	}
}

// prepareGatherND: GATHER_ND picks slices of operand 0 [D…,S…] by the index tuples in operand 1 [K…,len(D)]; out [K…,S…].
func prepareGatherND(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, at, out := n.In[0], n.In[1], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	if len(at.Shape) == 0 || len(in.Shape) == 0 {
		return nil, malformed("input %s with indices %s", in.Shape, at.Shape)
	}
	tuples := at.Shape[:len(at.Shape)-1]
	depth := at.Shape[len(at.Shape)-1]
	if depth > len(in.Shape) {
		return nil, malformed("indices %s for an input %s", at.Shape, in.Shape)
	}
	if out.Shape, err = sized(append(dimensions(tuples), dimensions(in.Shape[depth:])...)...); err != nil {
		return nil, err
	}
	nested, count := kernel.NewNested(in.Shape[:depth], product(in.Shape[depth:])*size), product(tuples)
	switch at.DType {
	case tensor.Int16:
		return gatherNDStep[int16](n, nested, count), nil
	case tensor.Int32:
		return gatherNDStep[int32](n, nested, count), nil
	case tensor.Int64:
		return gatherNDStep[int64](n, nested, count), nil
	}
	return nil, unsupported("indices %s", at.DType)
}

func gatherNDStep[I kernel.Index](n *Node, nested *kernel.Nested, count int) Step {
	in, at, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		return outside(kernel.GatherND(nested, count, out.Data, in.Data, tensor.As[I](at.Data)))
	}
}

// prepareEmbeddingLookup: EMBEDDING_LOOKUP picks rows of operand 1 by the int32 indices in operand 0; int8 rows become
// float32 where the output is.
func prepareEmbeddingLookup(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	at, in, out := n.In[0], n.In[1], n.Out[0]
	if at.DType != tensor.Int32 {
		return nil, unsupported("indices %s", at.DType)
	}
	if len(at.Shape) != 1 || len(in.Shape) < 2 {
		return nil, malformed("rows %d of %s", at.Shape, in.Shape)
	}
	var err error
	if out.Shape, err = sized(append(dimensions(at.Shape), dimensions(in.Shape[1:])...)...); err != nil {
		return nil, err
	}
	if in.DType == tensor.Int8 && out.DType == tensor.Float32 {
		return embeddingStep(n)
	}
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	g := &kernel.Picked{Batch: 1, Outer: 1, Axis: in.Shape[0], Picks: at.Shape[0], Inner: product(in.Shape[1:]) * size}
	return func() error {
		return outside(kernel.Gather(g, out.Data, in.Data, tensor.As[int32](at.Data)))
	}, nil
}

func embeddingStep(n *Node) (Step, error) {
	at, in, out := n.In[0], n.In[1], n.Out[0]
	scale := in.Quant.Scale
	if len(scale) != 1 && (len(scale) != in.Shape[0] || in.Quant.Axis != 0 || len(scale) == 0) {
		return nil, malformed("%d scales along dimension %d for rows %s", len(scale), in.Quant.Axis, in.Shape)
	}
	for _, z := range in.Quant.ZeroPoint {
		if z != 0 {
			return nil, malformed("zero point %d, want 0", z)
		}
	}
	rows, depth := in.Shape[0], product(in.Shape[1:])
	return func() error {
		return outside(kernel.EmbeddingRows(tensor.As[float32](out.Data), tensor.As[int8](in.Data), tensor.As[int32](at.Data),
			scale, rows, depth))
	}, nil
}
