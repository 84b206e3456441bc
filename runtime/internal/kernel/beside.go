package kernel

import "slices"

// besides returns how many pixels of a convolution to o channels are best computed as if they were one of more channels: a vector
// holds 16, and with fewer its rest would be computed for nothing. Their kernels overlap if they are wider than the stride, and
// what one of them does not see costs less than what is gained. A wide kernel would take much memory.
func besides(w *Window, o int) int {
	const lanes, most = 16, 4096
	n := lanes / o
	if n < 2 || w.KernelH*w.KernelW*w.C > most || w.X%n != 0 || w.DilationW > 1 || w.KernelW+(n-1)*w.StrideW >= n*w.KernelW {
		return 1
	}
	return n
}

// beside returns the convolution of n pixels as one of n times as many channels. What a pixel does not see has weights that are
// zero points.
func beside[T int8 | uint8](w Window, p ConvParams[T], base []int32, n int) (Window, ConvParams[T], []int32) {
	o, taps, wide := len(base), w.KernelW*w.C, (w.KernelW+(n-1)*w.StrideW)*w.C
	weights := slices.Repeat([]T{T(p.WZero)}, n*o*w.KernelH*wide)
	for i := range n * o * w.KernelH { // rows of kernels
		pixel, row := i/(o*w.KernelH), i%(o*w.KernelH)
		copy(weights[i*wide+pixel*w.StrideW*w.C:], p.Weights[row*taps:(row+1)*taps])
	}
	w.X, w.KernelW, w.StrideW = w.X/n, w.KernelW+(n-1)*w.StrideW, n*w.StrideW
	p.Weights = weights
	if len(p.Req.Scale) > 1 {
		p.Req.Scale = slices.Repeat(p.Req.Scale, n)
	}
	return w, p, slices.Repeat(base, n)
}
