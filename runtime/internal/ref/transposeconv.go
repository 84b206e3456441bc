package ref

// TransposeConv returns the sums of a transposed convolution of in [N,H,W,C] with weights [O,Kh,Kw,C], scattered from each
// input as the formula says; w.Y and w.X are the output's.
func TransposeConv(w Window, in, weights []int, channels int) []int64 {
	out := make([]int64, w.N*w.Y*w.X*channels)
	for p := range w.N * w.H * w.W {
		n, h, v := p/w.W/w.H, p/w.W%w.H, p%w.W
		for o := range channels {
			for i := range w.KernelH {
				for j := range w.KernelW {
					y, x := h*w.StrideH+i-w.PadTop, v*w.StrideW+j-w.PadLeft
					if y < 0 || y >= w.Y || x < 0 || x >= w.X {
						continue
					}
					for c := range w.C {
						out[((n*w.Y+y)*w.X+x)*channels+o] += int64(in[p*w.C+c] * weights[((o*w.KernelH+i)*w.KernelW+j)*w.C+c])
					}
				}
			}
		}
	}
	return out
}
