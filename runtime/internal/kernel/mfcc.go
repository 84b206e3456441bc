package kernel

import "math"

// MFCC makes cepstral coefficients of power spectra: the magnitudes are summed into triangular bands that lie evenly on the
// mel scale from Low to High Hz, and a cosine transform is taken of the bands' logarithms:
//
//	out[i] = √(2/bands)·Σ ln(max(band[j], 10⁻¹²))·cos(π·i·(j+½)/bands)
//
//	in [frames,bins] float32, out [frames,coefficients] float32
//
// Source: TFLite, internal/mfcc.cc, mfcc_dct.cc and mfcc_mel_filterbank.cc, in float64 as there.
type MFCC struct {
	Low, High float64 // Hz
	Pool      *Pool   // whose context ends a run; nil for none

	rate    int32 // for which the bands are laid out
	centers []float64
	band    []int // by bin: the band on whose falling side it lies, −1 before the first
	weight  []float64
	first   int // bin that counts, and the last one
	last    int
	sums    []float64
	cosines []float64
}

// NewMFCC prepares for spectra of some bins. There are no more coefficients than bands.
func NewMFCC(bins, bands, coefficients int) *MFCC {
	m := &MFCC{centers: make([]float64, bands+1), band: make([]int, bins), weight: make([]float64, bins),
		sums: make([]float64, bands), cosines: make([]float64, bands*coefficients)}
	norm, step := math.Sqrt(2/float64(bands)), math.Pi/float64(bands)
	for k := range m.cosines {
		i, j := float64(k/bands), float64(k%bands)
		m.cosines[k] = norm * math.Cos(i*step*(j+0.5))
	}
	return m
}

func mel(hz float64) float64 { return float64(1127 * math.Log1p(hz/700)) }

// layOut finds each bin's bands for a sample rate in Hz.
func (m *MFCC) layOut(rate int32) {
	bands, bins := len(m.sums), len(m.band)
	low := mel(m.Low)
	spacing := (mel(m.High) - low) / float64(bands+1)
	for i := range m.centers {
		m.centers[i] = low + float64(spacing*float64(i+1))
	}
	hz := 0.5 * float64(rate) / float64(bins-1) // of a bin
	m.rate = rate
	m.first = int(min(1.5+m.Low/hz, float64(bins)))
	m.last = int(min(m.High/hz, float64(bins)))
	band := 0
	for i := m.first; i <= m.last && i < bins; i++ {
		at := mel(float64(i) * hz)
		for band < bands && m.centers[band] < at {
			band++
		}
		from := low
		if m.band[i] = band - 1; band > 0 {
			from = m.centers[band-1]
		}
		m.weight[i] = (m.centers[band] - at) / (m.centers[band] - from)
	}
}

// Run computes the coefficients of each spectrum, at a sample rate of 1 Hz or more.
func (m *MFCC) Run(out, in []float32, rate int32) {
	if rate != m.rate {
		m.layOut(rate)
	}
	bins, bands := len(m.band), len(m.sums)
	coefficients := len(m.cosines) / bands
	for ; len(in) >= bins && !m.Pool.Stopped(); in, out = in[bins:], out[coefficients:] {
		if m.last >= bins { // the bands reach beyond the spectrum
			clear(out[:coefficients])
			continue
		}
		m.logarithms(in[:bins])
		for i := range out[:coefficients] {
			sum := 0.0
			for j, v := range m.sums {
				sum += float64(m.cosines[i*bands+j] * v)
			}
			out[i] = float32(sum)
		}
	}
}

// logarithms sums a spectrum's magnitudes into the bands.
func (m *MFCC) logarithms(in []float32) {
	clear(m.sums)
	for i := m.first; i <= m.last; i++ {
		v := math.Sqrt(float64(in[i]))
		down := float64(v * m.weight[i])
		b := m.band[i]
		if b >= 0 {
			m.sums[b] += down
		}
		if b++; b < len(m.sums) {
			m.sums[b] += v - down
		}
	}
	for j, v := range m.sums {
		if v < 1e-12 {
			v = 1e-12
		}
		m.sums[j] = math.Log(v)
	}
}
