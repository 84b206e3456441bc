package kernel

import "math"

// Map computes out[i] = f(in[i]); out may be in.
func Map[T any](out, in []T, f func(T) T) {
	out = out[:len(in)]
	for i, v := range in {
		out[i] = f(v)
	}
}

// Tanh is the hyperbolic tangent.
func Tanh(x float32) float32 { return float32(math.Tanh(float64(x))) }

// Elu is x where x ≥ 0, else eˣ − 1.
func Elu(x float32) float32 {
	if x < 0 {
		return float32(math.Expm1(float64(x)))
	}
	return x
}

// Gelu is x·Φ(x), Φ being the normal distribution, by erfc, which keeps the digits of the negative tail.
func Gelu(x float32) float32 {
	return float32(0.5*x) * float32(math.Erfc(float64(float32(x*float32(-math.Sqrt2/2)))))
}

// GeluTanh is the approximation ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
func GeluTanh(x float32) float32 {
	const sqrt2OverPi = float32(2 / math.SqrtPi * math.Sqrt2 / 2)
	cube := float32(float32(float32(0.044715*x)*x) * x)
	return float32(0.5*x) * (1 + Tanh(sqrt2OverPi*(x+cube)))
}

// HardSwish is x·clamp(x+3, 0, 6)/6.
func HardSwish(x float32) float32 { return float32(x*min(max(x+3, 0), 6)) / 6 }

// Sqrt is √x.
func Sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// Rsqrt is 1/√x.
func Rsqrt(x float32) float32 { return 1 / Sqrt(x) }

// Sign is −1, 0 or 1; NaN stays.
func Sign[T int32 | float32](x T) T {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	case x != x:
		return x
	}
	return 0
}

// Abs is |x|; the least integer stays.
func Abs[T int16 | int32](x T) T {
	if x < 0 {
		return -x
	}
	return x
}

// Exp is eˣ; it and the functions below compute in float64 and round once.
func Exp(x float32) float32 { return float32(math.Exp(float64(x))) }

// Sin is the sine.
func Sin(x float32) float32 { return float32(math.Sin(float64(x))) }

// Cos is the cosine.
func Cos(x float32) float32 { return float32(math.Cos(float64(x))) }

// AbsFloat is |x|.
func AbsFloat(x float32) float32 { return float32(math.Abs(float64(x))) }

// Ceil rounds up.
func Ceil(x float32) float32 { return float32(math.Ceil(float64(x))) }

// Floor rounds down.
func Floor(x float32) float32 { return float32(math.Floor(float64(x))) }

// Round rounds to nearest, half to even.
func Round(x float32) float32 { return float32(math.RoundToEven(float64(x))) }
