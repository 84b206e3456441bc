package kernel

import "math"

// L2NormFloat divides each row of depth elements by its length, or by 10⁻⁶ where that is shorter.
func L2NormFloat(out, in []float32, depth int) {
	for len(in) >= depth && depth > 0 {
		row, dst := in[:depth], out[:depth]
		in, out = in[depth:], out[depth:]
		var sum float32
		for _, v := range row {
			sum += float32(v * v)
		}
		length := max(Sqrt(sum), 1e-6)
		for i, v := range row {
			dst[i] = v / length
		}
	}
}

// L2NormFixed divides each row of depth elements by its length; outputs have scale 1/128, and zero point 0 (int8) or 128
// (uint8). Source: TFLite, reference_integer_ops::L2Normalization and optimized_ops::L2Normalization.
func L2NormFixed[T int8 | uint8](out, in []T, depth int, zero int32) {
	lo, hi := byteLimits[T]()
	outZero := lo + 128
	for len(in) >= depth && depth > 0 {
		row, dst := in[:depth], out[:depth]
		in, out = in[depth:], out[depth:]
		var sum int32
		for _, v := range row {
			x := int32(v) - zero
			sum += x * x
		}
		m := invSqrt(sum)
		for i, v := range row {
			dst[i] = T(min(max(unitLength(m, int32(v)-zero, lo < 0)+outZero, lo), hi))
		}
	}
}

// unitLength returns 128·x·m; TFLite scales before the multiplication for uint8 and after it for int8.
func unitLength(m Multiplier, x int32, after bool) int32 {
	if after {
		m.Shift += 7
		return m.Apply(x)
	}
	return m.Apply(128 * x)
}

// LocalResponse is local response normalization over the last dimension, of depth elements:
//
//	out[i] = in[i] / (Bias + Alpha·Σ in[j]²)^Beta,  |j−i| ≤ Radius
type LocalResponse struct {
	Depth, Radius     int
	Bias, Alpha, Beta float32
	Pool              *Pool
}

// Run computes out from in.
func (l *LocalResponse) Run(out, in []float32) {
	for len(in) >= l.Depth && l.Depth > 0 {
		row, dst := in[:l.Depth], out[:l.Depth]
		in, out = in[l.Depth:], out[l.Depth:]
		for i, v := range row {
			if i%64 == 0 && l.Pool.Stopped() {
				return
			}
			var sum float64
			for _, x := range row[max(i-l.Radius, 0):min(i+l.Radius+1, len(row))] {
				sum += float64(float64(x) * float64(x))
			}
			dst[i] = float32(float64(v) * math.Pow(float64(l.Bias)+float64(float64(l.Alpha)*sum), -float64(l.Beta)))
		}
	}
}
