package quant

import (
	"math"

	"edged/runtime/tensor"
)

// accord says how well values agree with those they stand for.
type accord struct {
	n                          int64
	signal, noise, dot, energy float64 // Σa², Σ(a−b)², Σab, Σb²
	sum, most                  float64 // of |a−b|
	runs, same                 int     // vectors, and those whose largest element is at the same place
}

// vector returns the length of a tensor's vectors, its last dimension: the classes of a picture, or those of each pixel.
func vector(s tensor.Shape) int {
	if len(s) > 0 && s[len(s)-1] > 1 {
		return s[len(s)-1]
	}
	return max(1, s.Elems())
}

// add compares values b with a, which are vectors of width elements.
func (x *accord) add(a, b []float32, width int) {
	n := min(len(a), len(b))
	for i, v := range a[:n] {
		p, q := float64(v), float64(b[i])
		d := p - q
		x.signal += p * p
		x.noise += d * d
		x.dot += p * q
		x.energy += q * q
		x.sum += math.Abs(d)
		x.most = max(x.most, math.Abs(d))
	}
	x.n += int64(n)
	for i := 0; i+width <= n; i += width {
		x.runs++
		if largest(a[i:i+width]) == largest(b[i:i+width]) {
			x.same++
		}
	}
}

// sqnr returns the signal's power over the noise's in decibels, at most 200.
func (x *accord) sqnr() float64 {
	switch {
	case x.noise == 0:
		return 200
	case x.signal == 0:
		return -200
	}
	return min(200, 10*math.Log10(x.signal/x.noise))
}

// cosine returns that of the angle between the two.
func (x *accord) cosine() float64 {
	if x.signal == 0 || x.energy == 0 {
		if x.signal == x.energy {
			return 1
		}
		return 0
	}
	return x.dot / math.Sqrt(x.signal*x.energy)
}

func (x *accord) mean() float64 { return x.sum / float64(max(1, x.n)) }
func (x *accord) top1() float64 { return float64(x.same) / float64(max(1, x.runs)) }

// largest returns the index of the largest value, the first of equals.
func largest(v []float32) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}
