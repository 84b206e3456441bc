package ref

// Window is the geometry of a convolution or pooling; the fields are those of kernel.Window.
type Window struct {
	N, H, W, C           int
	Y, X                 int
	KernelH, KernelW     int
	StrideH, StrideW     int
	DilationH, DilationW int
	PadTop, PadLeft      int
}

// each calls f for every tap of output (n, y, x) that lies inside the input: the tap and its input pixel.
func (w Window) each(n, y, x int, f func(i, j, pixel int)) {
	for i := range w.KernelH {
		for j := range w.KernelW {
			h, v := y*w.StrideH+i*w.DilationH-w.PadTop, x*w.StrideW+j*w.DilationW-w.PadLeft
			if h >= 0 && h < w.H && v >= 0 && v < w.W {
				f(i, j, (n*w.H+h)*w.W+v)
			}
		}
	}
}

// OutSize returns how many places a kernel has along one dimension, and the padding before the first: without padding
// those where it fits, with padding one a stride, half of what is missing before and the rest after.
// Source: tflite/kernels/padding.h.
func OutSize(in, kernel, stride, dilation int, same bool) (out, pad int) {
	reach := (kernel - 1) * dilation // from the first tap to the last
	for at := 0; at < in && (same || at+reach < in); at += stride {
		out++
	}
	if missing := (out-1)*stride + reach + 1 - in; same && missing > 0 {
		pad = missing / 2
	}
	return out, pad
}

// Number is what sums are made of: exact integers or reals.
type Number interface{ int64 | float64 }

// Conv2D returns the sums of a convolution of in [N,H,W,C] with weights [O,Kh,Kw,C/groups], output by output:
//
//	sum[n,y,x,o] = bias[o] + Σ in[n, y·sy+i·dy−py, x·sx+j·dx−px, g·C/groups+c]·weights[o,i,j,c]
//
// g being the group that o belongs to, O/groups channels each. What lies outside the input adds nothing.
func Conv2D[T Number](w Window, groups int, in, weights, bias []T) []T {
	var out []T
	each := w.C / groups
	for p := range w.N * w.Y * w.X {
		for o := range bias {
			acc := bias[o]
			g := o / (len(bias) / groups)
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				for c := range each {
					acc += in[pixel*w.C+g*each+c] * weights[((o*w.KernelH+i)*w.KernelW+j)*each+c]
				}
			})
			out = append(out, acc)
		}
	}
	return out
}

// Depthwise returns the sums of a depthwise convolution of in [N,H,W,C] with weights [1,Kh,Kw,C·m]: output channel o sees
// input channel o/m alone.
func Depthwise[T Number](w Window, in, weights, bias []T) []T {
	var out []T
	m := len(bias) / w.C
	for p := range w.N * w.Y * w.X {
		for o := range bias {
			acc := bias[o]
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				acc += in[pixel*w.C+o/m] * weights[(i*w.KernelW+j)*len(bias)+o]
			})
			out = append(out, acc)
		}
	}
	return out
}

// TransposeConv returns the sums of a transposed convolution of in [N,H,W,C] with weights [O,Kh,Kw,C], scattered from each
// input as the formula says; w.Y and w.X are the output's.
// Source: tflite/kernels/internal/reference/transpose_conv.h.
func TransposeConv[T Number](w Window, in, weights, bias []T) []T {
	var out []T
	for range w.N * w.Y * w.X {
		out = append(out, bias...)
	}
	channels := len(bias)
	for p := range w.N * w.H * w.W {
		n, h, v := p/w.W/w.H, p/w.W%w.H, p%w.W
		for i := range w.KernelH {
			for j := range w.KernelW {
				y, x := h*w.StrideH+i-w.PadTop, v*w.StrideW+j-w.PadLeft
				if y < 0 || y >= w.Y || x < 0 || x >= w.X {
					continue
				}
				for o := range channels {
					for c := range w.C {
						out[((n*w.Y+y)*w.X+x)*channels+o] += in[p*w.C+c] * weights[((o*w.KernelH+i)*w.KernelW+j)*w.C+c]
					}
				}
			}
		}
	}
	return out
}

// FullyConnected returns the sums bias[o] + Σ in[n,i]·weights[o,i] for the rows of in.
func FullyConnected[T Number](in, weights, bias []T) []T {
	var out []T
	k := len(weights) / len(bias)
	for n := range len(in) / k {
		for o, acc := range bias {
			for i := range k {
				acc += in[n*k+i] * weights[o*k+i]
			}
			out = append(out, acc)
		}
	}
	return out
}

// MatMul returns a·b for a matrix of m rows and one of n columns; adjX and adjY say that a is stored as its k columns, and
// b as its n columns.
func MatMul[T Number](m, k, n int, adjX, adjY bool, a, b []T) []T {
	var out []T
	for i := range m {
		for j := range n {
			var acc T
			for d := range k {
				x, y := i*k+d, d*n+j
				if adjX {
					x = d*m + i
				}
				if adjY {
					y = j*k + d
				}
				acc += a[x] * b[y]
			}
			out = append(out, acc)
		}
	}
	return out
}
