package kernel

import (
	"math"
	"math/bits"
)

// RFFT2D is the two-dimensional Fourier transform of real rows, in float64:
//
//	X[k,l] = Σ x[i,j]·e^(−2πi·(k·i/H + l·j/W)),  k < H, l ≤ W/2
//
//	in  [N,h,w] float32, cut or padded with zeros to [N,H,W]
//	out [N,H,W/2+1] complex64
type RFFT2D struct {
	h, w, fftH, fftW int
	row, column      []complex128
	rows, columns    []complex128 // e^(−2πi·k/size) for k < size/2
	grid             []complex128 // [H,W/2+1]
	single           *realFFT     // of rows alone; nil if there are columns too
	Pool             *Pool
}

// NewRFFT2D prepares transforms of h×w inputs; fftH and fftW are powers of two.
func NewRFFT2D(h, w, fftH, fftW int) *RFFT2D {
	f := &RFFT2D{h: h, w: w, fftH: fftH, fftW: fftW, row: make([]complex128, fftW), column: make([]complex128, fftH),
		rows: roots(fftW), columns: roots(fftH), grid: make([]complex128, fftH*(fftW/2+1))}
	if h == 1 && fftH == 1 && fftW >= 4 {
		f.single = newRealFFT(fftW)
	}
	return f
}

func roots(n int) []complex128 {
	r := make([]complex128, n/2)
	for k := range r {
		sin, cos := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		r[k] = complex(cos, sin)
	}
	return r
}

// Run transforms every h×w slice of in.
func (f *RFFT2D) Run(out []complex64, in []float32) {
	bins := f.fftW/2 + 1
	for f.single != nil && len(in) > 0 && !f.Pool.Stopped() {
		rows := min(fftLanes, len(in)/f.w)
		f.single.run(out[:rows*bins], in[:rows*f.w], f.w)
		in, out = in[rows*f.w:], out[rows*bins:]
	}
	if f.single != nil {
		return
	}
	for len(in) >= f.h*f.w && len(in) > 0 && !f.Pool.Stopped() {
		for y := range f.fftH {
			fill(f.row, 0)
			if y < f.h {
				for x, v := range in[y*f.w:][:min(f.w, f.fftW)] {
					f.row[x] = complex(float64(v), 0)
				}
				fftDouble(f.row, f.rows)
			}
			copy(f.grid[y*bins:(y+1)*bins], f.row)
		}
		for x := range bins {
			for y := range f.column {
				f.column[y] = f.grid[y*bins+x]
			}
			fftDouble(f.column, f.columns)
			for y, v := range f.column {
				out[y*bins+x] = complex64(v)
			}
		}
		in, out = in[f.h*f.w:], out[f.fftH*bins:]
	}
}

// fftDouble transforms x in place by Cooley and Tukey's radix-2 algorithm; roots are those of len(x), a power of two.
func fftDouble(x, roots []complex128) {
	n := len(x)
	shift := bits.LeadingZeros32(uint32(n)) + 1
	for i := range x {
		if j := int(bits.Reverse32(uint32(i)) >> shift); n > 1 && i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	for half := 1; half < n; half *= 2 {
		step := n / (2 * half)
		for at := 0; at < n; at += 2 * half {
			for k := range half {
				a, b := x[at+k], times(x[at+half+k], roots[k*step])
				x[at+k], x[at+half+k] = a+b, a-b
			}
		}
	}
}

// times is a·b without fused rounding.
func times(a, b complex128) complex128 {
	return complex(float64(real(a)*real(b))-float64(imag(a)*imag(b)), float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}
