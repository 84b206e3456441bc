package ref

import "math"

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

// Quant are the numbers of a quantized layer; Scale is one or one an output channel.
type Quant struct {
	InZero, WZero, OutZero int
	Scale                  []float32
	Lo, Hi                 int
}

// Requant is XNNPACK's rule, in one line.
func (q Quant) Requant(acc int64, c int) int {
	v := float64(float32(acc) * q.Scale[c%len(q.Scale)])
	return int(math.RoundToEven(min(max(v, float64(q.Lo-q.OutZero)), float64(q.Hi-q.OutZero)))) + q.OutZero
}

// Conv2D returns the convolution of in [N,H,W,C] with weights [O,Kh,Kw,C].
func Conv2D(w Window, q Quant, in, weights []int, bias []int32, channels int) []int {
	var out []int
	for p := range w.N * w.Y * w.X {
		for o := range channels {
			acc := int64(bias[o])
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				for c := range w.C {
					acc += int64(in[pixel*w.C+c]-q.InZero) * int64(weights[((o*w.KernelH+i)*w.KernelW+j)*w.C+c]-q.WZero)
				}
			})
			out = append(out, q.Requant(acc, o))
		}
	}
	return out
}

// Depthwise returns the depthwise convolution of in [N,H,W,C] with weights [1,Kh,Kw,C·m].
func Depthwise(w Window, q Quant, in, weights []int, bias []int32, m int) []int {
	var out []int
	for p := range w.N * w.Y * w.X {
		for o := range w.C * m {
			acc := int64(bias[o])
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(i, j, pixel int) {
				acc += int64(in[pixel*w.C+o/m]-q.InZero) * int64(weights[(i*w.KernelW+j)*w.C*m+o]-q.WZero)
			})
			out = append(out, q.Requant(acc, o))
		}
	}
	return out
}

// Pool returns f of the inputs that each output sees, channel by channel.
func Pool(w Window, in []int, f func(seen []int) int) []int {
	var out []int
	for p := range w.N * w.Y * w.X {
		for c := range w.C {
			var seen []int
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(_, _, pixel int) { seen = append(seen, in[pixel*w.C+c]) })
			out = append(out, f(seen))
		}
	}
	return out
}

// Average returns the mean, rounded half away from zero.
func Average(seen []int) int {
	total := 0
	for _, v := range seen {
		total += v
	}
	return int(math.Round(float64(total) / float64(len(seen))))
}
