package ref

import "math"

// Row is reals quantized by the scale and zero point that their own range asks for: real ≈ Scale·(Q − Zero).
type Row struct {
	Q     []int64
	Scale float64 // a float32
	Zero  int64
}

// Shifted is Q − Zero.
func (r Row) Shifted() []int64 {
	var out []int64
	for _, q := range r.Q {
		out = append(out, q-r.Zero)
	}
	return out
}

// QuantizeRowXNN stretches the range, widened to hold 0, over −128 … 127. The end that the zero point leaves less error at
// fixes it; both it and the elements are rounded to nearest, ties to even, before they are added.
// Source: XNNPACK src/xnnpack/quantization.h, xnn_qd8_asymmetric_quantization_params; src/f32-qs8-vcvt.
func QuantizeRowXNN(x []float64) Row {
	lo, hi := span(x)
	inverse := 1.0
	if lo != hi {
		inverse = f32(255 / f32(hi-lo))
	}
	down, up := f32(lo*inverse), f32(hi*inverse)
	zero := f32(127 - up)
	if f32(f32(-128+down)+f32(127+up)) > 0 {
		zero = f32(-128 - down)
	}
	r := Row{Scale: f32(1 / inverse), Zero: int64(math.RoundToEven(Clamp(zero, -128, 127)))}
	for _, v := range x {
		r.Q = append(r.Q, Clamp(int64(math.RoundToEven(f32(v*inverse)))+r.Zero, -128, 127))
	}
	return r
}

// QuantizeRowTFLite does so in float64 and with ties away from zero; elements are rounded after the zero point is added.
// Source: tflite/kernels/internal/reference/portable_tensor_utils.cc, PortableAsymmetricQuantizeFloats.
func QuantizeRowTFLite(x []float64) Row {
	lo, hi := span(x)
	if lo == hi {
		return Row{Q: make([]int64, len(x)), Scale: 1}
	}
	scale := (hi - lo) / 255
	zero := 127 - hi/scale
	if 128+math.Abs(lo/scale) < 127+math.Abs(hi/scale) {
		zero = -128 - lo/scale
	}
	r := Row{Scale: f32(scale), Zero: int64(math.Round(Clamp(zero, -128, 127)))}
	inverse := f32(1 / r.Scale)
	for _, v := range x {
		r.Q = append(r.Q, Clamp(int64(math.Round(f32(float64(r.Zero)+f32(v*inverse)))), -128, 127))
	}
	return r
}

// QuantizeRowSymmetric has zero point 0 and −127 … 127, ties away from zero.
// Source: tflite/kernels/internal/reference/portable_tensor_utils.cc, PortableSymmetricQuantizeFloats.
func QuantizeRowSymmetric(x []float64) Row {
	lo, hi := span(x)
	size := max(-lo, hi)
	if size == 0 {
		return Row{Q: make([]int64, len(x)), Scale: 1}
	}
	inverse := f32(127 / size)
	r := Row{Scale: f32(size / 127)}
	for _, v := range x {
		r.Q = append(r.Q, Clamp(int64(math.Round(f32(v*inverse))), -127, 127))
	}
	return r
}

// span is the range of x and 0.
func span(x []float64) (lo, hi float64) {
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}

// Unscale is what a hybrid layer makes of a sum: float32(sum), times the row's scale, times the weights', plus the bias.
// Source: XNNPACK src/qd8-f32-qc8w-gemm.
func Unscale(sum int64, row, weights, bias float64) float64 {
	return f32(f32(f32(f32(float64(sum))*row)*weights) + bias)
}
