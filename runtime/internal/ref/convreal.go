package ref

// Conv2DReal returns the convolution of in [N,H,W,C] with weights [O,Kh,Kw,C], in float64.
func Conv2DReal(w Window, in, weights []float64, bias []float32, channels int) []float64 {
	var out []float64
	for p := range w.N * w.Y * w.X {
		for o := range channels {
			acc := float64(bias[o])
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

// DepthwiseReal returns the depthwise convolution of in [N,H,W,C] with weights [1,Kh,Kw,C·m], in float64.
func DepthwiseReal(w Window, in, weights []float64, bias []float32, m int) []float64 {
	var out []float64
	for p := range w.N * w.Y * w.X {
		for o := range w.C * m {
			acc := float64(bias[o])
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				acc += in[pixel*w.C+o/m] * weights[(i*w.KernelW+j)*w.C*m+o]
			})
			out = append(out, acc)
		}
	}
	return out
}
