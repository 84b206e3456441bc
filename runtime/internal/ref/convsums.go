package ref

// Conv2DSums returns the sums of a convolution of in [N,H,W,C] with weights [O,Kh,Kw,C], with nothing rounded or scaled.
func Conv2DSums[T int64 | float64](w Window, in, weights, bias []T) []T {
	var out []T
	for p := range w.N * w.Y * w.X {
		for o := range bias {
			acc := bias[o]
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				for c := range w.C {
					acc += in[pixel*w.C+c] * weights[((o*w.KernelH+i)*w.KernelW+j)*w.C+c]
				}
			})
			out = append(out, acc)
		}
	}
	return out
}

// DepthwiseSums returns the sums of a depthwise convolution of in [N,H,W,C] with weights [1,Kh,Kw,C·m].
func DepthwiseSums[T int64 | float64](w Window, in, weights, bias []T) []T {
	var out []T
	m := len(bias) / w.C
	for p := range w.N * w.Y * w.X {
		for o := range bias {
			acc := bias[o]
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				acc += in[pixel*w.C+o/m] * weights[(i*w.KernelW+j)*w.C*m+o]
			})
			out = append(out, acc)
		}
	}
	return out
}
