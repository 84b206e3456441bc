package kernel

import (
	"math"
	"unsafe"
)

// cpx is a complex number.
type cpx[T any] struct{ re, im T }

// fftArith is how the FFT rounds in one element type.
type fftArith[T any] interface {
	unit(phase float64) cpx[T]     // e^(i·phase), 1 being the largest number of the type
	scale(c cpx[T], by int) cpx[T] // c/by in fixed point, c in float
	mul(a, b cpx[T]) cpx[T]        // a·b
	halfSum(a, b T) T              // (a+b)/2
	halfDiff(a, b T) T             // (a−b)/2
}

// fftStage turns blocks of radix interleaved transforms of m points into one of radix·m points.
type fftStage struct{ radix, m, stride int }

// fft is a complex forward transform of n points, n a power of two, by decimation in time: radix 4, and one radix 2
// in the innermost stage where n is no power of four. Fixed-point stages divide by their radix, so the result is the
// DFT over n.
type fft[T int16 | int32 | float32] struct {
	arith  fftArith[T]
	order  []int32 // order[i]: which input point the innermost stage wants at place i
	stages []fftStage
	tw     []cpx[T] // e^(−2πi·k/n)
}

func newFFT[T int16 | int32 | float32](n int, arith fftArith[T]) *fft[T] {
	f := &fft[T]{arith: arith, order: make([]int32, 1, n), tw: make([]cpx[T], n)}
	for k := range f.tw {
		f.tw[k] = arith.unit(-2 * math.Pi * float64(k) / float64(n))
	}
	for stride := 1; stride < n; {
		radix := 4
		if n/stride%4 != 0 {
			radix = 2
		}
		f.stages = append(f.stages, fftStage{radix: radix, m: n / stride / radix, stride: stride})
		stride *= radix
	}
	for i := len(f.stages) - 1; i >= 0; i-- { // from blocks of one point to one block
		f.order = interleave(f.order, f.stages[i].radix)
	}
	return f
}

// interleave returns the order of radix transforms, each over every radix-th point in the given order.
func interleave(order []int32, radix int) []int32 {
	out := make([]int32, 0, len(order)*radix)
	for q := range radix {
		for _, i := range order {
			out = append(out, i*int32(radix)+int32(q))
		}
	}
	return out
}

// run transforms z, which holds the points by f.order, in place.
func (f *fft[T]) run(z []cpx[T]) {
	for i := len(f.stages) - 1; i >= 0; i-- {
		s := f.stages[i]
		for block := 0; block < len(z); block += s.radix * s.m {
			if s.radix == 4 {
				f.radix4(z[block:block+4*s.m], s)
			} else {
				f.radix2(z[block:block+2*s.m], s)
			}
		}
	}
}

func (f *fft[T]) radix2(z []cpx[T], s fftStage) {
	for k := range s.m {
		a := f.arith.scale(z[k], 2)
		b := f.arith.mul(f.arith.scale(z[k+s.m], 2), f.tw[k*s.stride])
		z[k], z[k+s.m] = add(a, b), sub(a, b)
	}
}

func (f *fft[T]) radix4(z []cpx[T], s fftStage) {
	for k := range s.m {
		a := f.arith.scale(z[k], 4)
		b := f.arith.mul(f.arith.scale(z[k+s.m], 4), f.tw[k*s.stride])
		c := f.arith.mul(f.arith.scale(z[k+2*s.m], 4), f.tw[2*k*s.stride])
		d := f.arith.mul(f.arith.scale(z[k+3*s.m], 4), f.tw[3*k*s.stride])
		ac, bd, ac2, bd2 := add(a, c), add(b, d), sub(a, c), sub(b, d)
		z[k] = add(ac, bd)
		z[k+s.m] = cpx[T]{ac2.re + bd2.im, ac2.im - bd2.re}
		z[k+2*s.m] = sub(ac, bd)
		z[k+3*s.m] = cpx[T]{ac2.re - bd2.im, ac2.im + bd2.re}
	}
}

func add[T int16 | int32 | float32](a, b cpx[T]) cpx[T] { return cpx[T]{a.re + b.re, a.im + b.im} }
func sub[T int16 | int32 | float32](a, b cpx[T]) cpx[T] { return cpx[T]{a.re - b.re, a.im - b.im} }

// fixedArith is KissFFT's fixed point: Q0.15 or Q0.31, products and quotients rounded to nearest with ties up, sums
// wrapping. A division by k is a product with ⌊max/k⌋. Source: KissFFT v130, _kiss_fft_guts.h, FIXED_POINT 16 and 32.
type fixedArith[T int16 | int32] struct{}

func (fixedArith[T]) frac() uint { return uint(8*unsafe.Sizeof(T(0)) - 1) }

func (a fixedArith[T]) round(x int64) T {
	return T((x + 1<<(a.frac()-1)) >> a.frac())
}

func (a fixedArith[T]) unit(phase float64) cpx[T] {
	one := float64(int64(1)<<a.frac() - 1)
	return cpx[T]{T(math.Floor(.5 + float64(one*math.Cos(phase)))), T(math.Floor(.5 + float64(one*math.Sin(phase))))}
}

func (a fixedArith[T]) scale(c cpx[T], by int) cpx[T] {
	factor := (int64(1)<<a.frac() - 1) / int64(by)
	return cpx[T]{a.round(int64(c.re) * factor), a.round(int64(c.im) * factor)}
}

func (a fixedArith[T]) mul(x, y cpx[T]) cpx[T] {
	return cpx[T]{
		a.round(int64(x.re)*int64(y.re) - int64(x.im)*int64(y.im)),
		a.round(int64(x.re)*int64(y.im) + int64(x.im)*int64(y.re)),
	}
}

// The halves add in 32 bits, as C does: 16-bit sums keep their carry, 32-bit ones wrap.
func (fixedArith[T]) halfSum(x, y T) T  { return T((int32(x) + int32(y)) >> 1) }
func (fixedArith[T]) halfDiff(x, y T) T { return T((int32(x) - int32(y)) >> 1) }

// floatArith is float32, each operation rounded by itself.
type floatArith struct{}

func (floatArith) unit(phase float64) cpx[float32] {
	return cpx[float32]{float32(math.Cos(phase)), float32(math.Sin(phase))}
}

func (floatArith) scale(c cpx[float32], _ int) cpx[float32] { return c }

func (floatArith) mul(x, y cpx[float32]) cpx[float32] {
	return cpx[float32]{
		float32(x.re*y.re) - float32(x.im*y.im),
		float32(x.re*y.im) + float32(x.im*y.re),
	}
}

func (floatArith) halfSum(x, y float32) float32  { return (x + y) * .5 }
func (floatArith) halfDiff(x, y float32) float32 { return (x - y) * .5 }
