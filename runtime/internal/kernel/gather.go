package kernel

// Index is the type of an operand that holds indices.
type Index interface{ ~int16 | ~int32 | ~int64 }

// Picked is the geometry of a GATHER, sizes in elements but Inner in bytes:
//
//	out[b,o,k,i] = in[b,o,at[b,k],i]   in [Batch,Outer,Axis,Inner], at [Batch,Picks]
//
// Source: TFLite, reference_ops::Gather.
type Picked struct{ Batch, Outer, Axis, Picks, Inner int }

// Gather computes out. It stops at an index outside of the axis and returns it with false.
func Gather[I Index](g *Picked, out, in []byte, at []I) (bad I, ok bool) {
	for b := range g.Batch {
		picks := at[b*g.Picks : (b+1)*g.Picks]
		for o := range g.Outer {
			rows := in[(b*g.Outer+o)*g.Axis*g.Inner:]
			for _, k := range picks {
				if k < 0 || int64(k) >= int64(g.Axis) {
					return k, false
				}
				copy(out[:g.Inner], rows[int(k)*g.Inner:])
				out = out[g.Inner:]
			}
		}
	}
	return 0, true
}

// Nested finds the places that index tuples name: dims are the indexed dimensions, and Size the bytes of what one tuple
// names.
type Nested struct {
	dims  []int
	steps []int // in bytes
	Size  int
}

// NewNested returns the lookup for the leading dims of an array, each place holding size bytes.
func NewNested(dims []int, size int) *Nested {
	n := &Nested{dims: dims, steps: make([]int, len(dims)), Size: size}
	for i := len(dims) - 1; i >= 0; i-- {
		n.steps[i] = size
		size *= dims[i]
	}
	return n
}

// Place returns where the tuple lies, or the index that is outside of its dimension and false.
func Place[I Index](n *Nested, tuple []I) (at int, bad I, ok bool) {
	for i, v := range tuple {
		if v < 0 || int64(v) >= int64(n.dims[i]) {
			return 0, v, false
		}
		at += int(v) * n.steps[i]
	}
	return at, 0, true
}

// GatherND computes out[k] = in[at[k]] for the count tuples of at. It stops at an index outside of its dimension and
// returns it with false. Source: TFLite, reference_ops::GatherNd.
func GatherND[I Index](n *Nested, count int, out, in []byte, at []I) (bad I, ok bool) {
	depth := len(n.dims)
	for k := range count {
		from, bad, ok := Place(n, at[k*depth:(k+1)*depth])
		if !ok {
			return bad, false
		}
		copy(out[k*n.Size:(k+1)*n.Size], in[from:from+n.Size])
	}
	return 0, true
}

// Summand is a type that SCATTER_ND adds.
type Summand interface {
	~int8 | ~uint8 | ~int16 | ~int32 | ~int64 | ~float32
}

// ScatterND clears out and computes out[at[k]] += in[k] for the count tuples of at; integers wrap around. elem is the size
// of an element. It stops at an index outside of its dimension and returns it with false.
// Source: TFLite, reference_ops::ScatterNd.
func ScatterND[T Summand, I Index](n *Nested, count, elem int, out, in []T, at []I) (bad I, ok bool) {
	clear(out)
	depth, size := len(n.dims), n.Size/elem
	for k := range count {
		to, bad, ok := Place(n, at[k*depth:(k+1)*depth])
		if !ok {
			return bad, false
		}
		dst := out[to/elem : to/elem+size]
		for i, v := range in[k*size : (k+1)*size] {
			dst[i] += v
		}
	}
	return 0, true
}

// ScatterBool is ScatterND for bools, whose sum is true if one of them is.
func ScatterBool[I Index](n *Nested, count int, out, in []byte, at []I) (bad I, ok bool) {
	clear(out)
	depth := len(n.dims)
	for k := range count {
		to, bad, ok := Place(n, at[k*depth:(k+1)*depth])
		if !ok {
			return bad, false
		}
		for i, v := range in[k*n.Size : (k+1)*n.Size] {
			if v != 0 {
				out[to+i] = 1
			}
		}
	}
	return 0, true
}

// ScatterSet computes out[at[k]] = in[k], or in[0] if scalar, for the count tuples of at. It stops at an index outside of
// its dimension and returns it with false. Source: TFLite, reference_ops::SparseToDense.
func ScatterSet[I Index](n *Nested, count int, scalar bool, out, in []byte, at []I) (bad I, ok bool) {
	depth := len(n.dims)
	for k := range count {
		to, bad, ok := Place(n, at[k*depth:(k+1)*depth])
		if !ok {
			return bad, false
		}
		v := in[:n.Size]
		if !scalar {
			v = in[k*n.Size : (k+1)*n.Size]
		}
		copy(out[to:to+n.Size], v)
	}
	return 0, true
}

// EmbeddingRows computes out[k,i] = in[at[k],i]·scale[at[k]], one scale for all or one for each of the rows. It stops at
// an index outside of the rows and returns it with false. Source: TFLite, embedding_lookup.cc, EvalHybrid.
//
//	in [rows,depth] int8, at [K], out [K,depth] float32
func EmbeddingRows(out []float32, in []int8, at []int32, scale []float32, rows, depth int) (bad int32, ok bool) {
	for k, row := range at {
		if row < 0 || int64(row) >= int64(rows) {
			return row, false
		}
		s := scale[0]
		if len(scale) > 1 {
			s = scale[row]
		}
		dst := out[k*depth : (k+1)*depth]
		for i, v := range in[int(row)*depth : (int(row)+1)*depth] {
			dst[i] = float32(v) * s
		}
	}
	return 0, true
}

// OneHot sets out[o,at[o,i],i] = on, elements of len(on) bytes, where at[o,i] is below depth; the rest stay.
//
//	out [outer,depth,inner], at [outer,inner]
//
// Of an int64 only the lower half counts. Source: TFLite, one_hot.cc.
func OneHot[I int32 | int64](out, on []byte, at []I, depth, inner int) {
	size := len(on)
	for k, v := range at {
		if d := int32(v); d >= 0 && int64(d) < int64(depth) {
			to := ((k/inner*depth+int(d))*inner + k%inner) * size
			copy(out[to:to+size], on)
		}
	}
}
