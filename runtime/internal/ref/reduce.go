package ref

import "math"

// Groups returns the elements of in that fall on each element of its reduction over the marked dimensions, in order.
func Groups[T any](shape []int, reduced []bool, in []T) [][]T {
	var left []int
	for d, n := range shape {
		if !reduced[d] {
			left = append(left, n)
		}
	}
	out := make([][]T, Elems(left))
	for i, v := range in {
		var at []int
		for d, k := range index(shape, i) {
			if !reduced[d] {
				at = append(at, k)
			}
		}
		out[place(left, at)] = append(out[place(left, at)], v)
	}
	return out
}

// MeanXNN is the mean, or the sum, of quantized numbers: the sum as it is times a float32 factor, plus what the zero points
// come to, rounded once, ties to even.
// Source: XNNPACK src/operators/reduce-nd.c, where "y = (x - x_zero_point) * x_scale * inv_y_scale + y_zero_point" is
// rewritten; src/xnnpack/reference-utils.h, quantize.
func MeanXNN(x []int64, sum bool, in, out Affine) int64 {
	k := f32(float64(in.Scale) / float64(out.Scale))
	n := int64(len(x))
	if !sum {
		k = f32(k * f32(1/float64(n)))
	}
	z := f32(float64(out.Zero) - f32(f32(float64(Wrap(n*in.Zero, 32)))*k))
	return toInt(math.RoundToEven(f32(f32(f32(float64(Wrap(Sum(x), 32)))*k) + z)))
}

// MeanFixed is the mean by TFLite's multiplier, into which the count goes: its Q is shifted left as far as the count has
// bits, and divided, cut towards zero.
// Source: tflite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum.
func MeanFixed(x []int64, in, out Affine) int64 {
	m := NewMultiplier(float64(in.Scale) / float64(out.Scale))
	n := int64(len(x))
	shift := min(math.Ilogb(float64(n)), 32, 31+m.Shift)
	m = Multiplier{m.Q << shift / n, m.Shift - shift}
	return Wrap(m.Apply(Wrap(Sum(x)-n*in.Zero, 32))+out.Zero, 32)
}

// SumFloat is the sum in float32, rounded, ties away from zero, to an int32, to which the zero point is added.
// Source: tflite/kernels/internal/optimized/reduce.h, QuantizedMeanOrSum.
func SumFloat(x []int64, in, out Affine) int64 {
	k := f32(float64(in.Scale) / float64(out.Scale))
	z := f32(f32(float64(-in.Zero)*k) * float64(len(x)))
	return Wrap(toInt(math.Round(f32(f32(f32(float64(Wrap(Sum(x), 32)))*k)+z)))+out.Zero, 32)
}

// ProdFixed is the product: every factor but the first, and the product itself, is scaled by in/out^(1/n) as it is
// multiplied. Source: tflite/kernels/reduce.cc, GetQuantProdScaling; optimized/reduce.h, QuantizedReduceProd.
func ProdFixed(x []int64, in, out Affine) int64 {
	m := NewMultiplier(float64(in.Scale) / math.Pow(float64(out.Scale), 1/float64(len(x))))
	p := x[0] - in.Zero
	for _, v := range x[1:] {
		p = m.Wide(p * (v - in.Zero))
	}
	return Wrap(m.Wide(p)+out.Zero, 32)
}

// Best is the first place at which x has its largest, or its least, number. A NaN is neither, so it is taken only where it
// comes first. Source: tflite/kernels/internal/reference/arg_min_max.h.
func Best(x []float64, least bool) int {
	at := 0
	for i, v := range x {
		if v > x[at] && !least || v < x[at] && least {
			at = i
		}
	}
	return at
}

// Running are the sums of x up to each place, that place included or not, added in order from the front or the back.
// Source: tflite/kernels/internal/reference/cumsum.h.
func Running[T Number](x []T, exclusive, reverse bool, round func(T) T) []T {
	out := make([]T, len(x))
	for i := range x {
		from, to := 0, i
		if reverse {
			from, to = i, len(x)-1
		}
		var s T
		for d := range to - from + 1 {
			k := from + d
			if reverse {
				k = to - d
			}
			if k != i || !exclusive {
				s = round(s + x[k])
			}
		}
		out[i] = s
	}
	return out
}
