package ref

import "math"

// TableXNN is f of a quantized number in float32: y·(1/scale) + zero point is rounded, ties to even.
// Source: XNNPACK src/reference/unary-elementwise.cc.
func TableXNN(in, out Affine, f func(float32) float32) func(int64) int64 {
	inverse := f32(1 / float64(out.Scale))
	return func(q int64) int64 {
		y := float64(f(float32(in.Real(q))))
		return toInt(math.RoundToEven(f32(f32(y*inverse) + float64(out.Zero))))
	}
}

// TableFixed is f of a quantized number in float32: y·(1/scale) is rounded, ties away from zero, before the zero point.
// Source: tflite/kernels/internal/common.h, LUTPopulateInt8.
func TableFixed(in, out Affine, f func(float32) float32) func(int64) int64 {
	inverse := f32(1 / float64(out.Scale))
	return func(q int64) int64 {
		y := float64(f(float32(in.Real(q))))
		return toInt(f32(math.Round(f32(y*inverse)) + float64(out.Zero)))
	}
}

// toInt converts as WebAssembly does: held to the int32 range, NaN being 0.
func toInt(x float64) int64 {
	if x != x {
		return 0
	}
	return int64(Clamp(x, math.MinInt32, math.MaxInt32))
}

// Table16 is a function of int16 at 513 places.
type Table16 [513]int64

// NewTable16 samples f, from real to real number, in units of the output's range over 2¹⁶. A place is corrected by half of
// what the straight line to the next one misses in the middle. round is f32 or nothing: TFLite computes in the type that
// its caller takes. Source: tflite/kernels/internal/common.h, LUTPopulateInt16.
func NewTable16(inScale float64, inZero int64, outScale float64, outZero int64, round, f func(float64) float64) *Table16 {
	real := func(scale float64, q, zero int64) float64 { return round(scale * float64(q-zero)) }
	first, last := real(inScale, math.MinInt16, inZero), real(inScale, math.MaxInt16, inZero)
	step := round(round(last-first) / 512)
	units := round(65536 / round(real(outScale, math.MaxInt16, outZero)-real(outScale, math.MinInt16, outZero)))
	at := func(x float64) float64 { return round(round(f(x)) * units) }
	var t Table16
	for i := range 512 {
		x, next := round(first+round(float64(i)*step)), round(first+round(float64(i+1)*step))
		sample, middle := math.Round(at(x)), math.Round(at(round(x+step/2)))
		line := math.Round(round(at(next)+sample) / 2)
		t[i] = Saturate(toInt(round(sample-math.Round(round(line-middle)/2))), 16)
	}
	t[512] = Saturate(toInt(math.Round(at(last))), 16)
	return &t
}

// At is the function at x, between two places along a straight line, ties up; all in 16 bits.
func (t *Table16) At(x int64) int64 {
	i, rest := Floor(x, 128)
	slope := Wrap(t[i+257]-t[i+256], 16)
	return Wrap(t[i+256]+Wrap(Up(slope*rest, 128), 16), 16)
}

// F32 and F64 are the two ways to round in NewTable16.
func F32(x float64) float64 { return f32(x) }
func F64(x float64) float64 { return float64(x) }

// Sigmoid16 is 1/(1+e⁻ˣ) in Q0.15 of int16 inputs of any scale; tanh x = 2/(1+e^(−2x)) − 1. x is brought to units of
// 1/(3·4096), at 512 (or, of tanh, 256) of which a step of the table lies: 1/(1+e^(−i/24)) in Q0.16, which is TFLite's data.
// Between the steps are straight lines, beyond the last one everything is the greatest value.
// Source: tflite/kernels/activations.cc, SigmoidPrepare and TanhPrepare; tflite/kernels/internal/reference/integer_ops,
// logistic.h and tanh.h.
func Sigmoid16(table []int64, scale float32, tanh bool) func(int64) int64 {
	m, shift := float64(scale)*4096*3, 0
	for m <= 32767./2 && shift <= 30 {
		m, shift = m*2, shift+1
	}
	step := int64(512)
	if tanh {
		step = 256
	}
	return func(q int64) int64 {
		x := Up(Wrap(q*toInt(m), 32), 1<<shift)
		i, rest := Floor(max(x, -x), step)
		y := int64(0x7fff) << 10 // in Q.25; of tanh in Q.24
		if tanh {
			y = 0xffff << 8
		}
		if i < 255 {
			y = table[i]*(step-rest) + table[i+1]*rest
		}
		if tanh {
			y = Up(y-1<<23, 256)
		} else if y = Up(y, 1024); x < 0 {
			return Wrap(1<<15-y, 16)
		}
		if x < 0 {
			return Wrap(-y, 16)
		}
		return Wrap(y, 16)
	}
}
