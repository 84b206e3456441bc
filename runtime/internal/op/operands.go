package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// The most elements, bytes and dimensions that a tensor may have, and the most numbers in an operand of axes, sizes and the
// like: there are as many as dimensions or outputs.
const (
	maxElems   = 1 << 28
	maxBytes   = 1 << 30
	maxRank    = 32
	maxNumbers = 1 << 12
)

// sized returns dims as a shape. It refuses negative dimensions and more elements than a tensor may have, so that the
// arithmetic on shapes that follows cannot overflow, nor anything be allocated by a file's whim. A dimension of 0 counts as
// 1, because products of some of the dimensions must not overflow either.
func sized(dims ...int64) (tensor.Shape, error) {
	if len(dims) > maxRank {
		return nil, malformed("output of %d dimensions, %d are the most", len(dims), maxRank)
	}
	shape, n := make(tensor.Shape, len(dims)), int64(1)
	for i, d := range dims {
		if d < 0 || d > 1<<31-1 {
			return nil, malformed("output dimension %d would be %d", i, d)
		}
		if n *= max(1, d); n > maxElems {
			return nil, malformed("output %v is over the limit of %d elements", dims, maxElems)
		}
		shape[i] = int(d)
	}
	return shape, nil
}

// dimensions returns a shape's dimensions, to be worked on without overflow.
func dimensions(s tensor.Shape) []int64 {
	dims := make([]int64, len(s))
	for i, d := range s {
		dims[i] = int64(d)
	}
	return dims
}

// movable checks that elements can be moved between tensors without a look at their values: they are of one type, of
// whole bytes. It returns the bytes of an element.
func movable(in *tensor.Tensor, outs ...*tensor.Tensor) (size int, err error) {
	size = in.DType.Bytes(1)
	for _, out := range outs {
		if out == nil {
			return 0, malformed("an operand is left out")
		}
		if out.DType != in.DType || size == 0 || in.DType == tensor.Int4 {
			return 0, unsupported("input %s with output %s", in.DType, out.DType)
		}
	}
	return size, nil
}

// numbers reads a constant operand of int32 or int64. Numbers beyond int32 are refused: no dimension or index needs them.
func numbers(what string, t *tensor.Tensor) ([]int, error) {
	if t.DType != tensor.Int32 && t.DType != tensor.Int64 {
		return nil, unsupported("%s %s", what, t.DType)
	}
	if !constant(t) {
		return nil, unsupported("%s %q are computed, not constant", what, t.Name)
	}
	if t.Shape.Elems() > maxNumbers {
		return nil, malformed("%s has %d elements, %d are the most", what, t.Shape.Elems(), maxNumbers)
	}
	ints := make([]int, 0, t.Shape.Elems())
	if t.DType == tensor.Int32 {
		for _, v := range tensor.As[int32](t.Data) {
			ints = append(ints, int(v))
		}
		return ints, nil
	}
	for i, v := range tensor.As[int64](t.Data) {
		if v != int64(int32(v)) {
			return nil, malformed("%s %d is %d", what, i, v)
		}
		ints = append(ints, int(v))
	}
	return ints, nil
}

// number reads a constant operand of one int32 or int64.
func number(what string, t *tensor.Tensor) (int, error) {
	v, err := numbers(what, t)
	if err != nil {
		return 0, err
	}
	if len(v) != 1 {
		return 0, malformed("%s has %d elements, want 1", what, len(v))
	}
	return v[0], nil
}

// axisOf returns which of rank dimensions an axis means; negative ones count from the end.
func axisOf(axis, rank int) (int, error) {
	a := axis
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= rank {
		return 0, malformed("axis %d of %d dimensions", axis, rank)
	}
	return a, nil
}

// product returns the number of elements of some dimensions of a shape.
func product(dims []int) int { return tensor.Shape(dims).Elems() }

// steps returns how many elements one step along each dimension of a shape takes.
func steps(s tensor.Shape) []int {
	steps, step := make([]int, len(s)), 1
	for i := len(s) - 1; i >= 0; i-- {
		steps[i] = step
		step *= s[i]
	}
	return steps
}

// late puts an operator off to when it runs, if one of the operands at the given places, of which it must know the values
// to know its output's shape, is computed. It returns nil if all of them are constant.
func late(n *Node, prepare func(*Node) (Step, error), operands ...int) Step {
	computed := false
	for _, i := range operands {
		t := n.optional(i)
		computed = computed || t != nil && !constant(t)
	}
	if !computed {
		return nil
	}
	n.Dynamic = true
	return func() error {
		for _, i := range operands {
			if t := n.optional(i); t != nil && !constant(t) { // or prepare would put it off again and again
				return fmt.Errorf("operand %q has no value", t.Name)
			}
		}
		n.release()
		step, err := prepare(n)
		if err != nil {
			return err
		}
		for _, out := range n.Out {
			if err := n.Grow(out, out.Shape); err != nil {
				return err
			}
		}
		return step()
	}
}

// outside is the error of a step that meets an index outside of its dimension.
func outside[I kernel.Index](bad I, ok bool) error {
	if ok {
		return nil
	}
	return fmt.Errorf("index %d is out of range", bad)
}
