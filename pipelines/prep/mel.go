package prep

import "math"

// melScale is triangles over a spectrum's bins: columns of tf.signal.linear_to_mel_weight_matrix.
type melScale struct {
	bands, fft, rateHz int
	lowHz, highHz      float64 // where the first band begins and the last one ends
}

// melBand is a triangle over the bins from first on. A band narrower than the bins' distance may have none.
type melBand struct {
	first   int
	weights []float64
}

// band returns band b: a triangle in mels, of height 1, between its neighbours' centres; bin 0 belongs to no band.
func (m melScale) band(b int) melBand {
	low, high := mels(m.lowHz), mels(m.highHz)
	step := (high - low) / float64(m.bands+1)
	left, right := low+float64(b)*step, low+float64(b+2)*step
	var band melBand
	for bin := 1; bin <= m.fft/2; bin++ {
		at := mels(float64(bin) * float64(m.rateHz) / float64(m.fft))
		w := min(at-left, right-at) / step
		if w <= 0 {
			continue
		}
		if band.first == 0 {
			band.first = bin
		}
		band.weights = append(band.weights, w)
	}
	return band
}

// mels is the mel scale of HTK and TensorFlow.
func mels(hz float64) float64 { return 1127 * math.Log1p(hz/700) }
