package op

import (
	"fmt"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareStridedSlice: STRIDED_SLICE with begin, end and strides, one each for the leading dimensions, and all masks.
// With the offset option, end counts from begin, which may be computed. Source: TFLite, strided_slice.cc and
// reference/strided_slice.h.
func prepareStridedSlice(n *Node) (Step, error) {
	o := options[tflite.StridedSliceOptions](n)
	if err := n.operands(4, 4, 1); err != nil {
		return nil, err
	}
	moving := o.Offset && !constant(n.In[1])
	places := []int{1, 2, 3}
	if moving {
		places = places[1:]
	}
	if step := late(n, prepareStridedSlice, places...); step != nil {
		return step, nil
	}
	in, out := n.In[0], n.Out[0]
	size, err := movable(in, out)
	if err != nil {
		return nil, err
	}
	list, err := sliceDims(n, o, moving)
	if err != nil {
		return nil, err
	}
	axes, dims, at, walk := make([]kernel.Axis, len(list)), []int64{}, 0, steps(in.Shape)
	for i := range list {
		l := &list[i]
		if err := l.resolve(o.Offset, moving); err != nil {
			return nil, err
		}
		step := 0
		if l.dim >= 0 {
			step = walk[l.dim]
		}
		axes[i] = kernel.Axis{N: l.count, In: l.stride * step}
		if at += l.begin * step; !l.shrink {
			dims = append(dims, int64(l.count))
		}
	}
	if out.Shape, err = sized(dims...); err != nil {
		return nil, err
	}
	for i, step := len(axes)-1, 1; i >= 0; i-- {
		axes[i].Out = step
		step *= axes[i].N
	}
	if !moving && at == 0 && out.Shape.Elems() == in.Shape.Elems() { // all, in order: backwards it would not begin at 0
		return copyStep(n), nil
	}
	m := kernel.NewMove(size, at, 0, axes...)
	if moving {
		return movingSlice(n, m, list, axes), nil
	}
	return func() error {
		m.Run(out.Data, in.Data)
		return nil
	}, nil
}

// sliceDim is one dimension of a strided slice.
type sliceDim struct {
	dim                int // of the input, -1 for a new one
	spec               int // which begin, end and stride, -1 for none: all of the dimension
	size               int // of the input's dimension
	begin, end, stride int
	maskBegin, maskEnd bool
	shrink             bool
	count              int
}

// sliceDims spreads begin, end and strides over the dimensions: the ellipsis stands for as many as are left, new axes take
// none.
func sliceDims(n *Node, o tflite.StridedSliceOptions, moving bool) ([]sliceDim, error) {
	spec, err := sliceSpec(n, moving)
	if err != nil {
		return nil, err
	}
	rank, count, added := len(n.In[0].Shape), len(spec[0]), 0
	for i := range count {
		added += o.NewAxisMask >> i & 1 &^ (o.EllipsisMask >> i & 1)
	}
	var list []sliceDim
	next, s := 0, 0
	for len(list) < rank+added {
		l := sliceDim{dim: next, spec: -1, stride: 1, maskBegin: true, maskEnd: true}
		repeat := 1
		switch {
		case s < count && o.EllipsisMask>>s&1 == 1:
			repeat = max(1, min(1+added+rank-count, rank+added-len(list)))
		case s < count && o.NewAxisMask>>s&1 == 1:
			l.dim, l.size = -1, 1
		case s < count:
			l = sliceDim{dim: next, spec: s, begin: spec[0][s], end: spec[1][s], stride: spec[2][s], maskBegin: o.BeginMask>>s&1 == 1,
				maskEnd: o.EndMask>>s&1 == 1, shrink: o.ShrinkAxisMask>>s&1 == 1}
		}
		s++
		for range repeat {
			if l.dim >= 0 {
				if next >= rank {
					return nil, malformed("begin has %d elements, input is %s", count, n.In[0].Shape)
				}
				l.dim, l.size = next, n.In[0].Shape[next]
				next++
			}
			list = append(list, l)
		}
	}
	if s < count && o.EllipsisMask == 0 {
		return nil, malformed("begin has %d elements, input is %s", count, n.In[0].Shape)
	}
	return list, nil
}

// sliceSpec reads begin, end and strides; a begin that moves is read as zeros.
func sliceSpec(n *Node, moving bool) (spec [3][]int, err error) {
	rank := len(n.In[0].Shape)
	for i, what := range []string{"begin", "end", "strides"} {
		if t := n.In[1+i]; i == 0 && moving {
			if t.DType != tensor.Int32 || len(t.Shape) != 1 || t.Shape[0] > 31 {
				return spec, malformed("begin is %s %s", t.DType, t.Shape)
			}
			spec[0] = make([]int, t.Shape[0])
		} else if spec[i], err = numbers(what, t); err != nil {
			return spec, err
		}
		if len(spec[i]) != len(spec[0]) || len(spec[i]) > 31 {
			return spec, malformed("%s has %d elements, input has %d dimensions", what, len(spec[i]), rank)
		}
	}
	return spec, nil
}

// resolve works out the first index, begin, and how many elements there are, count.
func (l *sliceDim) resolve(offset, moving bool) error {
	if l.stride == 0 || l.stride == -1<<31 {
		return malformed("stride %d along dimension %d", l.stride, l.dim)
	}
	first, last, lo, hi := 0, l.size, 0, l.size // where an index may lie: [0, size] going up, [−1, size−1] going down
	if l.stride < 0 {
		first, last, lo, hi = l.size-1, -1, -1, l.size-1
	}
	given, length := l.begin, l.end
	clip := func(i int, masked bool, whole int) int {
		if masked {
			return whole
		}
		if i < 0 {
			i += l.size
		}
		return min(max(i, lo), hi)
	}
	l.begin = clip(given, l.maskBegin, first)
	if l.shrink {
		if l.stride < 0 { // TensorFlow, strided_slice_op.cc: "only stride 1 allowed on non-range indexing"
			return malformed("stride %d along dimension %d, of which one element is taken", l.stride, l.dim)
		}
		if l.begin < 0 || l.begin >= l.size {
			return malformed("index %d along dimension %d of %d elements", given, l.dim, l.size)
		}
		l.count, l.stride = 1, 1
		return nil
	}
	span := int64(length)
	if !offset {
		span = int64(clip(length, l.maskEnd, last)) - int64(l.begin)
	} else if l.spec < 0 {
		span = int64(l.size)
	}
	if stride := int64(l.stride); stride > 0 {
		l.count = int(max(0, (span+stride-1)/stride))
	} else {
		l.count = int(max(0, (-span-stride-1)/-stride))
	}
	if end := int64(l.begin) + int64(l.count-1)*int64(l.stride); l.count > 0 && !moving && (end < 0 || end >= int64(l.size)) {
		return malformed("%d elements from %d along dimension %d of %d", length, l.begin, l.dim, l.size)
	}
	return nil
}

// movingSlice is a slice whose begin is computed.
func movingSlice(n *Node, m *kernel.Move, list []sliceDim, axes []kernel.Axis) Step {
	in, begin, out, walk := n.In[0], n.In[1], n.Out[0], steps(n.In[0].Shape)
	return func() error {
		at, starts := 0, tensor.As[int32](begin.Data)
		for i := range list {
			l := &list[i]
			if l.spec < 0 {
				continue
			}
			first := int(starts[l.spec])
			if l.maskBegin {
				first = l.begin
			} else if first < 0 {
				first += l.size
			}
			if end := first + (axes[i].N-1)*l.stride; axes[i].N > 0 && (min(first, end) < 0 || max(first, end) >= l.size) {
				return fmt.Errorf("begin %d along dimension %d of %d elements", starts[l.spec], l.dim, l.size)
			}
			at += first * walk[l.dim]
		}
		m.Start(at, 0)
		m.Run(out.Data, in.Data)
		return nil
	}
}
