package simd

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

// transforms is FFTLanes transforms with their guarded memory.
type transforms struct {
	x     []float64
	rows  []float32
	order []int32
}

// at is a point of a row's transform.
func (f *transforms) at(i, row int) complex128 {
	return complex(f.x[i*fftPoint+row], f.x[i*fftPoint+FFTLanes+row])
}

func randomTransforms(t *testing.T, r *rand.Rand, n int) *transforms {
	f := &transforms{guardedOf[float64](t, n*fftPoint), guardedOf[float32](t, 2*n*FFTLanes), guardedOf[int32](t, n)}
	for i := range f.x {
		f.x[i] = r.NormFloat64()
	}
	for i := range f.rows {
		f.rows[i] = float32(r.NormFloat64())
	}
	for i, v := range r.Perm(n) {
		f.order[i] = int32(v)
	}
	return f
}

// turnOf is e^(−2πi·k/n).
func turnOf(k, n int) complex128 { return cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n)) }

// near fails unless got is as good as want.
func near(t *testing.T, what string, got, want complex128, within float64) {
	t.Helper()
	if !(cmplx.Abs(got-want) <= within) {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// checkStage compares blocks of radix·m points with the formula: at place k + q·m is what was at k + j·m, turned by the root jk, times
// e^(−2πi·jq/radix), summed over j.
func checkStage(t *testing.T, what string, before, after *transforms, radix, m int) {
	t.Helper()
	for i := range len(after.x) / fftPoint {
		block, q, k := i/(radix*m)*radix*m, i/m%radix, i%m
		for row := range FFTLanes {
			var want complex128
			for j := range radix {
				want += before.at(block+k+j*m, row) * turnOf(j*k, radix*m) * turnOf(j*q, radix)
			}
			near(t, what, after.at(i, row), want, 1e-13)
		}
	}
}

func TestFFTFirst(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(15, 16))
		for _, radix := range []int{2, 4} {
			for blocks := 1; blocks < 6; blocks++ {
				f := randomTransforms(t, r, radix*blocks)
				loaded := &transforms{x: make([]float64, len(f.x))}
				for i, from := range f.order {
					for row := range FFTLanes {
						at := row*2*len(f.order) + 2*int(from)
						loaded.x[i*fftPoint+row], loaded.x[i*fftPoint+FFTLanes+row] = float64(f.rows[at]), float64(f.rows[at+1])
					}
				}
				fftFirst(path.floats, f.x, f.rows, f.order, radix)
				checkStage(t, path.name, loaded, f, radix, 1)
			}
		}
	}
}

func TestFFTFours(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(23, 24))
		for m := 2; m < 6; m++ {
			f := randomTransforms(t, r, 4*m*(1+r.IntN(3)))
			before, roots := &transforms{x: append([]float64(nil), f.x...)}, guardedOf[float64](t, 6*m)
			for i := range roots {
				w := turnOf((1+i%6/2)*(i/6), 4*m)
				roots[i] = [2]float64{real(w), imag(w)}[i%2]
			}
			fftFours(path.floats, f.x, roots)
			checkStage(t, path.name, before, f, 4, m)
		}
	}
}

func TestFFTSpectrum(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(25, 26))
		for n := 2; n < 20; n += 2 {
			f, turns, out := randomTransforms(t, r, n), guardedOf[float64](t, n+2), guardedOf[complex64](t, FFTLanes*(n+1))
			for k := range n/2 + 1 {
				w := turnOf(k, 2*n) * complex(0, -0.5)
				turns[2*k], turns[2*k+1] = real(w), imag(w)
			}
			fftSpectrum(path.floats, out, f.x, turns)
			for i, got := range out {
				row, k := i/(n+1), i%(n+1)
				a, b := f.at(k%n, row), cmplx.Conj(f.at((n-k)%n, row))
				near(t, path.name, complex128(got), (a+b)/2+(a-b)*turnOf(k, 2*n)*complex(0, -0.5), 1e-6)
			}
		}
	}
}
