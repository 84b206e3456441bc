package ref

import (
	"math"
	"math/bits"
)

// Hadamard returns x times the Walsh-Hadamard matrix of its length, a power of two.
func Hadamard(x []float32) []float64 {
	out := make([]float64, len(x))
	for k := range out {
		for j, v := range x {
			if bits.OnesCount(uint(k&j))%2 == 1 {
				v = -v
			}
			out[k] += float64(v) / math.Sqrt(float64(len(x)))
		}
	}
	return out
}

// Spectrum returns the power of the first size/2+1 frequencies of a window, weighted with Hann's, by the Fourier sum.
func Spectrum(window []float32, size int) []float64 {
	out := make([]float64, size/2+1)
	for k := range out {
		re, im := 0.0, 0.0
		for i, v := range window {
			w := float64(v) * (0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(window))))
			re += w * math.Cos(2*math.Pi*float64(k*i)/float64(size))
			im -= w * math.Sin(2*math.Pi*float64(k*i)/float64(size))
		}
		out[k] = re*re + im*im
	}
	return out
}

// MFCC returns the cepstral coefficients of a power spectrum up to half the rate: each band is a triangle on the mel scale,
// 1 at its middle and 0 at those of the bands beside it. Bins below low by more than half, and above high, do not count.
func MFCC(spectrum []float32, rate, low, high float64, bands, coefficients int) []float64 {
	mel := func(hz float64) float64 { return 1127 * math.Log(1+hz/700) }
	space := (mel(high) - mel(low)) / float64(bands+1)
	hz := rate / 2 / float64(len(spectrum)-1)
	logs := make([]float64, bands)
	for j := range logs {
		middle, sum := mel(low)+space*float64(j+1), 0.0
		for i, v := range spectrum {
			if i < int(1.5+low/hz) || i > int(high/hz) {
				continue
			}
			sum += max(0, 1-math.Abs(mel(float64(i)*hz)-middle)/space) * math.Sqrt(float64(v))
		}
		logs[j] = math.Log(max(sum, 1e-12))
	}
	out := make([]float64, coefficients)
	for i := range out {
		for j, v := range logs {
			out[i] += math.Sqrt(2/float64(bands)) * v * math.Cos(math.Pi*float64(i)*(float64(j)+0.5)/float64(bands))
		}
	}
	return out
}
