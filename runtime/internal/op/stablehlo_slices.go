package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// indexVectors is an operand that holds index vectors along one of its dimensions, or is made of vectors of one component
// where that dimension is one past its last.
type indexVectors struct {
	t      *tensor.Tensor
	depth  int   // components of a vector
	stride int   // from one to the next
	shape  []int // of the other dimensions, and how far one step along each is
	steps  []int
	wide   []int64 // the components, where they are int32
}

// newIndexVectors reads operand 1.
func newIndexVectors(n *Node, dim int64) (v indexVectors, err error) {
	t := n.In[1]
	if t.DType != tensor.Int32 && t.DType != tensor.Int64 {
		return v, unsupported("indices %s", t.DType)
	}
	if dim < 0 || dim > int64(len(t.Shape)) {
		return v, malformed("index vectors along dimension %d of %s", dim, t.Shape)
	}
	v = indexVectors{t: t, depth: 1, shape: slices.Clone(t.Shape), steps: steps(t.Shape)}
	if d := int(dim); d < len(t.Shape) {
		v.depth, v.stride = t.Shape[d], v.steps[d]
		v.shape, v.steps = slices.Delete(v.shape, d, d+1), slices.Delete(v.steps, d, d+1)
	}
	if t.DType == tensor.Int32 {
		if err := n.take(8 * elems64(t.Shape)); err != nil {
			return v, err
		}
		v.wide = make([]int64, t.Shape.Elems())
	}
	return v, nil
}

// values returns the components.
func (v *indexVectors) values() []int64 {
	if v.wide == nil {
		return tensor.As[int64](v.t.Data)
	}
	kernel.Cast(v.wide, tensor.As[int32](v.t.Data))
	return v.wide
}

// starts says where the vectors point to in an array of the given shape; to is the dimension of each component.
func (v *indexVectors) starts(to []int64, shape tensor.Shape) (s kernel.Starts, err error) {
	if len(to) != v.depth {
		return s, malformed("index vectors of %d components for %d dimensions", v.depth, len(to))
	}
	if s.To, err = distinct("index map", to, len(shape)); err != nil {
		return s, err
	}
	s.Stride, s.Steps, s.Last = v.stride, steps(shape), make([]int, len(shape))
	return s, nil
}

// distinct reads a list of dimensions below rank, all of them different.
func distinct(what string, list []int64, rank int) ([]int, error) {
	dims := make([]int, len(list))
	for i, d := range list {
		if d < 0 || d >= int64(rank) || slices.Contains(dims[:i], int(d)) {
			return nil, malformed("%s %v of %d dimensions", what, list, rank)
		}
		dims[i] = int(d)
	}
	return dims, nil
}

// others returns the dimensions below rank that are not listed.
func others(listed []int, rank int) (dims []int) {
	for d := range rank {
		if !slices.Contains(listed, d) {
			dims = append(dims, d)
		}
	}
	return dims
}

// prepareStablehloGather: STABLEHLO_GATHER copies slices of operand 0 that start where the index vectors of operand 1 say.
func prepareStablehloGather(n *Node) (Step, error) {
	o := options[tflite.StablehloGatherOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	v, err := newIndexVectors(n, o.IndexVectorDim)
	if err != nil {
		return nil, err
	}
	s, err := v.starts(o.StartIndexMap, in.Shape)
	if err != nil {
		return nil, err
	}
	if len(o.SliceSizes) != len(in.Shape) {
		return nil, malformed("slice of %d dimensions, input is %s", len(o.SliceSizes), in.Shape)
	}
	for d, length := range o.SliceSizes {
		if length < 0 || length > int64(in.Shape[d]) {
			return nil, malformed("slice of %v, input is %s", o.SliceSizes, in.Shape)
		}
		s.Last[d] = in.Shape[d] - int(length)
	}
	return gatherSlices(n, &v, &s, size)
}

// gatherSlices sorts the result's dimensions into the slice's and the index vectors'.
func gatherSlices(n *Node, v *indexVectors, s *kernel.Starts, size int) (Step, error) {
	o, in, out := options[tflite.StablehloGatherOptions](n), n.In[0], n.Out[0]
	collapsed, err := distinct("collapsed dimensions", o.CollapsedSliceDims, len(in.Shape))
	if err != nil {
		return nil, err
	}
	kept, rank := others(collapsed, len(in.Shape)), len(v.shape)+len(o.OffsetDims)
	offsets, err := distinct("offset dimensions", o.OffsetDims, rank)
	if err != nil {
		return nil, err
	}
	if len(offsets) != len(kept) {
		return nil, malformed("%d offset dimensions for a slice of %d", len(offsets), len(kept))
	}
	slices.Sort(offsets)
	batch, dims := others(offsets, rank), make([]int64, rank)
	for i, d := range offsets {
		dims[d] = o.SliceSizes[kept[i]]
	}
	for i, d := range batch {
		dims[d] = int64(v.shape[i])
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	if out.Shape.Elems() == 0 {
		return func() error { return nil }, nil
	}
	step := steps(out.Shape)
	axes, places := make([]kernel.Axis, len(kept)), make([]int, len(batch))
	for i, d := range offsets {
		axes[i] = kernel.Axis{N: out.Shape[d], In: s.Steps[kept[i]], Out: step[d]}
	}
	for i, d := range batch {
		places[i] = step[d]
	}
	slice, vectors, outs := kernel.NewMove(size, 0, 0, axes...), kernel.NewWalk(v.shape, v.steps), kernel.NewWalk(v.shape, places)
	return func() error {
		kernel.GatherSlices(s, slice, vectors, outs, out.Data, in.Data, v.values())
		return nil
	}, nil
}

// prepareStablehloScatter: STABLEHLO_SCATTER joins slices of operand 2 into a copy of operand 0, where the index vectors of
// operand 1 say; its body is one operator, or none where new values take the place of old ones.
func prepareStablehloScatter(n *Node) (Step, error) {
	o := options[tflite.StablehloScatterOptions](n)
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	in, updates, out := n.In[0], n.In[2], n.Out[0]
	if in.DType != updates.DType || in.DType != out.DType {
		return nil, unsupported("input %s and updates %s with output %s", in.DType, updates.DType, out.DType)
	}
	out.Shape = in.Shape
	n.inPlace(0)
	join, err := n.update(o.Update)
	if err != nil {
		return nil, err
	}
	v, err := newIndexVectors(n, o.IndexVectorDim)
	if err != nil {
		return nil, err
	}
	k, err := scatterOf(n, &v)
	if err != nil {
		return nil, err
	}
	run, err := scatterer(in.DType, join, k)
	if err != nil {
		return nil, err
	}
	empty := updates.Shape.Elems() == 0 || in.Shape.Elems() == 0
	return func() error {
		copy(out.Data, in.Data)
		if !empty {
			run(out.Data, updates.Data, v.values())
		}
		return nil
	}, nil
}

// update reads the body of a scatter.
func (n *Node) update(graph int) (kernel.Join, error) {
	body, err := n.Model.Body(graph)
	if err != nil {
		return 0, err
	}
	if len(body.Ops) == 0 {
		return kernel.JoinUpdate, nil
	}
	join := joins(body.Ops[0].Code)
	if len(body.Ops) > 1 || join == kernel.JoinNone {
		return 0, unsupported("body of %d operators, want one that joins two values", len(body.Ops))
	}
	return join, nil
}

// scatterOf sorts the updates' dimensions into the window's and the index vectors'.
func scatterOf(n *Node, v *indexVectors) (*kernel.Scatter, error) {
	o, in, updates := options[tflite.StablehloScatterOptions](n), n.In[0].Shape, n.In[2].Shape
	s, err := v.starts(o.ScatterDimsToOperandDims, in)
	if err != nil {
		return nil, err
	}
	inserted, err := distinct("inserted dimensions", o.InsertedWindowDims, len(in))
	if err != nil {
		return nil, err
	}
	window, err := distinct("window dimensions", o.UpdateWindowDims, len(updates))
	if err != nil {
		return nil, err
	}
	kept, batch := others(inserted, len(in)), others(window, len(updates))
	if len(kept) != len(window) || len(batch) != len(v.shape) {
		return nil, malformed("updates %s with %d window dimensions, input is %s and indices %s", updates, len(window), in, n.In[1].Shape)
	}
	k := kernel.Scatter{Starts: s, Updates: updates, Dims: in, Window: make([]int, len(updates)), Index: make([]int, len(updates))}
	for i, d := range window {
		k.Window[d] = kept[i]
	}
	for i, d := range batch {
		if updates[d] != v.shape[i] {
			return nil, malformed("updates are %s, indices %s", updates, n.In[1].Shape)
		}
		k.Window[d], k.Index[d] = -1, v.steps[i]
	}
	return kernel.NewScatter(k), nil
}
