package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Magnitudes computes out[i] = Magnitude(in[i]).
func Magnitudes(out []float32, in []complex64) {
	for i := simd.Magnitudes(out, in); i < len(in); i++ {
		out[i] = Magnitude(in[i])
	}
}

// Magnitude is √(re² + im²), infinite where a part is, in float64, which holds the squares exactly. Source: glibc, hypotf.
func Magnitude(v complex64) float32 {
	re, im := float64(real(v)), float64(imag(v))
	re, im = float64(re*re), float64(im*im)
	if math.IsInf(re, 1) || math.IsInf(im, 1) {
		return float32(math.Inf(1))
	}
	return float32(math.Sqrt(re + im))
}

// RealParts computes out[i] = Re in[i].
func RealParts(out []float32, in []complex64) {
	for i, v := range in {
		out[i] = real(v)
	}
}

// ImagParts computes out[i] = Im in[i].
func ImagParts(out []float32, in []complex64) {
	for i, v := range in {
		out[i] = imag(v)
	}
}

// Complexes computes out[i] = in[i] + 0i.
func Complexes(out []complex64, in []float32) {
	for i, v := range in {
		out[i] = complex(v, 0)
	}
}

// ComplexProduct computes out[i] = a[i]·b[i] over the walk w, each product rounded by itself.
func ComplexProduct(w *Broadcast, out, a, b []complex64) {
	w.Each(func(o, i, j int) {
		x, y := a[i], b[j]
		re := float32(real(x)*real(y)) - float32(imag(x)*imag(y))
		out[o] = complex(re, float32(real(x)*imag(y))+float32(imag(x)*real(y)))
	})
}
