package ref

// Elems is how many elements a shape has.
func Elems(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// index is the index, dimension by dimension, of an array's element i.
func index(shape []int, i int) []int {
	at := make([]int, len(shape))
	for d := len(shape) - 1; d >= 0; d-- {
		at[d], i = i%shape[d], i/shape[d]
	}
	return at
}

// place is where the element of an index lies: the inverse of index.
func place(shape, at []int) int {
	i := 0
	for d, k := range at {
		i = i*shape[d] + k
	}
	return i
}

// Pick builds an array of the given shape element by element: the one at an index is that of in, of shape inShape, at the
// index from returns, or pad where from returns nil.
func Pick[T any](shape, inShape []int, in []T, pad T, from func(index []int) []int) []T {
	out := []T{}
	for i := range Elems(shape) {
		v := pad
		if at := from(index(shape, i)); at != nil {
			v = in[place(inShape, at)]
		}
		out = append(out, v)
	}
	return out
}

// Broadcast is the shape of two operands together: aligned at the last dimension, of two lengths the one that is not 1.
// Source: NumPy, "General broadcasting rules".
func Broadcast(a, b []int) []int {
	if len(a) < len(b) {
		a, b = b, a
	}
	shape := append([]int{}, a...)
	for i, d := range b {
		if at := len(a) - len(b) + i; shape[at] == 1 {
			shape[at] = d
		}
	}
	return shape
}

// Repeat is in, of shape from, broadcast to a shape: dimensions that from lacks, or of which it has one element, repeat.
func Repeat[T any](shape, from []int, in []T) []T {
	var none T
	return Pick(shape, from, in, none, func(at []int) []int {
		at = append([]int{}, at[len(shape)-len(from):]...)
		for d, n := range from {
			if n == 1 {
				at[d] = 0
			}
		}
		return at
	})
}

// Elementwise returns f of the elements of a and b, broadcast.
func Elementwise[A, B, R any](aShape []int, a []A, bShape []int, b []B, f func(A, B) R) []R {
	shape := Broadcast(aShape, bShape)
	x, y := Repeat(shape, aShape, a), Repeat(shape, bShape, b)
	out := make([]R, len(x))
	for i := range out {
		out[i] = f(x[i], y[i])
	}
	return out
}
