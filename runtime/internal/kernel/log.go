package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Logs computes out[i] = Log(in[i]), which may be the same.
func Logs(out, in []float32) {
	for i := simd.Logs(out, in); i < len(in); i++ {
		out[i] = Log(in[i])
	}
}

// Log is the natural logarithm, in float64 and rounded once. It is not math.Log, since package simd does each of these operations in
// several lanes, and since math.Log fuses some of them on arm64.
//
// With x = 2ᵏ·(1+f), √½ < 1+f ≤ √2, and s = f/(2+f): ln x = k·ln 2 + f − (½f² − s·(½f² + R)), where R of s² is what is left of
// ln (1+f) = ln (1+s) − ln (1−s). Source: FreeBSD, msun/src/e_log.c, by Sun Microsystems.
func Log(x float32) float32 {
	switch d := float64(x); {
	case d == 0:
		return float32(math.Inf(-1))
	case !(d > 0):
		return float32(math.NaN())
	case math.IsInf(d, 1):
		return x
	default:
		return float32(logPositive(d))
	}
}

func logPositive(x float64) float64 {
	const (
		ln2Hi = 6.93147180369123816490e-01 // ends in 21 zeros: its products with k are exact
		ln2Lo = 1.90821492927058770002e-10
	)
	m, exp := math.Frexp(x)
	if m <= math.Sqrt2/2 {
		m, exp = 2*m, exp-1
	}
	f, k := m-1, float64(exp)
	s := f / (2 + f)
	half := float64(float64(0.5*f) * f)
	r := float64(s * (half + logRest(float64(s*s))))
	return float64(k*ln2Hi) - ((half - (r + float64(k*ln2Lo))) - f)
}

// logRest is R, a polynomial of s².
func logRest(s2 float64) float64 {
	const (
		l1 = 6.666666666666735130e-01
		l2 = 3.999999999940941908e-01
		l3 = 2.857142874366239149e-01
		l4 = 2.222219843214978396e-01
		l5 = 1.818357216161805012e-01
		l6 = 1.531383769920937332e-01
		l7 = 1.479819860511658591e-01
	)
	s4 := float64(s2 * s2)
	odd := s2 * (l1 + float64(s4*(l3+float64(s4*(l5+float64(s4*l7))))))
	even := s4 * (l2 + float64(s4*(l4+float64(s4*l6))))
	return float64(odd) + float64(even)
}
