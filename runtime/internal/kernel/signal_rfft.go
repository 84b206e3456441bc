package kernel

import (
	"fmt"
	"math"
)

// SignalRfftOptions are those of the custom operator SignalRfft. Its field "T", int, is the schema's TensorType of
// input and output and picks the type parameter of NewSignalRfft: 0 float32, 2 int32, 7 int16.
type SignalRfftOptions struct {
	FFTLength int // "fft_length", int: points of the transform; a frame is padded with zeros to it
}

// maxFFT bounds fft_length: four seconds of sound at 16 kHz.
const maxFFT = 1 << 16

// SignalRfft is the Fourier transform of frames of real numbers:
//
//	out[f,k] = Σ_n in[f,n]·e^(−2πi·k·n/N), over N in fixed point
//
//	in  [F, C]         int16, int32 or float32; C ≤ N
//	out [F, (N/2+1)·2] same type: real, imaginary, …
//
// N reals are transformed as N/2 complex numbers and then taken apart. Source: TFLite Micro, signal/src/rfft_*.cc over
// KissFFT v130; fixed point is exact to the bit, float32 on machines that do not fuse multiply and add as well.
type SignalRfft[T int16 | int32 | float32] struct {
	cols  int // of a frame
	fft   *fft[T]
	super []cpx[T] // −i·e^(−2πi·k/N), from k = 1
	z     []cpx[T] // N/2 points
}

// NewSignalRfft checks the options against the lengths of a frame of the input and of the output, and makes the tables.
func NewSignalRfft[T int16 | int32 | float32](o SignalRfftOptions, inCols, outCols int) (*SignalRfft[T], error) {
	n := o.FFTLength
	switch {
	case n < 4 || n > maxFFT || n&(n-1) != 0:
		return nil, fmt.Errorf("fft_length is %d, not a power of two from 4 to %d", n, maxFFT)
	case inCols < 1 || inCols > n:
		return nil, fmt.Errorf("frames of %d samples in a transform of %d", inCols, n)
	case outCols != n+2:
		return nil, fmt.Errorf("output rows of %d numbers, a transform of %d gives %d", outCols, n, n+2)
	}
	arith := arithFor[T]()
	s := &SignalRfft[T]{cols: inCols, fft: newFFT(n/2, arith), super: make([]cpx[T], n/4), z: make([]cpx[T], n/2)}
	for i := range s.super {
		s.super[i] = arith.unit(-math.Pi * (float64(i+1)/float64(n/2) + .5))
	}
	return s, nil
}

func arithFor[T int16 | int32 | float32]() fftArith[T] {
	var a any
	switch any(T(0)).(type) {
	case int16:
		a = fixedArith[int16]{}
	case int32:
		a = fixedArith[int32]{}
	default:
		a = floatArith{}
	}
	return a.(fftArith[T])
}

// Run transforms every frame of in into out, which do not overlap.
func (s *SignalRfft[T]) Run(in, out []T) {
	outCols := 2*len(s.z) + 2
	for f := range len(in) / s.cols {
		frame := in[f*s.cols : (f+1)*s.cols]
		for i, from := range s.fft.order {
			s.z[i] = pair(frame, 2*int(from))
		}
		s.fft.run(s.z)
		s.unpack(out[f*outCols : (f+1)*outCols])
	}
}

// pair returns frame[i] and frame[i+1] as one complex number; past the end are zeros.
func pair[T int16 | int32 | float32](frame []T, i int) (c cpx[T]) {
	if i < len(frame) {
		c.re = frame[i]
	}
	if i+1 < len(frame) {
		c.im = frame[i+1]
	}
	return c
}

// unpack makes the spectrum of the N reals from that of the N/2 complex numbers in s.z: even and odd samples are its
// conjugate symmetric and antisymmetric parts.
func (s *SignalRfft[T]) unpack(out []T) {
	arith, n := s.fft.arith, len(s.z)
	dc := arith.scale(s.z[0], 2)
	out[0], out[1] = dc.re+dc.im, 0
	out[2*n], out[2*n+1] = dc.re-dc.im, 0
	for k := 1; k <= n/2; k++ {
		a := arith.scale(s.z[k], 2)
		b := arith.scale(cpx[T]{s.z[n-k].re, -s.z[n-k].im}, 2)
		even := add(a, b)
		odd := arith.mul(sub(a, b), s.super[k-1])
		out[2*k], out[2*k+1] = arith.halfSum(even.re, odd.re), arith.halfSum(even.im, odd.im)
		out[2*(n-k)], out[2*(n-k)+1] = arith.halfDiff(even.re, odd.re), arith.halfDiff(odd.im, even.im)
	}
}
