package kernel

import (
	"math"
	"math/bits"

	"edged/runtime/internal/simd"
)

// realFFT transforms rows of n real numbers in float64, n a power of two from 4 on, several rows side by side: two numbers that
// follow one another are taken for a complex one, which halves the work. Decimation in time, radix 4, and one stage of radix 2 where
// n/2 is no power of four.
type realFFT struct {
	first  int         // radix of the first stage, whose roots are 1
	order  []int32     // order[i]: which pair of numbers the first stage wants at place i
	stages [][]float64 // roots of those of radix 4 that follow, as simd.FFTFours wants them
	turns  []float64   // as simd.FFTSpectrum wants them
	x      []float64   // [n/2][2][fftLanes]
	rows   []float32   // [fftLanes][n]
	out    []complex64 // [fftLanes][n/2+1]
}

// fftLanes is how many rows are transformed side by side.
const fftLanes = simd.FFTLanes

func newRealFFT(n int) *realFFT {
	half := n / 2
	f := &realFFT{first: 4, x: make([]float64, 2*fftLanes*half), rows: make([]float32, fftLanes*n), out: make([]complex64, fftLanes*(half+1))}
	if bits.TrailingZeros(uint(half))%2 == 1 {
		f.first = 2
	}
	f.order = interleave([]int32{0}, f.first)
	for m := f.first; m < half; m *= 4 {
		f.order = interleave(f.order, 4)
		var roots []float64
		for k := range m {
			for j := 1; j < 4; j++ {
				cos, sin := root(j*k, 4*m)
				roots = append(roots, cos, sin)
			}
		}
		f.stages = append(f.stages, roots)
	}
	for k := range half/2 + 1 {
		cos, sin := root(k, n)
		f.turns = append(f.turns, sin/2, -cos/2)
	}
	return f
}

// root is e^(−2πi·k/n) for 0 ≤ k < n, exact in the quarters.
func root(k, n int) (cos, sin float64) {
	if quarter := 4 * k / n; quarter*n == 4*k {
		return [...]float64{1, 0, -1, 0}[quarter], [...]float64{0, -1, 0, 1}[quarter]
	}
	sin, cos = math.Sincos(-2 * math.Pi * float64(k) / float64(n))
	return cos, sin
}

// run transforms up to fftLanes rows of width numbers, which are cut or padded with zeros, into out [rows][n/2+1].
func (f *realFFT) run(out []complex64, in []float32, width int) {
	n := len(f.rows) / fftLanes
	for l := range fftLanes {
		row := f.rows[l*n : (l+1)*n]
		if l*width < len(in) {
			row = row[copy(row, in[l*width:(l+1)*width]):]
		}
		clear(row)
	}
	if !simd.FFTFirst(f.x, f.rows, f.order, f.first) {
		f.load()
		firstStage(f.x, f.first)
	}
	for _, roots := range f.stages {
		if !simd.FFTFours(f.x, roots) {
			fftFours(f.x, roots)
		}
	}
	to := f.out
	if len(out) >= len(to) {
		to = out[:len(to)]
	}
	if !simd.FFTSpectrum(to, f.x, f.turns) {
		f.spectrum(to)
	}
	copy(out, to)
}

// fftPoint is the real and the imaginary parts of a point of each row.
type fftPoint [2 * fftLanes]float64

func pointAt(x []float64, i int) *fftPoint { return (*fftPoint)(x[i*len(fftPoint{}):]) }

func (f *realFFT) load() {
	n := len(f.rows) / fftLanes
	for i, from := range f.order {
		p := pointAt(f.x, i)
		for l := range fftLanes {
			p[l], p[fftLanes+l] = float64(f.rows[l*n+2*int(from)]), float64(f.rows[l*n+2*int(from)+1])
		}
	}
}

// firstStage transforms points that follow one another; all roots are 1.
func firstStage(x []float64, radix int) {
	for i := 0; i < len(x)/len(fftPoint{}); i += radix {
		a, b := pointAt(x, i), pointAt(x, i+1)
		if radix == 4 {
			four(a, b, pointAt(x, i+2), pointAt(x, i+3))
			continue
		}
		for l := range a {
			a[l], b[l] = a[l]+b[l], a[l]-b[l]
		}
	}
}

func fftFours(x, roots []float64) {
	m := len(roots) / 6
	for i := 0; i < len(x)/len(fftPoint{}); i += 4 * m {
		for k := range m {
			a, b, c, d := pointAt(x, i+k), pointAt(x, i+k+m), pointAt(x, i+k+2*m), pointAt(x, i+k+3*m)
			b.turn(roots[6*k:])
			c.turn(roots[6*k+2:])
			d.turn(roots[6*k+4:])
			four(a, b, c, d)
		}
	}
}

// turn multiplies by a root.
func (p *fftPoint) turn(root []float64) {
	cos, sin := root[0], root[1]
	for l := range fftLanes {
		re, im := p[l], p[fftLanes+l]
		p[l], p[fftLanes+l] = float64(re*cos)-float64(im*sin), float64(re*sin)+float64(im*cos)
	}
}

// four transforms four points.
func four(a, b, c, d *fftPoint) {
	for l := range fftLanes {
		i := l + fftLanes
		acRe, acIm, lessRe, lessIm := a[l]+c[l], a[i]+c[i], a[l]-c[l], a[i]-c[i]
		bdRe, bdIm, turnRe, turnIm := b[l]+d[l], b[i]+d[i], b[l]-d[l], b[i]-d[i]
		a[l], a[i] = acRe+bdRe, acIm+bdIm
		b[l], b[i] = lessRe+turnIm, lessIm-turnRe
		c[l], c[i] = acRe-bdRe, acIm-bdIm
		d[l], d[i] = lessRe-turnIm, lessIm+turnRe
	}
}

// spectrum takes the transforms of even and of odd numbers apart: they are the conjugate symmetric and antisymmetric parts. Those of
// the odd ones are turned by what they lie behind the even ones.
func (f *realFFT) spectrum(out []complex64) {
	n := len(f.order)
	for k := range n/2 + 1 {
		a, b, cos, sin := pointAt(f.x, k), pointAt(f.x, (n-k)%n), f.turns[2*k], f.turns[2*k+1]
		for l := range fftLanes {
			i, row := l+fftLanes, out[l*(n+1):][:n+1]
			evenRe, evenIm, oddRe, oddIm := float64((a[l]+b[l])*.5), float64((a[i]-b[i])*.5), a[l]-b[l], a[i]+b[i]
			re, im := float64(oddRe*cos)-float64(oddIm*sin), float64(oddRe*sin)+float64(oddIm*cos)
			row[k] = complex(float32(evenRe+re), float32(evenIm+im))
			row[n-k] = complex(float32(evenRe-re), float32(im-evenIm))
		}
	}
}
