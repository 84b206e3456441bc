package kernel

// QuantizeFloat computes out[i] = rint(in[i]·(1/scale)) + zero, clamped; NaN becomes the least value, as on x86-64.
// Source: XNNPACK, the f32-qs8 and f32-qu8 vcvt kernels.
func QuantizeFloat[T int8 | uint8](out []T, in []float32, scale float32, zero int32) {
	lo, hi := byteLimits[T]()
	inverse := 1 / scale
	least, most := float32(lo-zero), float32(hi-zero)
	for i, x := range in {
		v := float32(x * inverse)
		if !(v > least) {
			v = least
		}
		if v > most {
			v = most
		}
		out[i] = T(rint(v) + zero)
	}
}

// Dequantize computes out[i] = (in[i] − zero)·scale.
func Dequantize[T int8 | uint8](out []float32, in []T, scale float32, zero int32) {
	for i, q := range in {
		out[i] = float32(int32(q)-zero) * scale
	}
}

// Requantize computes out[i] = outZero + m·(in[i] − inZero), clamped, by TFLite's fixed-point rule.
// Source: TFLite's builtin QUANTIZE (reference_ops::Requantize), used where types or scales differ in ways that
// XNNPACK does not take.
func Requantize[A, B int8 | uint8](out []B, in []A, m Multiplier, inZero, outZero int32) {
	lo, hi := byteLimits[B]()
	for i, q := range in {
		out[i] = B(min(max(m.Apply(int32(q)-inZero)+outZero, lo), hi))
	}
}

// Convert computes out[i] = clamp(outZero + ((in[i]−inZero)·multiplier + 128) >> 8) with multiplier = rint(256·ratio of
// the scales). Source: XNNPACK, the qs8 and qu8 vcvt kernels.
func Convert[T int8 | uint8](out, in []T, multiplier, inZero, outZero int32) {
	lo, hi := byteLimits[T]()
	for i, q := range in {
		out[i] = T(min(max(((int32(q)-inZero)*multiplier+128)>>8+outZero, lo), hi))
	}
}

// byteLimits returns the least and largest value of T.
func byteLimits[T int8 | uint8]() (lo, hi int32) {
	if ^T(0) < 0 {
		return -128, 127
	}
	return 0, 255
}
