package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareMatrixDiag: MATRIX_DIAG makes of each vector [D] the square matrix [D,D] that has it as diagonal.
func prepareMatrixDiag(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	size, err := diagonal(in, out)
	if err != nil {
		return nil, err
	}
	if len(in.Shape) == 0 {
		return nil, malformed("input is a scalar")
	}
	d := in.Shape[len(in.Shape)-1]
	if out.Shape, err = sized(append(dimensions(in.Shape), int64(d))...); err != nil {
		return nil, err
	}
	m := diagonalMove(size, product(in.Shape[:len(in.Shape)-1]), d, d)
	return func() error {
		clear(out.Data)
		m.Run(out.Data, in.Data)
		return nil
	}, nil
}

// prepareMatrixSetDiag: MATRIX_SET_DIAG is operand 0 […,R,C] with the diagonals replaced by operand 1 […,min(R,C)].
func prepareMatrixSetDiag(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, diag, out := n.In[0], n.In[1], n.Out[0]
	size, err := diagonal(in, diag, out)
	if err != nil {
		return nil, err
	}
	rank := len(in.Shape)
	if rank < 2 {
		return nil, malformed("input %s is no matrix", in.Shape)
	}
	batch, rows, columns := product(in.Shape[:rank-2]), in.Shape[rank-2], in.Shape[rank-1]
	if diag.Shape.Elems() != batch*min(rows, columns) {
		return nil, malformed("diagonals %s of matrices %s", diag.Shape, in.Shape)
	}
	out.Shape = in.Shape
	n.inPlace(0)
	m := diagonalMove(size, batch, rows, columns)
	return func() error {
		copy(out.Data, in.Data)
		m.Run(out.Data, diag.Data)
		return nil
	}, nil
}

// diagonal checks the type of a matrix operator's tensors and returns the size of an element.
func diagonal(in *tensor.Tensor, others ...*tensor.Tensor) (int, error) {
	switch in.DType {
	case tensor.Float32, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32, tensor.Int64:
		return movable(in, others...)
	}
	return 0, unsupported("input %s", in.DType)
}

// diagonalMove copies vectors to the diagonals of as many matrices.
func diagonalMove(size, batch, rows, columns int) *kernel.Move {
	n := min(rows, columns)
	return kernel.NewMove(size, 0, 0, kernel.Axis{N: batch, In: n, Out: rows * columns}, kernel.Axis{N: n, In: 1, Out: columns + 1})
}
