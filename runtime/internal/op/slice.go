package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareSlice: SLICE of size elements from begin along each dimension; a size of -1 is all that is left. begin may be
// computed, sizes must be constant.
func prepareSlice(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	in, begin, out := n.In[0], n.In[1], n.Out[0]
	if step := late(n, prepareSlice, 2); step != nil {
		return step, nil
	}
	elem, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	sizes, err := numbers("sizes", n.In[2])
	if err != nil {
		return nil, err
	}
	if len(sizes) != len(in.Shape) || begin.Shape.Elems() != len(sizes) {
		return nil, malformed("%d begins and %d sizes of an input %s", begin.Shape.Elems(), len(sizes), in.Shape)
	}
	var first []int
	if constant(begin) {
		if first, err = numbers("begin", begin); err != nil {
			return nil, err
		}
	}
	dims := make([]int64, len(sizes))
	for d, s := range sizes {
		if s == -1 && first != nil {
			s = in.Shape[d] - first[d]
		} else if s == -1 {
			return late(n, prepareSlice, 1), nil
		}
		dims[d] = int64(s)
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	w, err := newWindowAt(begin, in.Shape, out.Shape, false)
	if err != nil {
		return nil, err
	}
	if first != nil && out.Shape.Elems() == in.Shape.Elems() {
		return copyStep(n), nil
	}
	m := kernel.NewMove(elem, 0, 0, boxAxes(out.Shape, in.Shape, out.Shape)...)
	return func() error {
		at, err := w.place(begin)
		if err == nil {
			m.Start(at, 0)
			m.Run(out.Data, in.Data)
		}
		return err
	}, nil
}

// boxAxes returns the axes of a box that is copied between arrays of two shapes.
func boxAxes(box, in, out tensor.Shape) []kernel.Axis {
	axes, i, o := make([]kernel.Axis, len(box)), steps(in), steps(out)
	for d := range box {
		axes[d] = kernel.Axis{N: box[d], In: i[d], Out: o[d]}
	}
	return axes
}

// windowAt is where a box may begin in an array: from 0 to limit along each dimension.
type windowAt struct {
	limit, step []int
	clamp       bool // a begin beyond is moved to the limit, otherwise it is an error
}

// newWindowAt checks the type of begin, the box's first indices, and, where they are constant, their values.
func newWindowAt(begin *tensor.Tensor, array, box tensor.Shape, clamp bool) (*windowAt, error) {
	if begin.DType != tensor.Int32 && begin.DType != tensor.Int64 {
		return nil, unsupported("begin %s", begin.DType)
	}
	w := &windowAt{step: steps(array), limit: make([]int, len(array)), clamp: clamp}
	for d := range array {
		if w.limit[d] = array[d] - box[d]; w.limit[d] < 0 {
			return nil, malformed("a box %s in an array %s", box, array)
		}
	}
	if constant(begin) {
		if _, err := w.place(begin); err != nil {
			return nil, malformed("%v", err)
		}
	}
	return w, nil
}

// place returns the place of the box's first element.
func (w *windowAt) place(begin *tensor.Tensor) (int, error) {
	if begin.DType == tensor.Int32 {
		return placeAt(w, tensor.As[int32](begin.Data))
	}
	return placeAt(w, tensor.As[int64](begin.Data))
}

func placeAt[I int32 | int64](w *windowAt, begin []I) (int, error) {
	at := 0
	for d, b := range begin {
		i := int64(b)
		if w.clamp {
			i = min(max(i, 0), int64(w.limit[d]))
		}
		if i < 0 || i > int64(w.limit[d]) {
			return 0, fmt.Errorf("begin %d along dimension %d, want 0 to %d", i, d, w.limit[d])
		}
		at += int(i) * w.step[d]
	}
	return at, nil
}

// prepareDynamicUpdateSlice: DYNAMIC_UPDATE_SLICE is operand 0 with operand 1 written over it from the indices in operand
// 2 on, which are moved so that it fits.
func prepareDynamicUpdateSlice(n *Node) (Step, error) {
	if err := n.operands(3, 3, 1); err != nil {
		return nil, err
	}
	in, update, begin, out := n.In[0], n.In[1], n.In[2], n.Out[0]
	elem, err := movable(in, update, out)
	if err != nil {
		return nil, err
	}
	if len(update.Shape) != len(in.Shape) || begin.Shape.Elems() != len(in.Shape) {
		return nil, malformed("update %s from %d indices in %s", update.Shape, begin.Shape.Elems(), in.Shape)
	}
	w, err := newWindowAt(begin, in.Shape, update.Shape, true)
	if err != nil {
		return nil, err
	}
	out.Shape = in.Shape
	n.inPlace(0)
	m := kernel.NewMove(elem, 0, 0, boxAxes(update.Shape, update.Shape, in.Shape)...)
	return func() error {
		at, err := w.place(begin)
		if err == nil {
			copy(out.Data, in.Data)
			m.Start(0, at)
			m.Run(out.Data, update.Data)
		}
		return err
	}, nil
}
