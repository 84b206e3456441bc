package kernel

import "edged/runtime/internal/simd"

// ring holds the rows of a picture that one row of outputs sees, with what pads them at both ends, such as the loops of package
// simd want them. A row stays until another takes its place, so that from one row of outputs to the next only what is new is
// copied.
type ring[T int8 | uint8] struct {
	w    *Window
	use  simd.Inputs
	rows [][]byte // by the row's number, modulo their count
	have []int    // which row of the input is in it; -1 for none
	pad  []byte   // a row outside of the picture
	unit int      // bytes of an input
}

// slack is how far behind a row's end a loop may read: it takes four bytes at a time.
const slack = 3

func newRing[T int8 | uint8](w *Window, use simd.Inputs, zero int32) *ring[T] {
	rows, size := ringSize(w, use)
	row := func() []byte {
		b := make([]byte, size)
		simd.Ready[T](use, b, zero)
		return b
	}
	r := &ring[T]{w: w, use: use, unit: use.Unit(), pad: row()}
	for range rows {
		r.rows, r.have = append(r.rows, row()), append(r.have, -1)
	}
	return r
}

// ringSize returns how many rows a ring has, and how long they are.
func ringSize(w *Window, use simd.Inputs) (rows, bytes int) {
	right := max(0, (w.X-1)*w.StrideW+(w.KernelW-1)*w.DilationW+1-w.PadLeft-w.W)
	return min((w.KernelH-1)*w.DilationH+1, w.H), (w.PadLeft+w.W+right)*w.C*use.Unit() + slack
}

// fits reports whether rings for so many threads take little memory beside the picture: a kernel with large gaps may see a
// wide margin.
func fits(w *Window, use simd.Inputs, threads int) bool {
	rows, bytes := ringSize(w, use)
	return int64(rows+1)*int64(bytes)*int64(threads) <= 4*int64(w.N*w.H*w.W*w.C)*int64(use.Unit()*threads)+64<<10
}

// ringBytes returns the memory of rings.
func ringBytes[T int8 | uint8](all []*ring[T]) (n int) {
	for _, r := range all {
		n += (len(r.rows) + 1) * len(r.pad)
	}
	return n
}

// forget makes room for another input.
func (r *ring[T]) forget() { fill(r.have, -1) }

// row returns row y of picture n of in, from the first column that is seen.
func (r *ring[T]) row(in []T, n, y int) []byte {
	w := r.w
	if y < 0 || y >= w.H {
		return r.pad
	}
	i := y % len(r.rows)
	if at := n*w.H + y; r.have[i] != at {
		simd.Prepare[T](r.use, r.rows[i][w.PadLeft*w.C*r.unit:(w.PadLeft+w.W)*w.C*r.unit], raw(in[at*w.W*w.C:(at+1)*w.W*w.C]))
		r.have[i] = at
	}
	return r.rows[i]
}

// taps appends where each tap's input of the first pixel of output row y begins.
func (r *ring[T]) taps(all [][]byte, in []T, n, y int) [][]byte {
	w := r.w
	apart := w.DilationW * w.C * r.unit
	for i := range w.KernelH {
		row := r.row(in, n, y*w.StrideH-w.PadTop+i*w.DilationH)
		for j := range w.KernelW {
			all = append(all, row[j*apart:])
		}
	}
	return all
}

// lines appends where each of the kernel's rows begins for the first pixel of output row y, whose taps lie side by side.
func (r *ring[T]) lines(all [][]byte, in []T, n, y int) [][]byte {
	w := r.w
	for i := range w.KernelH {
		all = append(all, r.row(in, n, y*w.StrideH-w.PadTop+i*w.DilationH))
	}
	return all
}
