package kernel

import "time"

// A Peak is how many multiply-accumulates a second layers do that suit the machine best: their inputs and weights stay in its
// caches, and fill its vectors.
type Peak struct {
	Dense     float64 // 1x1 convolution of int8, 256 channels to 256
	Depthwise float64 // 3x3 of int8, 128 channels
	Float     float64 // 1x1 convolution of float32, 256 channels to 256
}

// MeasurePeak runs each of the layers for so long, and takes its fastest run.
func MeasurePeak(p *Pool, each time.Duration) Peak {
	return Peak{Dense: peakDense(p, each), Depthwise: peakDepthwise(p, each), Float: peakFloat(p, each)}
}

// square is a convolution of a picture of n·n pixels to one of the same size, as in the middle of a MobileNet.
func square(n, c, kernel int) Window {
	return Window{N: 1, H: n, W: n, C: c, Y: n, X: n, KernelH: kernel, KernelW: kernel, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1,
		PadTop: kernel / 2, PadLeft: kernel / 2}
}

func peakDense(p *Pool, each time.Duration) float64 {
	w := square(14, 256, 1)
	o := w.C
	c := NewConv2D(w, o, ConvParams[int8]{Weights: ramp[int8](o * w.C), Req: NewRequant([]float32{1e-3}, 0, -128, 127), Pool: p})
	in, out := ramp[int8](w.H*w.W*w.C), make([]int8, w.Y*w.X*o)
	return fastest(each, w.macs(o), func() { c.Run(in, out) })
}

func peakDepthwise(p *Pool, each time.Duration) float64 {
	w := square(28, 128, 3)
	d := NewDepthwise(w, 1, ConvParams[int8]{Weights: ramp[int8](9 * w.C), Req: NewRequant([]float32{1e-2}, 0, -128, 127), Pool: p})
	in, out := ramp[int8](w.H*w.W*w.C), make([]int8, w.Y*w.X*w.C)
	return fastest(each, w.macs(1), func() { d.Run(in, out) })
}

func peakFloat(p *Pool, each time.Duration) float64 {
	w := square(14, 256, 1)
	o := w.C
	c := NewFloatConv2D(w, 1, o, p)
	weights := ramp[float32](o * w.C)
	c.Pack(weights)
	in, out := ramp[float32](w.H*w.W*w.C), make([]float32, w.Y*w.X*o)
	return fastest(each, w.macs(o), func() { c.Run(out, in, weights, nil) })
}

// ramp returns n values of many kinds.
func ramp[T int8 | float32](n int) []T {
	s := make([]T, n)
	for i := range s {
		s[i] = T(i*31%101 - 50)
	}
	return s
}

// fastest returns how many multiply-accumulates a second the fastest of many runs did.
func fastest(each time.Duration, macs int64, run func()) float64 {
	run() // fetches what it needs
	least := time.Duration(1 << 62)
	for began := time.Now(); ; {
		since := time.Now()
		run()
		least = max(1, min(least, time.Since(since)))
		if time.Since(began) >= each {
			return float64(macs) / least.Seconds()
		}
	}
}
