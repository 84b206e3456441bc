package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// sparse returns a DENSIFY of int8 values.
func sparse(shape tensor.Shape, s *tflite.Sparsity, stored ...int8) *Node {
	in := of(tensor.Int8, shape...)
	for _, v := range stored {
		in.Data = append(in.Data, byte(v))
	}
	return &Node{Op: &tflite.Op{Code: tflite.OpDensify}, In: []*tensor.Tensor{in}, Out: []*tensor.Tensor{of(tensor.Int8)}, Sparsity: s}
}

// csr is [[1 0 2] [0 0 0] [0 3 0]] by rows.
func csr() *tflite.Sparsity {
	return &tflite.Sparsity{Order: []int{0, 1}, Dims: []tflite.SparseDim{{Size: 3},
		{Compressed: true, Segments: []int{0, 2, 2, 3}, Indices: []int{0, 2, 1}}}}
}

// sparseBlocks is a 4x4 matrix of 2x2 blocks, of which the top right and the bottom left are stored.
func sparseBlocks() *tflite.Sparsity {
	return &tflite.Sparsity{Order: []int{0, 1, 2, 3}, BlockMap: []int{0, 1}, Dims: []tflite.SparseDim{{Size: 2},
		{Compressed: true, Segments: []int{0, 1, 2}, Indices: []int{1, 0}}, {Size: 2}, {Size: 2}}}
}

func TestDensify(t *testing.T) {
	for _, c := range []struct {
		name string
		n    *Node
		want []int8
	}{
		{"rows", sparse(tensor.Shape{3, 3}, csr(), 1, 2, 3), []int8{1, 0, 2, 0, 0, 0, 0, 3, 0}},
		{"columns", sparse(tensor.Shape{2, 2}, &tflite.Sparsity{Order: []int{1, 0}, Dims: []tflite.SparseDim{{Size: 2},
			{Compressed: true, Segments: []int{0, 1, 2}, Indices: []int{1, 0}}}}, 5, 6), []int8{0, 6, 5, 0}},
		{"blocks", sparse(tensor.Shape{4, 4}, sparseBlocks(), 1, 2, 3, 4, 5, 6, 7, 8),
			[]int8{0, 0, 1, 2, 0, 0, 3, 4, 5, 6, 0, 0, 7, 8, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, c.n)
			if got := tensor.As[int8](c.n.Out[0].Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestDensifyRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		s      *tflite.Sparsity
		change func(s *tflite.Sparsity)
		want   string
	}{
		{"order twice", csr(), func(s *tflite.Sparsity) { s.Order[1] = 0 }, "sparse order [0 0]"},
		{"order outside", csr(), func(s *tflite.Sparsity) { s.Order[1] = 2 }, "sparse order [0 2]"},
		{"a level short", csr(), func(s *tflite.Sparsity) { s.Dims = s.Dims[:1] }, "with 1 descriptions"},
		{"dense size", csr(), func(s *tflite.Sparsity) { s.Dims[0].Size = 1 << 30 }, "sparse level 0 has size 1073741824, want 3"},
		{"segments short", csr(), func(s *tflite.Sparsity) { s.Dims[1].Segments = []int{0, 3} }, "sparse segments 2 for 3 nodes"},
		{"segments fall", csr(), func(s *tflite.Sparsity) { s.Dims[1].Segments = []int{0, 4, 2, 3} }, "sparse segments"},
		{"segments start", csr(), func(s *tflite.Sparsity) { s.Dims[1].Segments[0] = -1 }, "sparse segments"},
		{"index", csr(), func(s *tflite.Sparsity) { s.Dims[1].Indices[0] = 3 }, "sparse index 3 of 3"},
		{"values", csr(), func(s *tflite.Sparsity) { s.Dims[1].Segments[3], s.Dims[1].Indices = 2, []int{0, 2} }, "3 bytes of stored values, want 2"},
		{"block of nothing", sparseBlocks(), func(s *tflite.Sparsity) { s.BlockMap[1] = 2 }, "blocks [0 2]"},
		{"block twice", sparseBlocks(), func(s *tflite.Sparsity) { s.BlockMap[1] = 0 }, "blocks [0 0]"},
		{"block before its dimension", sparseBlocks(), func(s *tflite.Sparsity) { s.Order = []int{2, 0, 1, 3} }, "sparse order"},
		{"block of zero", sparseBlocks(), func(s *tflite.Sparsity) { s.Dims[3].Size = 0 }, "blocks [0 1] of 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shape := tensor.Shape{3, 3}
			if c.s.BlockMap != nil {
				shape = tensor.Shape{4, 4}
			}
			c.change(c.s)
			if _, err := Prepare(sparse(shape, c.s, 1, 2, 3)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
