package kernel

// Choice walks the condition and the two operands of a SELECT in step with their broadcast result.
type Choice struct {
	dims    []int // of the result
	c, x, y []int // steps of the operands, 0 where one is repeated
	index   []int
	same    bool // all shapes are equal
	n       int  // elements of the result
}

// NewChoice returns the walk over shapes that fit the result's by NumPy's rules of broadcasting.
func NewChoice(result, c, x, y []int) *Choice {
	w := &Choice{dims: result, index: make([]int, len(result)), n: 1, same: true}
	for _, d := range result {
		w.n *= d
	}
	steps := func(s []int) []int {
		steps := make([]int, len(result))
		step := 1
		for i := len(s) - 1; i >= 0; i-- {
			if at := len(result) - len(s) + i; s[i] == result[at] {
				steps[at] = step
			} else {
				w.same = false
			}
			step *= s[i]
		}
		w.same = w.same && len(s) == len(result)
		for at, d := range result {
			if d == 1 {
				steps[at] = 0
			}
		}
		return steps
	}
	w.c, w.x, w.y = steps(c), steps(x), steps(y)
	return w
}

// Select computes out = c ? x : y, bit by bit as they are.
func Select[T any](w *Choice, out []T, c []byte, x, y []T) {
	if w.same {
		for i := range out {
			if c[i] != 0 {
				out[i] = x[i]
			} else {
				out[i] = y[i]
			}
		}
		return
	}
	var ci, xi, yi int
	for i := range w.n {
		if c[ci] != 0 {
			out[i] = x[xi]
		} else {
			out[i] = y[yi]
		}
		for d := len(w.dims) - 1; d >= 0; d-- {
			w.index[d]++
			ci, xi, yi = ci+w.c[d], xi+w.x[d], yi+w.y[d]
			if w.index[d] < w.dims[d] {
				break
			}
			n := w.index[d]
			ci, xi, yi = ci-n*w.c[d], xi-n*w.x[d], yi-n*w.y[d]
			w.index[d] = 0
		}
	}
}
