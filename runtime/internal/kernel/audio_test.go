package kernel

import (
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

func TestHadamardAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(71, 72))
	for n := 1; n <= 256; n *= 2 {
		x := randomFloats(r, 3*n)
		var want []float64
		for i := range 3 {
			want = append(want, ref.Hadamard(x[i*n:(i+1)*n])...)
		}
		Hadamard(x, n, nil)
		near(t, "rotated", x, want)
	}
}

func TestSpectrogramAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(73, 74))
	for range 60 {
		window, channels, frames := 2+r.IntN(40), 1+r.IntN(3), 1+r.IntN(3)
		s := NewSpectrogram(window)
		s.Stride = 1 + r.IntN(20)
		samples := window + (frames-1)*s.Stride
		in, size := randomFloats(r, samples*channels), FFTSize(window)
		var want []float64
		for c := range channels {
			for t := range frames {
				one := make([]float32, window)
				for i := range one {
					one[i] = in[(t*s.Stride+i)*channels+c]
				}
				want = append(want, ref.Spectrum(one, size)...)
			}
		}
		out := make([]float32, channels*frames*(size/2+1))
		s.Run(out, in, channels)
		near(t, "power", out, want)
		s.Magnitude = true
		s.Run(out, in, channels)
		for i, v := range out {
			out[i] = v * v
		}
		near(t, "magnitude squared", out, want)
	}
}

func TestMFCCAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(75, 76))
	for range 100 {
		bins, bands := 2+r.IntN(100), 1+r.IntN(30)
		coefficients, rate := 1+r.IntN(bands), 2000+r.IntN(16000)
		low := r.IntN(200)
		m := NewMFCC(bins, bands, coefficients)
		m.Low, m.High = float64(low), float64(low+200+r.IntN(rate/2-low-200))
		in, out := randomFloats(r, 2*bins), make([]float32, 2*coefficients)
		for _, rate := range []int{rate, rate + 1000, rate} { // the bands are laid out anew
			m.Run(out, in, int32(rate))
			want := ref.MFCC(in[:bins], float64(rate), m.Low, m.High, bands, coefficients)
			near(t, "coefficients", out, append(want, ref.MFCC(in[bins:], float64(rate), m.Low, m.High, bands, coefficients)...))
		}
	}
}

// TestMFCCBeyondTheSpectrum: TFLite gives zeros where the bands reach beyond half the rate.
func TestMFCCBeyondTheSpectrum(t *testing.T) {
	m, out := NewMFCC(4, 2, 2), []float32{9, 9}
	m.High = 4000
	if m.Run(out, []float32{1, 1, 1, 1}, 4000); out[0] != 0 || out[1] != 0 {
		t.Errorf("got %v, want zeros", out)
	}
	if m.Run(out, []float32{1, 1, 1, 1}, 1); out[0] != 0 {
		t.Errorf("a rate of 1 Hz: got %v", out)
	}
	if m.Run(out, []float32{1, 1, 1, 1}, 8001); out[0] == 0 {
		t.Errorf("within: got %v", out)
	}
}
