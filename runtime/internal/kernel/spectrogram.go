package kernel

import (
	"math"
	"math/bits"
)

// Spectrogram takes windows of a signal, Stride samples apart, weights them with Hann's periodic window and gives the
// power of each frequency, or its square root if Magnitude is set:
//
//	out[c,t,k] = |Σ x[t·Stride+i,c]·(½ − ½·cos(2π·i/window))·e^(−2πi·k·i/fft)|²,  k ≤ fft/2
//
//	in [samples,channels] float32, out [channels,frames,fft/2+1] float32
//
// fft is the power of two that holds the window. Source: TFLite, internal/spectrogram.cc, in float64 as there.
type Spectrogram struct {
	Stride    int
	Magnitude bool
	Pool      *Pool // whose context ends a run; nil for none

	window []float64
	row    []complex128
	roots  []complex128
}

// FFTSize returns the power of two that holds a window.
func FFTSize(window int) int { return 1 << bits.Len(uint(window-1)) }

// NewSpectrogram prepares for windows of a size of at least 2.
func NewSpectrogram(window int) *Spectrogram {
	s := &Spectrogram{window: make([]float64, window), row: make([]complex128, FFTSize(window)), roots: roots(FFTSize(window))}
	for i := range s.window {
		s.window[i] = 0.5 - float64(0.5*math.Cos(2*math.Pi*float64(i)/float64(window)))
	}
	return s
}

// Run computes as many frames as out has room for.
func (s *Spectrogram) Run(out, in []float32, channels int) {
	bins := len(s.row)/2 + 1
	frames := len(out) / bins / max(1, channels)
	for c := range channels {
		for t := 0; t < frames && !s.Pool.Stopped(); t++ {
			fill(s.row, 0)
			for i, w := range s.window {
				s.row[i] = complex(float64(in[(t*s.Stride+i)*channels+c])*w, 0)
			}
			fftDouble(s.row, s.roots)
			s.power(out[(c*frames+t)*bins:][:bins])
		}
	}
}

func (s *Spectrogram) power(out []float32) {
	for k := range out {
		re, im := real(s.row[k]), imag(s.row[k])
		p := float32(float64(re*re) + float64(im*im))
		if s.Magnitude {
			p = float32(math.Sqrt(float64(p)))
		}
		out[k] = p
	}
}
