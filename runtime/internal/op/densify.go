package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareDensify: DENSIFY writes a sparse constant out in full.
func prepareDensify(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if n.Sparsity == nil || in.Data == nil {
		return nil, malformed("input %q is no sparse constant", in.Name)
	}
	switch in.DType {
	case tensor.Float32, tensor.Float16, tensor.Int8:
	default:
		return nil, unsupported("input %s", in.DType)
	}
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	if out.Shape, err = sized(dimensions(in.Shape)...); err != nil {
		return nil, err
	}
	levels, stored, err := sparseLevels(n.Sparsity, in.Shape)
	if err != nil {
		return nil, err
	}
	if len(in.Data) != stored*size {
		return nil, malformed("%d bytes of stored values, want %d of %d bytes each", len(in.Data), stored, size)
	}
	return func() error {
		kernel.Densify(levels, size, out.Data, in.Data)
		return nil
	}, nil
}

// sparseLevels checks the description of a sparse tensor and returns its levels and how many values are stored.
func sparseLevels(s *tflite.Sparsity, shape tensor.Shape) (levels []kernel.SparseLevel, stored int, err error) {
	rank, blocks := len(shape), len(s.BlockMap)
	if len(s.Order) != rank+blocks || len(s.Dims) != len(s.Order) {
		return nil, 0, malformed("sparse levels %v with %d descriptions for %d dimensions and %d blocks", s.Order, len(s.Dims), rank, blocks)
	}
	weight, extent, err := sparseDims(s, shape)
	if err != nil {
		return nil, 0, err
	}
	stored = 1
	for i, k := range s.Order {
		d := &s.Dims[i]
		l := kernel.SparseLevel{Compressed: d.Compressed, Size: d.Size, Segments: d.Segments, Indices: d.Indices, Weight: weight[k]}
		if !d.Compressed {
			if d.Size != extent[k] || int64(stored)*int64(d.Size) > maxElems {
				return nil, 0, malformed("sparse level %d has size %d, want %d", i, d.Size, extent[k])
			}
			stored *= d.Size
		} else {
			if err := checkSegments(d, stored, extent[k]); err != nil {
				return nil, 0, err
			}
			stored = len(d.Indices)
		}
		levels = append(levels, l)
	}
	return levels, stored, nil
}

// sparseDims returns for each dimension, and after them for each block, how many elements a step takes and how many steps
// there are. It checks that the order names each of them once.
func sparseDims(s *tflite.Sparsity, shape tensor.Shape) (weight, extent []int, err error) {
	rank := len(shape)
	weight, extent = append(steps(shape), make([]int, len(s.BlockMap))...), append(slices.Clone([]int(shape)), make([]int, len(s.BlockMap))...)
	seen := make([]bool, len(s.Order))
	for i, k := range s.Order {
		if k < 0 || k >= len(seen) || seen[k] || k >= rank && !seen[max(0, blockOf(s, k-rank, rank))] {
			return nil, nil, malformed("sparse order %v", s.Order)
		}
		seen[k] = true
		if k >= rank {
			extent[k] = s.Dims[i].Size
		}
	}
	blocked := make([]bool, rank)
	for b := range s.BlockMap {
		d, size := blockOf(s, b, rank), extent[rank+b]
		if d < 0 || blocked[d] || s.Dims[slices.Index(s.Order, rank+b)].Compressed || size < 1 || shape[d]%size != 0 {
			return nil, nil, malformed("blocks %v of %d for dimensions %s", s.BlockMap, size, shape)
		}
		blocked[d] = true
		weight[rank+b] = weight[d]
		weight[d], extent[d] = weight[d]*size, shape[d]/size
	}
	return weight, extent, nil
}

// blockOf returns the dimension that block b divides, or -1.
func blockOf(s *tflite.Sparsity, b, rank int) int {
	if d := s.BlockMap[b]; d >= 0 && d < rank {
		return d
	}
	return -1
}

// checkSegments checks the compressed level below as many nodes.
func checkSegments(d *tflite.SparseDim, nodes, extent int) error {
	if len(d.Segments) != nodes+1 || d.Segments[0] != 0 || d.Segments[nodes] != len(d.Indices) || !slices.IsSorted(d.Segments) {
		return malformed("sparse segments %d for %d nodes and %d indices", len(d.Segments), nodes, len(d.Indices))
	}
	for _, i := range d.Indices {
		if i < 0 || i >= extent {
			return malformed("sparse index %d of %d", i, extent)
		}
	}
	return nil
}
