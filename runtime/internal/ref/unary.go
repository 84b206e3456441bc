package ref

import "math"

// Functions of reals, from their definitions.

// Tanh is (e^(2x) − 1)/(e^(2x) + 1), turned so that it does not overflow.
func Tanh(x float64) float64 {
	e := math.Exp(-2 * math.Abs(x))
	return math.Copysign(-math.Expm1(-2*math.Abs(x))/(1+e), x)
}

// Logistic is 1/(1+e⁻ˣ).
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Elu is x where x ≥ 0, else eˣ − 1. Source: Clevert et al., "Fast and accurate deep network learning by exponential linear
// units", 2015.
func Elu(x float64) float64 { return max(x, 0) + math.Expm1(min(x, 0)) }

// Gelu is x·Φ(x). Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016.
func Gelu(x float64) float64 { return x * (1 + math.Erf(x/math.Sqrt2)) / 2 }

// GeluTanh is the approximation ½x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) of the same paper.
func GeluTanh(x float64) float64 { return x / 2 * (1 + Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x))) }

// HardSwish is x·clamp(x+3, 0, 6)/6. Source: Howard et al., "Searching for MobileNetV3", 2019.
func HardSwish(x float64) float64 { return x * Clamp(x+3, 0, 6) / 6 }

// RoundEven rounds to nearest, ties to even: a tie is as far from the even neighbour as from the odd one, and of the two
// the even one has a whole half.
func RoundEven(x float64) float64 {
	down, up := math.Floor(x), math.Ceil(x)
	switch {
	case x-down < up-x || x-down == up-x && math.Floor(down/2) == down/2:
		return down
	}
	return up
}
