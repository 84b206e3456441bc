package ref

import "slices"

// Interior builds StableHLO's padded array: gap[d] copies of pad between each two elements along dimension d, low[d] before
// the first and high[d] after the last; negative ones crop. Source: StableHLO specification, pad.
func Interior[T any](shape []int, in []T, pad T, low, high, gap []int) (padded []int, out []T) {
	for d, n := range shape {
		padded = append(padded, low[d]+n+(n-1)*gap[d]+high[d])
	}
	return padded, Pick(padded, shape, in, pad, func(at []int) []int {
		from := make([]int, len(at))
		for d, i := range at {
			i -= low[d]
			if i < 0 || i%(gap[d]+1) != 0 || i/(gap[d]+1) >= shape[d] {
				return nil
			}
			from[d] = i / (gap[d] + 1)
		}
		return from
	})
}

// ReduceWindow folds f over windows of an array: Size[d] places Dilation[d] apart along dimension d, moved by Stride[d] from
// one result to the next. Source: StableHLO specification, reduce_window.
func ReduceWindow[T any](shape []int, in []T, start T, f func(a, b T) T, size, stride, dilation []int) (places []int, out []T) {
	for d, n := range shape {
		places = append(places, max(0, (n-(size[d]-1)*dilation[d]-1+stride[d])/stride[d]))
	}
	for o := range Elems(places) {
		v, at := start, index(places, o)
		for w := range Elems(size) {
			from := slices.Clone(at)
			for d, k := range index(size, w) {
				from[d] = at[d]*stride[d] + k*dilation[d]
			}
			v = f(v, in[place(shape, from)])
		}
		out = append(out, v)
	}
	return places, out
}

// Vectors are index vectors that lie along dimension Dim of an array.
type Vectors struct {
	Shape []int
	Dim   int
	At    []int
}

// Start returns, of an array of rank dimensions, where the slice starts that the vector of a batch names: component k is
// along dimension to[k].
func (v *Vectors) Start(batch, to []int, rank int) []int {
	start := make([]int, rank)
	for k, d := range to {
		start[d] = v.At[place(v.Shape, slices.Insert(slices.Clone(batch), v.Dim, k))]
	}
	return start
}

// Split sorts an index into the dimensions that are listed and those that are not.
func Split(at, listed []int) (in, not []int) {
	for d, i := range at {
		if slices.Contains(listed, d) {
			in = append(in, i)
		} else {
			not = append(not, i)
		}
	}
	return in, not
}

// Spread puts zeros into an index at the dimensions listed, in rising order.
func Spread(at, zeros []int) []int {
	at = slices.Clone(at)
	for _, d := range zeros {
		at = slices.Insert(at, d, 0)
	}
	return at
}

// Scatter joins updates into an array in order: the one at index u goes to its vector's start plus its place in the window,
// or nowhere if that is outside. window lists the updates' dimensions that are the window's, inserted the array's that it
// lacks. Source: StableHLO specification, scatter.
func Scatter[T any](shape []int, out []T, v *Vectors, to []int, us []int, updates []T, window, inserted []int, f func(a, b T) T) {
	for i, u := range updates {
		within, batch := Split(index(us, i), window)
		at, inside := v.Start(batch, to, len(shape)), true
		for d, k := range Spread(within, inserted) {
			at[d] += k
			inside = inside && at[d] >= 0 && at[d] < shape[d]
		}
		if inside {
			p := place(shape, at)
			out[p] = f(out[p], u)
		}
	}
}
