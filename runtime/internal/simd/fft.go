package simd

import "unsafe"

// FFTLanes is how many Fourier transforms of float64 are computed side by side: a point is so many real parts, and as many
// imaginary ones.
const FFTLanes = 4

// fftPoint is the length of a point.
const fftPoint = 2 * FFTLanes

// fftCall is what the loops are told: of points, of points between those that meet, and of bytes from a row to the next.
type fftCall struct {
	x, rows, order, roots, out unsafe.Pointer
	points, m, row             uint64
}

// FFTFirst loads points, and computes their first stage, of radix 4 or 2. rows is [FFTLanes][2·len(order)] real numbers, of which two
// that follow one another make a complex one; order says which comes where. It reports whether it did.
func FFTFirst(x []float64, rows []float32, order []int32, radix int) bool {
	f := chosen().floats
	if f == nil {
		return false
	}
	fftFirst(f, x, rows, order, radix)
	return true
}

func fftFirst(f *floats, x []float64, rows []float32, order []int32, radix int) {
	n := len(order)
	if n < radix || n%radix != 0 || len(x) != n*fftPoint || len(rows) != FFTLanes*2*n {
		panic("simd: transform out of range")
	}
	for _, i := range order {
		if uint(i) >= uint(n) {
			panic("simd: order out of range")
		}
	}
	f.fftFirst(&fftCall{x: unsafe.Pointer(&x[0]), rows: unsafe.Pointer(&rows[0]), order: unsafe.Pointer(&order[0]), points: uint64(n), row: 8 * uint64(n)}, radix)
}

// FFTFours computes a stage of radix 4. roots is [m][3]: e^(−2πi·jk/4m) for j = 1, 2, 3, real and imaginary parts. It reports whether
// it did.
func FFTFours(x, roots []float64) bool {
	f := chosen().floats
	if f == nil {
		return false
	}
	fftFours(f, x, roots)
	return true
}

func fftFours(f *floats, x, roots []float64) {
	m, n := len(roots)/6, len(x)/fftPoint
	if m < 1 || len(roots) != 6*m || n < 1 || n%(4*m) != 0 || len(x) != n*fftPoint {
		panic("simd: transform out of range")
	}
	f.fftFours(&fftCall{x: unsafe.Pointer(&x[0]), roots: unsafe.Pointer(&roots[0]), points: uint64(n), m: uint64(m)})
}

// FFTSpectrum makes the spectra out [FFTLanes][n+1] of 2n real numbers each of their transform as n complex ones. turns is
// −i·e^(−πi·k/n)/2 for k ≤ n/2. It reports whether it did.
func FFTSpectrum(out []complex64, x, turns []float64) bool {
	f := chosen().floats
	if f == nil {
		return false
	}
	fftSpectrum(f, out, x, turns)
	return true
}

func fftSpectrum(f *floats, out []complex64, x, turns []float64) {
	n := len(x) / fftPoint
	if n < 2 || n%2 != 0 || len(x) != n*fftPoint || len(out) != FFTLanes*(n+1) || len(turns) != n+2 {
		panic("simd: transform out of range")
	}
	f.fftSpectrum(&fftCall{x: unsafe.Pointer(&x[0]), roots: unsafe.Pointer(&turns[0]), out: unsafe.Pointer(&out[0]), points: uint64(n), row: 8 * uint64(n+1)})
}
