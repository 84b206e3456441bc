package ref

// Pick builds an array of the given shape element by element: the one at an index is that of in, of shape inShape, at the
// index from returns, or pad where from returns nil.
func Pick[T any](shape, inShape []int, in []T, pad T, from func(index []int) []int) []T {
	out, index := []T{}, make([]int, len(shape))
	n := 1
	for _, d := range shape {
		n *= d
	}
	for i := range n {
		for d := len(shape) - 1; d >= 0; d-- {
			index[d], i = i%shape[d], i/shape[d]
		}
		v, at := pad, from(index)
		if at != nil {
			place := 0
			for d, k := range at {
				place = place*inShape[d] + k
			}
			v = in[place]
		}
		out = append(out, v)
	}
	return out
}
