package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareBatchSpace: SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND of [N,H,W,C] or [N,H,C], with constant blocks and paddings or
// crops.
func prepareBatchSpace(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareBatchSpace, 1, 2); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	if len(in.Shape) != 3 && len(in.Shape) != 4 {
		return nil, malformed("input is %s, want 3 or 4 dimensions", in.Shape)
	}
	block, err := numbers("block shape", n.In[1])
	if err != nil {
		return nil, err
	}
	edges, err := numbers("paddings or crops", n.In[2])
	if err != nil {
		return nil, err
	}
	spatial := len(in.Shape) - 2
	if len(block) != spatial || len(edges) != 2*spatial || slices.Min(block) < 1 || slices.Min(edges) < 0 {
		return nil, malformed("block shape %v with paddings or crops %v of an input %s", block, edges, in.Shape)
	}
	if spatial == 1 { // a width of one
		block, edges = append(block, 1), append(edges, 0, 0)
	}
	if n.Op.Code == tflite.OpSpaceToBatchNd {
		return spaceToBatch(n, size, block, edges)
	}
	return batchToSpace(n, size, block, edges)
}

// withWidth returns a shape with a width.
func withWidth(s tensor.Shape) []int64 {
	d := dimensions(s)
	if len(d) == 3 {
		d = slices.Insert(d, 2, 1)
	}
	return d
}

// fitted sets the output's shape, without the width that withWidth has added.
func fitted(n *Node, dims []int64) (err error) {
	if len(n.In[0].Shape) == 3 {
		dims = slices.Delete(slices.Clone(dims), 2, 3)
	}
	n.Out[0].Shape, err = sized(dims...)
	return err
}

func spaceToBatch(n *Node, size int, block, edges []int) (Step, error) {
	in, out := n.In[0], n.Out[0]
	space := withWidth(in.Shape)
	batch := slices.Clone(space)
	for i, b := range block {
		padded := space[1+i] + int64(edges[2*i]) + int64(edges[2*i+1])
		if padded%int64(b) != 0 {
			return nil, malformed("%d elements along dimension %d do not make blocks of %d", padded, 1+i, b)
		}
		if batch[1+i] = padded / int64(b); int64(b) > maxElems || batch[0]*int64(b) > maxElems {
			return nil, malformed("block shape %v", block)
		}
		batch[0] *= int64(b)
	}
	if err := fitted(n, batch); err != nil {
		return nil, err
	}
	pad := make([]byte, size)
	if size <= 2 && len(out.Quant.ZeroPoint) > 0 {
		for i := range pad {
			pad[i] = byte(out.Quant.ZeroPoint[0] >> (8 * i))
		}
	}
	b := blocks(space, batch, block, edges, size)
	return func() error {
		b.SpaceToBatch(out.Data, in.Data, pad)
		return nil
	}, nil
}

func batchToSpace(n *Node, size int, block, edges []int) (Step, error) {
	in, out := n.In[0], n.Out[0]
	batch := withWidth(in.Shape)
	space := slices.Clone(batch)
	for i, b := range block {
		if space[0]%int64(b) != 0 {
			return nil, malformed("batch %d does not divide into blocks %v", batch[0], block)
		}
		space[0] /= int64(b)
		space[1+i] = batch[1+i]*int64(b) - int64(edges[2*i]) - int64(edges[2*i+1])
	}
	if err := fitted(n, space); err != nil {
		return nil, err
	}
	b := blocks(space, batch, block, edges, size)
	return func() error {
		b.BatchToSpace(out.Data, in.Data)
		return nil
	}, nil
}

func blocks(space, batch []int64, block, edges []int, size int) *kernel.Blocks {
	return &kernel.Blocks{N: int(space[0]), H: int(space[1]), W: int(space[2]), C: int(space[3]) * size,
		Y: int(batch[1]), X: int(batch[2]), BlockH: block[0], BlockW: block[1], Top: edges[0], Left: edges[2]}
}
