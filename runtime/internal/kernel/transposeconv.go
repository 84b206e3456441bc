package kernel

// TransposeConv spreads each input pixel over the outputs that its window covers:
//
//	out[n,y,x,o] = finish(bias[o] + Σ (in[n,h,v,c]−zero)·w[o,i,j,c]),  y = h·StrideH+i−PadTop, x = v·StrideW+j−PadLeft
//
//	in [N,H,W,C], w [O,Kh,Kw,C], out [N,Y,X,O]
//
// I is the input's type, W the weights' with their zero point taken off, A the sums'. It is computed output by output, so
// that rows can be shared among threads. Source: TFLite, reference_integer_ops::TransposeConv.
type TransposeConv[I int8 | uint8 | int16 | float32, W int8 | int16 | float32, A int32 | int64 | float32] struct {
	w       Window // N, H, W, C of the input, Y, X of the output; DilationH and DilationW are not used
	o       int
	weights []W // [Kh,Kw,O,C]
	bias    []A // or nil
	zero    A
	finish  func(pixel int, acc []A) // writes out[pixel·O …]
	acc     [][]A
	pool    *Pool
	in      []I
	body    func(i, thread int)
}

// NewTransposeConv prepares the kernel for o output channels; weights are [O,Kh,Kw,C], or nil until Weigh gives them.
func NewTransposeConv[I int8 | uint8 | int16 | float32, W int8 | int16 | float32, A int32 | int64 | float32](
	w Window, o int, weights []W, pool *Pool) *TransposeConv[I, W, A] {
	t := &TransposeConv[I, W, A]{w: w, o: o, weights: make([]W, o*w.KernelH*w.KernelW*w.C), pool: pool}
	if weights != nil {
		t.Weigh(weights)
	}
	for range pool.Threads() {
		t.acc = append(t.acc, make([]A, o))
	}
	t.body = t.row
	return t
}

// Weigh sets the weights.
func (t *TransposeConv[I, W, A]) Weigh(weights []W) {
	taps, c := t.w.KernelH*t.w.KernelW, t.w.C
	for ch := range t.o {
		for tap := range taps {
			copy(t.weights[(tap*t.o+ch)*c:][:c], weights[(ch*taps+tap)*c:])
		}
	}
}

// Run computes every output from in, less zero, and hands each pixel's sums to finish, from several threads.
func (t *TransposeConv[I, W, A]) Run(in []I, zero A, bias []A, finish func(pixel int, acc []A)) {
	t.in, t.zero, t.bias, t.finish = in, zero, bias, finish
	t.pool.Run(t.w.N*t.w.Y, productCost(len(in), t.o, t.w.KernelH*t.w.KernelW, plainRate), t.body)
	t.in, t.bias, t.finish = nil, nil, nil
}

func (t *TransposeConv[I, W, A]) row(r, thread int) {
	w, acc := &t.w, t.acc[thread]
	n, y := r/w.Y, r%w.Y
	for x := 0; x < w.X && !t.pool.Stopped(); x++ {
		fill(acc, 0)
		copy(acc, t.bias)
		for i := range w.KernelH {
			h := y + w.PadTop - i
			if h < 0 || h%w.StrideH != 0 || h/w.StrideH >= w.H {
				continue
			}
			for j := range w.KernelW {
				v := x + w.PadLeft - j
				if v < 0 || v%w.StrideW != 0 || v/w.StrideW >= w.W {
					continue
				}
				at := ((n*w.H+h/w.StrideH)*w.W + v/w.StrideW) * w.C
				t.tap(acc, t.in[at:at+w.C], t.weights[(i*w.KernelW+j)*t.o*w.C:])
			}
		}
		t.finish(r*w.X+x, acc)
	}
}

// tap adds what one input pixel gives through one filter tap.
func (t *TransposeConv[I, W, A]) tap(acc []A, in []I, weights []W) {
	for o := range acc {
		row := weights[o*len(in) : (o+1)*len(in)]
		var s A
		for c, v := range in {
			s += A((A(v) - t.zero) * A(row[c]))
		}
		acc[o] += s
	}
}

// FloatRow writes acc, clamped, to the first of out.
func FloatRow(out, acc []float32, lo, hi float32) {
	out = out[:len(acc)] // what follows is another thread's
	copy(out, acc)
	Clamp(out, lo, hi)
}
