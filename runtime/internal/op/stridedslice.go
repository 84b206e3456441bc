package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareStridedSlice: STRIDED_SLICE with constant begin, end and strides (one each for the leading dimensions), begin,
// end and shrink-axis masks. Source: TFLite, strided_slice_logic.h.
func prepareStridedSlice(n *Node) (Step, error) {
	o := options[tflite.StridedSliceOptions](n)
	if err := n.operands(4, 4, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	size := in.DType.Bytes(1)
	if out.DType != in.DType || size == 0 || in.DType == tensor.Int4 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if o.EllipsisMask != 0 || o.NewAxisMask != 0 || o.Offset {
		return nil, unsupported("ellipsis mask, new-axis mask or offset")
	}
	if len(in.Shape) > kernel.MaxRank {
		return nil, unsupported("input %s: %d dimensions are the most", in.Shape, kernel.MaxRank)
	}
	spec, err := sliceSpec(n)
	if err != nil {
		return nil, err
	}
	s := kernel.Slice{}
	for i := range s.Count {
		s.Count[i] = 1
	}
	out.Shape = tensor.Shape{}
	step := 1
	for d := len(in.Shape) - 1; d >= 0; d-- {
		at, count, stride, err := sliceRange(spec, o, d, in.Shape[d])
		if err != nil {
			return nil, err
		}
		pos := kernel.MaxRank - len(in.Shape) + d
		s.Start += at * step
		s.Count[pos], s.Step[pos] = count, stride*step
		step *= in.Shape[d]
		if d >= len(spec[0]) || o.ShrinkAxisMask>>d&1 == 0 {
			out.Shape = append(tensor.Shape{count}, out.Shape...)
		}
	}
	return func() error {
		kernel.CopySlice(&s, out.Data, in.Data, size)
		return nil
	}, nil
}

// sliceSpec reads begin, end and strides.
func sliceSpec(n *Node) (spec [3][]int, err error) {
	for i, what := range []string{"begin", "end", "strides"} {
		if spec[i], err = constInts(what, n.In[1+i]); err != nil {
			return spec, err
		}
		if len(spec[i]) != len(spec[0]) || len(spec[i]) > len(n.In[0].Shape) {
			return spec, malformed("%s has %d elements, input is %s", what, len(spec[i]), n.In[0].Shape)
		}
	}
	return spec, nil
}

// sliceRange returns the first index along dimension d, the count of elements and the stride.
func sliceRange(spec [3][]int, o tflite.StridedSliceOptions, d, size int) (at, count, stride int, err error) {
	if d >= len(spec[0]) {
		return 0, size, 1, nil
	}
	begin, end, stride := spec[0][d], spec[1][d], spec[2][d]
	if stride == 0 || stride > 1<<30 || stride < -(1<<30) {
		return 0, 0, 0, malformed("stride %d along dimension %d", stride, d)
	}
	if o.ShrinkAxisMask>>d&1 == 1 {
		if begin < 0 {
			begin += size
		}
		if begin < 0 || begin >= size {
			return 0, 0, 0, malformed("index %d along dimension %d of %d elements", spec[0][d], d, size)
		}
		return begin, 1, 1, nil
	}
	lo, hi := 0, size // where an index may lie: [0, size] going up, [−1, size−1] going down
	if stride < 0 {
		lo, hi = -1, size-1
	}
	clip := func(i int, masked bool, whole int) int {
		if masked {
			return whole
		}
		if i < 0 {
			i += size
		}
		return min(max(i, lo), hi)
	}
	first, last := lo, hi
	if stride < 0 {
		first, last = hi, lo
	}
	begin = clip(begin, o.BeginMask>>d&1 == 1, first)
	end = clip(end, o.EndMask>>d&1 == 1, last)
	if stride > 0 {
		return begin, max(0, (end-begin+stride-1)/stride), stride, nil
	}
	return begin, max(0, (begin-end-stride-1)/-stride), stride, nil
}
