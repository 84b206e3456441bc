package kernel

// WindowAxis is one dimension of a windowed reduction over an array that is dilated, Gap places being put between each two
// elements, and padded with Low places before the first, or cropped where Low is negative. The window sees Size places,
// Dilation apart, and moves by Stride.
type WindowAxis struct{ In, Out, Size, Stride, Dilation, Low, Gap int }

// WindowReduce reduces windows to single values.
type WindowReduce struct {
	axes       []WindowAxis
	steps      []int // of the array
	out, taps  *Walk // its places are not used where plain is false
	plain      bool  // neither dilated nor padded
	lowerEdges []int // of the present window, by dimension
	pool       *Pool
}

// NewWindowReduce prepares the reduction. No length may be zero.
func NewWindowReduce(pool *Pool, axes ...WindowAxis) *WindowReduce {
	rank := len(axes)
	w := &WindowReduce{axes: axes, pool: pool, steps: make([]int, rank), plain: true, lowerEdges: make([]int, rank)}
	outs, sizes, strides, dilations := make([]int, rank), make([]int, rank), make([]int, rank), make([]int, rank)
	step := 1
	for d := rank - 1; d >= 0; d-- {
		a := axes[d]
		w.steps[d], outs[d], sizes[d] = step, a.Out, a.Size
		strides[d], dilations[d] = step*a.Stride, step*a.Dilation
		step *= a.In
		// The last window of a plain axis lies within the array; a shorter base than that was cropped at the end.
		w.plain = w.plain && a.Low == 0 && a.Gap == 0 && (a.Out-1)*a.Stride+(a.Size-1)*a.Dilation < a.In
	}
	w.out, w.taps = NewWalk(outs, strides), NewWalk(sizes, dilations)
	return w
}

// ReduceWindow computes out[o] = f(… f(f(init, in₀), in₁) …) over the places of each window, in order; a place that is no
// element counts as init, too. Source: TFLite, stablehlo_reduce_window.cc.
func ReduceWindow[T any](w *WindowReduce, out, in []T, init T, f func(a, b T) T) {
	w.out.Reset()
	for o := range out {
		if w.pool.Stopped() {
			return
		}
		acc := init
		if w.plain {
			for more := true; more; more = w.taps.Next() {
				acc = f(acc, in[w.out.At+w.taps.At])
			}
		} else {
			w.edges()
			for more := true; more; more = w.taps.Next() {
				v := init
				if at, ok := w.element(); ok {
					v = in[at]
				}
				acc = f(acc, v)
			}
		}
		out[o] = acc
		w.out.Next()
	}
}

// edges works out where the present window starts, counted from the array's first element.
func (w *WindowReduce) edges() {
	for d, a := range w.axes {
		w.lowerEdges[d] = w.out.index[d]*a.Stride - a.Low
	}
}

// element returns the element at the present place of the present window; false where there is none.
func (w *WindowReduce) element() (at int, ok bool) {
	for d, a := range w.axes {
		i := w.lowerEdges[d] + w.taps.index[d]*a.Dilation
		if i < 0 || i%(a.Gap+1) != 0 || i/(a.Gap+1) >= a.In {
			return 0, false
		}
		at += i / (a.Gap + 1) * w.steps[d]
	}
	return at, true
}
