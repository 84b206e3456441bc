package kernel

// Window is the geometry of a 2-D convolution or pooling over NHWC tensors.
//
//	in  [N,H,W,C]
//	out [N,Y,X,·]
//
// Output (y, x) sees the inputs (y·StrideH+i·DilationH−PadTop, x·StrideW+j·DilationW−PadLeft), i < KernelH, j < KernelW.
type Window struct {
	N, H, W, C           int
	Y, X                 int
	KernelH, KernelW     int
	StrideH, StrideW     int
	DilationH, DilationW int
	PadTop, PadLeft      int
}

// OutSize returns the output length and the padding before the first element along one dimension, by TFLite's rule
// (tflite/kernels/padding.h): same gives ⌈in/stride⌉ and pads evenly, the odd one at the end; valid pads nothing.
func OutSize(in, kernel, stride, dilation int, same bool) (out, pad int) {
	effective := (kernel-1)*dilation + 1
	if !same {
		return max(0, in+stride-effective) / stride, 0 // not (in−effective)/stride + 1, which cuts towards zero
	}
	out = (in + stride - 1) / stride
	return out, max(0, (out-1)*stride+effective-in) / 2
}

// span clips the taps of one dimension: first and last+1 tap whose input index from+i·dilation lies in [0, size).
func span(from, taps, dilation, size int) (first, last int) {
	if from < 0 {
		first = (-from + dilation - 1) / dilation
	}
	last = taps
	if over := size - from; over <= 0 {
		last = 0
	} else if n := (over + dilation - 1) / dilation; n < last {
		last = n
	}
	return min(first, last), last
}

// alike returns which columns of taps pixel x sees, and the end of those pixels that see the same.
func (w *Window) alike(x int) (j0, j1, end int) {
	j0, j1 = span(x*w.StrideW-w.PadLeft, w.KernelW, w.DilationW, w.W)
	for end = x + 1; end < w.X; end++ {
		if a, b := span(end*w.StrideW-w.PadLeft, w.KernelW, w.DilationW, w.W); a != j0 || b != j1 {
			break
		}
	}
	return j0, j1, end
}

// gather copies what output (n, y, x) sees into patch, KernelH·KernelW·C elements; taps outside the input become pad.
func gather[T any](w *Window, patch, in []T, n, y, x int, pad T) {
	y0, x0 := y*w.StrideH-w.PadTop, x*w.StrideW-w.PadLeft
	i0, i1 := span(y0, w.KernelH, w.DilationH, w.H)
	j0, j1 := span(x0, w.KernelW, w.DilationW, w.W)
	if i0 > 0 || j0 > 0 || i1 < w.KernelH || j1 < w.KernelW {
		fill(patch, pad)
	}
	for i := i0; i < i1; i++ {
		row := ((n*w.H+y0+i*w.DilationH)*w.W + x0) * w.C
		dst := patch[i*w.KernelW*w.C:]
		if w.DilationW == 1 {
			copy(dst[j0*w.C:j1*w.C], in[row+j0*w.C:row+j1*w.C])
			continue
		}
		for j := j0; j < j1; j++ {
			at := row + j*w.DilationW*w.C
			copy(dst[j*w.C:(j+1)*w.C], in[at:at+w.C])
		}
	}
}

func fill[T any](s []T, v T) {
	for i := range s {
		s[i] = v
	}
}
