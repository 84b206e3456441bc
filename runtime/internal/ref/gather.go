package ref

// Gather is out[b,o,k,i] = in[b,o,at[b,k],i] for in [batch,outer,axis,inner] and at [batch,picks].
// Source: tflite/kernels/internal/reference/gather.h.
func Gather[T any](in []T, shape [4]int, at []int) []T {
	var none T
	picks := len(at) / max(shape[0], 1)
	return Pick([]int{shape[0], shape[1], picks, shape[3]}, shape[:], in, none, func(i []int) []int {
		return []int{i[0], i[1], at[i[0]*picks+i[2]], i[3]}
	})
}

// named returns the places of an array of dims, each of size elements, that the tuples of at name.
func named(dims []int, size int, at []int) []int {
	var places []int
	for k := 0; len(dims) > 0 && k+len(dims) <= len(at); k += len(dims) {
		places = append(places, place(dims, at[k:k+len(dims)])*size)
	}
	return places
}

// GatherND is in[at[k]] for each tuple at[k]. Source: tflite/kernels/internal/reference/reference_ops.h, GatherNd.
func GatherND[T any](in []T, dims []int, size int, at []int) []T {
	var out []T
	for _, p := range named(dims, size, at) {
		out = append(out, in[p:p+size]...)
	}
	return out
}

// ScatterND is out with out[at[k]] = f(out[at[k]], in[k]) for each tuple in turn.
// Source: tflite/kernels/internal/reference/reference_ops.h, ScatterNd and SparseToDense.
func ScatterND[T any](out, in []T, dims []int, size int, at []int, f func(old, new T) T) []T {
	out = append([]T{}, out...)
	for k, p := range named(dims, size, at) {
		for i := range size {
			out[p+i] = f(out[p+i], in[k*size+i])
		}
	}
	return out
}

// OneHot is [outer,depth,inner]: on where at[outer,inner] is the middle index, else off.
// Source: tflite/kernels/one_hot.cc.
func OneHot[T any](at []int32, depth, inner int, on, off T) []T {
	var out []T
	for i := range len(at) / max(inner, 1) * depth * inner {
		if int(at[i/inner/depth*inner+i%inner]) == i/inner%depth {
			out = append(out, on)
		} else {
			out = append(out, off)
		}
	}
	return out
}

// ReverseSequence reverses, along dimension seq, as many elements as lengths has for the index along dimension batch.
// Source: tflite/kernels/internal/reference/reference_ops.h, ReverseSequence.
func ReverseSequence[T any](in []T, shape []int, batch, seq int, lengths []int) []T {
	var none T
	return Pick(shape, shape, in, none, func(i []int) []int {
		at := append([]int{}, i...)
		if n := lengths[i[batch]]; i[seq] < n {
			at[seq] = n - 1 - i[seq]
		}
		return at
	})
}

// SpaceToBatch cuts [n,h,w,c], padded before with top and left and after as needed, into a batch for each place in a
// block: [block·block·n,y,x,c]. Source: tflite/kernels/internal/reference/space_to_batch_nd.h.
func SpaceToBatch[T any](in []T, shape, out [4]int, blockH, blockW, top, left int, pad T) []T {
	n := shape[0]
	return Pick(out[:], shape[:], in, pad, func(i []int) []int {
		block := i[0] / n
		h, w := i[1]*blockH+block/blockW-top, i[2]*blockW+block%blockW-left
		if h < 0 || h >= shape[1] || w < 0 || w >= shape[2] {
			return nil
		}
		return []int{i[0] % n, h, w, i[3]}
	})
}

// BatchToSpace is its inverse; top and left are cut off.
func BatchToSpace[T any](in []T, shape, out [4]int, blockH, blockW, top, left int) []T {
	var none T
	n := out[0]
	return Pick(out[:], shape[:], in, none, func(i []int) []int {
		h, w := i[1]+top, i[2]+left
		return []int{(h%blockH*blockW+w%blockW)*n + i[0], h / blockH, w / blockW, i[3]}
	})
}

// Move copies in to out, both walked by steps: out[o + Σ iₐ·axes[a][2]] = in[i + Σ iₐ·axes[a][1]] for all iₐ < axes[a][0].
func Move[T any](out, in []T, o, i int, axes [][3]int) {
	if len(axes) == 0 {
		out[o] = in[i]
		return
	}
	for k := range axes[0][0] {
		Move(out, in, o+k*axes[0][2], i+k*axes[0][1], axes[1:])
	}
}
