package kernel

// MaxRank is the most dimensions a broadcast handles.
const MaxRank = 6

// Broadcast walks two operands of up to MaxRank dimensions in step with their broadcast result (NumPy's rules).
// Neighbouring dimensions that step alike are joined, so that the innermost is as long as it can be.
type Broadcast struct {
	dims, a, b [MaxRank]int // of the result; steps of the operands, 0 where one is repeated
	n          int          // elements of the result
	same       bool         // all three shapes are equal
	Pool       *Pool        // whose context ends the walk; nil for none
}

// NewBroadcast returns the walk over operands of shapes a and b and the result's shape; ok is false if they do not fit.
func NewBroadcast(a, b []int) (w Broadcast, shape []int, ok bool) {
	rank := max(len(a), len(b))
	if rank > MaxRank {
		return w, nil, false
	}
	at := func(s []int, i int) int { // dimension i of s, aligned at the end
		if i -= rank - len(s); i >= 0 {
			return s[i]
		}
		return 1
	}
	w.n, w.same = 1, len(a) == len(b)
	shape = make([]int, rank)
	for i := range MaxRank {
		w.dims[i] = 1
	}
	stepA, stepB := 1, 1
	for i := rank - 1; i >= 0; i-- {
		da, db := at(a, i), at(b, i)
		d, pos := da, MaxRank-rank+i
		switch {
		case da == db:
		case da == 1:
			d = db
		case db != 1:
			return w, nil, false
		}
		if da != db {
			w.same = false
		}
		shape[i], w.dims[pos] = d, d
		w.n *= d
		if da != 1 {
			w.a[pos] = stepA
		}
		if db != 1 {
			w.b[pos] = stepB
		}
		stepA, stepB = stepA*da, stepB*db
	}
	w.join()
	return w, shape, true
}

// join merges dimensions that one longer dimension can stand for, from the innermost out.
func (w *Broadcast) join() {
	if w.n == 0 {
		return
	}
	to := MaxRank - 1
	for d := to - 1; d >= 0; d-- {
		switch n := w.dims[to]; {
		case w.dims[d] == 1:
		case n == 1:
			w.dims[to], w.a[to], w.b[to] = w.dims[d], w.a[d], w.b[d]
		case w.a[d] == w.a[to]*n && w.b[d] == w.b[to]*n:
			w.dims[to] *= w.dims[d]
		default:
			to--
			w.dims[to], w.a[to], w.b[to] = w.dims[d], w.a[d], w.b[d]
		}
	}
	for d := range to {
		w.dims[d], w.a[d], w.b[d] = 1, 0, 0
	}
}

// Each calls f with the places of the result's elements, in order, and of the operands' elements they come from.
func (w *Broadcast) Each(f func(out, a, b int)) {
	stepA, stepB := w.a[MaxRank-1], w.b[MaxRank-1]
	w.rows(func(out, a, b, n int) {
		for i := range n {
			f(out+i, a+i*stepA, b+i*stepB)
		}
	})
}

// rows calls f for each run of n results along the innermost dimension, with the places where it and its operands start.
func (w *Broadcast) rows(f func(out, a, b, n int)) {
	var index [MaxRank]int
	a, b, n := 0, 0, w.dims[MaxRank-1]
	for out := 0; out < w.n; out += n {
		if !w.row(f, out, a, b) {
			return
		}
		for d := MaxRank - 2; d >= 0; d-- {
			index[d]++
			a, b = a+w.a[d], b+w.b[d]
			if index[d] < w.dims[d] {
				break
			}
			a, b = a-w.a[d]*index[d], b-w.b[d]*index[d]
			index[d] = 0
		}
	}
}

// row calls f for the runs of one row, cut so that the context is looked at in between. It reports whether to go on.
func (w *Broadcast) row(f func(out, a, b, n int), out, a, b int) bool {
	const most = 1 << 16
	n, stepA, stepB := w.dims[MaxRank-1], w.a[MaxRank-1], w.b[MaxRank-1]
	for at := 0; at < n; at += most {
		if (at > 0 || out&(most-1) < n) && w.Pool.Stopped() {
			return false
		}
		f(out+at, a+at*stepA, b+at*stepB, min(most, n-at))
	}
	return true
}
