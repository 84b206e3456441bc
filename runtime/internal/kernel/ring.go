package kernel

import "edged/runtime/internal/simd"

// ring holds the rows of a picture that some rows of outputs see, with what pads them on all sides, such as the loops of package
// simd want them. A row stays until another takes its place, so that from some rows of outputs to the next only what is new is
// copied. Where each line of outputs finds its inputs comes back after some lines, so that it is worked out once.
type ring[T int8 | uint8] struct {
	w    *Window
	use  simd.Inputs
	zero int32
	size int    // bytes of a row
	unit int    // bytes of an input
	mem  []byte // [rows][size], by the row's number, modulo their count; rows are counted from the first that is seen
	pads []bool // rows that are padding

	picture, first, next int // rows that are there: of this picture, from first up to but not including next

	places simd.Places // [lines][pieces]
	turn   int         // lines after which places come back
}

// slack is how far behind a row's end a loop may read: it takes four bytes at a time.
const slack = 3

// slots says what pieces a line of outputs has: a place for each tap, or for each of the kernel's rows; and some of zeros.
type slots struct {
	taps  bool
	zeros int
}

// newRing returns a ring for so many lines of outputs at a time.
func newRing[T int8 | uint8](w *Window, use simd.Inputs, zero int32, lines int, s slots) *ring[T] {
	rows, size := ringSize(w, use, lines)
	r := &ring[T]{w: w, use: use, zero: zero, size: size, unit: use.Unit(), pads: make([]bool, rows), picture: -1}
	kept := rows
	if s.zeros > 0 {
		kept++
	}
	r.mem = make([]byte, kept*size)
	simd.Ready[T](use, r.mem[:rows*size], zero)
	if r.turn = w.Y; rows < w.rows(w.Y) {
		r.turn = min(w.Y, rows/gcd(rows, w.StrideH))
	}
	lines = min(w.Y, r.turn+lines-1)
	r.places = simd.NewPlaces(lines * s.count(w))
	for y := range lines {
		r.line(y, s)
	}
	return r
}

// count returns how many pieces there are.
func (s slots) count(w *Window) int {
	if s.taps {
		return w.KernelH*w.KernelW + s.zeros
	}
	return w.KernelH + s.zeros
}

// rows returns how many rows so many lines of outputs see, with what is between them.
func (w *Window) rows(lines int) int { return (lines-1)*w.StrideH + (w.KernelH-1)*w.DilationH + 1 }

func gcd(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}

// ringSize returns how many rows a ring for so many lines has, and how long they are.
func ringSize(w *Window, use simd.Inputs, lines int) (rows, bytes int) {
	right := max(0, (w.X-1)*w.StrideW+(w.KernelW-1)*w.DilationW+1-w.PadLeft-w.W)
	return w.rows(lines), ((w.PadLeft+w.W+right)*w.C*use.Unit() + slack + 3) &^ 3 // so that inputs of two bytes are whole
}

// fits reports whether rings of one line for so many threads, and where that line finds its inputs at every turn, take little memory
// beside the picture: a kernel with large gaps may see a wide margin.
func fits(w *Window, use simd.Inputs, threads int) bool {
	rows, bytes := ringSize(w, use, 1)
	each := float64(bytes) + float64(8*float64(w.KernelH)*float64(w.KernelW)) // products of a hostile file's numbers
	picture := float64(4 * float64(w.N*w.H*w.W*w.C) * float64(use.Unit()))
	return float64(float64(rows+1)*each) <= picture+float64(64<<10/threads)
}

// ringLines returns for how many lines of outputs a ring is best: all that see what the first cache holds beside some weights, if
// where they find it takes less.
func ringLines(w *Window, use simd.Inputs) int {
	const cached, places = 24 << 10, 8 << 10
	most := 1
	for most < w.Y {
		rows, bytes := ringSize(w, use, most+1)
		if rows > cached/bytes || rows+most > places/w.KernelH/w.KernelW {
			break
		}
		most++
	}
	return most
}

// ringBytes returns the memory of rings.
func ringBytes[T int8 | uint8](all []*ring[T]) (n int) {
	for _, r := range all {
		n += len(r.mem) + len(r.pads) + r.places.Bytes()
	}
	return n
}

// line adds where line y of outputs finds its inputs.
func (r *ring[T]) line(y int, s slots) {
	w := r.w
	for i := range w.KernelH {
		at := (y*w.StrideH + i*w.DilationH) % len(r.pads) * r.size
		row := r.mem[at : at+r.size]
		if !s.taps {
			r.places.Add(row)
			continue
		}
		for j := range w.KernelW {
			r.places.Add(row[j*w.DilationW*w.C*r.unit:])
		}
	}
	for range s.zeros {
		r.places.Add(r.mem[len(r.pads)*r.size:])
	}
}

// forget makes room for another input.
func (r *ring[T]) forget() { r.picture = -1 }

// lines makes sure that what so many lines of outputs of picture n see is there, and returns which line of places is the first.
func (r *ring[T]) lines(in []T, n, y, lines int) int {
	w := r.w
	first, last := y*w.StrideH, y*w.StrideH+w.rows(lines)
	if r.picture != n || first < max(r.first, r.next-len(r.pads)) || first > r.next {
		r.picture, r.first, r.next = n, first, first
	}
	for slot := r.next % len(r.pads); r.next < last; r.next++ {
		if r.next%w.StrideH <= (w.KernelH-1)*w.DilationH { // not between kernels
			r.row(slot, in, n, r.next-w.PadTop)
		}
		if slot++; slot == len(r.pads) {
			slot = 0
		}
	}
	return y % r.turn
}

// row copies row y of picture n to a slot.
func (r *ring[T]) row(slot int, in []T, n, y int) {
	w, to := r.w, r.mem[slot*r.size:(slot+1)*r.size]
	if y < 0 || y >= w.H {
		if !r.pads[slot] {
			simd.Ready[T](r.use, to, r.zero)
		}
		r.pads[slot] = true
		return
	}
	at := (n*w.H + y) * w.W * w.C
	simd.Prepare[T](r.use, to[w.PadLeft*w.C*r.unit:(w.PadLeft+w.W)*w.C*r.unit], raw(in[at:at+w.W*w.C]))
	r.pads[slot] = false
}
