package ref

import "math"

// Softmax is e^(beta·x) / Σ e^(beta·x), from the largest of x so that nothing overflows.
func Softmax(x []float64, beta float64) []float64 {
	out, top, sum := make([]float64, len(x)), largest(x), 0.0
	for i, v := range x {
		out[i] = math.Exp((v - top) * beta)
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// LogSoftmax is x − log Σ eˣ.
func LogSoftmax(x []float64) []float64 {
	out, top, sum := make([]float64, len(x)), largest(x), 0.0
	for _, v := range x {
		sum += math.Exp(v - top)
	}
	for i, v := range x {
		out[i] = v - top - math.Log(sum)
	}
	return out
}

// largest passes over NaN.
func largest(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	return top
}

// powers are e^(−scale·d) in float32 for how far below the largest each of x lies, and their float32 sum in order.
// Source: tflite/kernels/internal/optimized/optimized_ops.h, PopulateSoftmaxLookupTable.
func powers(x []int64, scale float64) (e []float64, sum float64) {
	top := x[0]
	for _, q := range x {
		top = max(top, q)
	}
	for _, q := range x {
		e = append(e, f32(math.Exp(f32(scale*float64(q-top)))))
		sum = f32(sum + e[len(e)-1])
	}
	return e, sum
}

// SoftmaxBytes is soft-max of bytes of a scale, in float32, over the output's scale: rounded, ties up, and the zero point
// added; a uint8 output gets none, and adds ½ in float32.
// Source: tflite/kernels/internal/optimized/optimized_ops.h, Softmax with a table of floats.
func SoftmaxBytes(x []int64, scale, beta float32, out Affine, uint8Out bool) []int64 {
	var q []int64
	e, sum := powers(x, f32(float64(scale)*float64(beta)))
	inverse := f32(1 / f32(sum*float64(out.Scale)))
	for _, v := range e {
		p := f32(v * inverse)
		if uint8Out {
			q = append(q, int64(f32(p+0.5)))
		} else {
			q = append(q, int64(math.Floor(p+0.5))+out.Zero)
		}
	}
	return q
}

// LogSoftmaxBytes is log-soft-max of bytes in float32, rounded, ties to even.
// Source: tflite/kernels/internal/optimized/optimized_ops.h, LogSoftmax of 8 bits.
func LogSoftmaxBytes(x []int64, scale float32, out Affine) []int64 {
	var q []int64
	_, sum := powers(x, float64(scale))
	top, to := x[0], float64(out.Scale)
	for _, v := range x {
		top = max(top, v)
	}
	base := f32(f32(f32(float64(scale)*float64(top))+f32(math.Log(sum))) / to)
	k := f32(float64(scale) / to)
	for _, v := range x {
		q = append(q, toInt(math.RoundToEven(f32(f32(k*float64(v))-base))+float64(out.Zero)))
	}
	return q
}

// Softmax16 is soft-max of int16: eˣ over [−10, 0] from a table, in Q0.15; their sum is brought to [1, 2), of which another
// table has the inverse; the products are rounded, ties up.
// Source: tflite/kernels/activations.cc, SoftmaxPrepare; tflite/kernels/internal/reference/softmax.h, SoftmaxInt16.
func Softmax16(x []int64, scale, beta float32) []int64 {
	const span = 65535
	exp := NewTable16(10./span, math.MaxInt16, 2./span, 0, F64, math.Exp)
	inverse := NewTable16(1./span, math.MinInt16, 2./span, 0, F64, func(x float64) float64 { return 1 / (1 + x) })
	m := NewMultiplier(f32(float64(scale)*float64(beta)) / (10. / span))
	top, sum := x[0], int64(0)
	for _, q := range x {
		top = max(top, q)
	}
	out := make([]int64, len(x))
	for i, q := range x {
		out[i] = exp.At(Saturate(m.Apply(q-top)+math.MaxInt16, 16))
		sum += out[i]
	}
	bits := math.Ilogb(float64(sum))
	part := Up(sum<<(30-bits), 1<<14) - 1<<16 // of sum/2^bits, what is above 1, in Q0.16
	y := inverse.At(Saturate(part-1<<15, 16))
	for i, e := range out {
		out[i] = Clamp(Up(e*y, 1<<bits), 0, math.MaxInt16)
	}
	return out
}

// L2Norm is x over its length, or over 10⁻⁶ where that is shorter. Source: tflite/kernels/l2norm.cc.
func L2Norm(x []float64) []float64 {
	squares, out := 0.0, []float64{}
	for _, v := range x {
		squares += v * v
	}
	for _, v := range x {
		out = append(out, v/max(math.Sqrt(squares), 1e-6))
	}
	return out
}

// L2NormBytes is x over its length, times 128: scaled after the product with the inverse root for int8, before it for uint8.
// Source: tflite/kernels/internal/reference/integer_ops/l2normalization.h; optimized/optimized_ops.h, L2Normalization.
func L2NormBytes(x []int64, zero int64, signed bool) []int64 {
	squares, out := int64(0), []int64{}
	for _, q := range x {
		squares += (q - zero) * (q - zero)
	}
	m := InvSqrt(squares)
	for _, q := range x {
		if signed {
			out = append(out, Multiplier{m.Q, m.Shift + 7}.Apply(q-zero))
		} else {
			out = append(out, 128+m.Apply(128*(q-zero)))
		}
	}
	return out
}

// LocalResponse is x / (bias + alpha·Σ x²)^beta, the sum over radius neighbours at each side.
// Source: tflite/kernels/internal/reference/reference_ops.h, LocalResponseNormalization.
func LocalResponse(x []float64, radius int, bias, alpha, beta float64) []float64 {
	var out []float64
	for i, v := range x {
		squares := 0.0
		for j, n := range x {
			if max(i-j, j-i) <= radius {
				squares += n * n
			}
		}
		out = append(out, v/math.Pow(bias+alpha*squares, beta))
	}
	return out
}
