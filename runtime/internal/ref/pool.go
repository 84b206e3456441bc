package ref

import "math"

// Pool returns f of the inputs that each output sees, channel by channel.
func Pool[T, R any](w Window, in []T, f func(seen []T) R) []R {
	var out []R
	for p := range w.N * w.Y * w.X {
		for c := range w.C {
			var seen []T
			w.each(p/w.X/w.Y, p/w.X%w.Y, p%w.X, func(_, _, pixel int) { seen = append(seen, in[pixel*w.C+c]) })
			out = append(out, f(seen))
		}
	}
	return out
}

// Average returns the mean, rounded half away from zero.
// Source: tflite/kernels/internal/reference/integer_ops/pooling.h, AveragePool.
func Average(seen []int64) int64 { return Away(Sum(seen), int64(len(seen))) }

// Sum is Σ x.
func Sum[T Number](x []T) (s T) {
	for _, v := range x {
		s += v
	}
	return s
}

// Mean is the mean of reals.
func Mean(seen []float64) float64 { return Sum(seen) / float64(len(seen)) }

// Quadratic is the quadratic mean of reals: √(Σ x²/n).
func Quadratic(seen []float64) float64 {
	var squares []float64
	for _, v := range seen {
		squares = append(squares, v*v)
	}
	return math.Sqrt(Mean(squares))
}
