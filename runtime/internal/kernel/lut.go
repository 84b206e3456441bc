package kernel

import "math"

// NewRoundTable returns f as a table, by the rule of TFLite's own kernels: dequantize, compute in float32, quantize with
// ties away from zero. Source: TFLite, common.h (LUTPopulateInt8). signed is true for int8.
func NewRoundTable(signed bool, in, out Affine, f func(float32) float32) *Table {
	inverse := 1 / out.Scale
	lo, hi := float64(0), float64(255)
	if signed {
		lo, hi = -128, 127
	}
	return NewByteTable(signed, func(q int32) int32 {
		y := float32(math.Round(float64(float32(f(in.Scale*float32(q-in.Zero)) * inverse))))
		return int32(min(max(float64(y+float32(out.Zero)), lo), hi))
	})
}

// Table16 is a function of int16 at 513 places, interpolated between them.
type Table16 [513]int16

// NewTable16 returns f, from real to real number, as a table of quantized values; each place is corrected by half of the
// interpolation's error in the middle of its step. Source: TFLite, common.h (LUTPopulateInt16), which computes in
// float32, or in float64 for soft-max.
func NewTable16[F float32 | float64](inScale F, inZero int32, outScale F, outZero int32, f func(F) F) *Table16 {
	const steps = 512
	at := func(scale F, q, zero int32) F { return product(scale, F(q-zero)) }
	first, last := at(inScale, math.MinInt16, inZero), at(inScale, math.MaxInt16, inZero)
	step := (last - first) / steps
	half := product(step, 0.5)
	inverse := 65536 / (at(outScale, math.MaxInt16, outZero) - at(outScale, math.MinInt16, outZero))
	t := &Table16{}
	for i := range steps {
		x := first + product(F(i), step)
		sample := roundF(product(f(x), inverse))
		middle := roundF(product(f(x+half), inverse))
		next := product(f(first+product(F(i+1), step)), inverse)
		bias := roundF((roundF((next+sample)/2) - middle) / 2)
		t[i] = clamp16(float64(sample - bias))
	}
	t[steps] = clamp16(float64(roundF(product(f(last), inverse))))
	return t
}

// product is a·b, rounded before it is added to. A conversion F(a*b) of a type parameter does not keep Go from fusing the two
// on arm64, as float32(a*b) does; a call that is not inlined does.
//
//go:noinline
func product[F float32 | float64](a, b F) F { return a * b }

// roundF rounds to nearest, ties away from zero.
func roundF[F float32 | float64](x F) F { return F(math.Round(float64(x))) }

// clamp16 converts to int16, held within its range; NaN becomes 0.
func clamp16(x float64) int16 {
	if x != x {
		return 0
	}
	return int16(min(max(x, math.MinInt16), math.MaxInt16))
}

// At returns the function's value at x.
func (t *Table16) At(x int16) int16 {
	i := 256 + int(x>>7)
	slope := int32(int16(t[i+1] - t[i]))
	return t[i] + int16((slope*int32(x&0x7f)+64)>>7)
}

// Map computes out[i] = t.At(in[i]).
func (t *Table16) Map(out, in []int16) {
	out = out[:len(in)]
	for i, v := range in {
		out[i] = t.At(v)
	}
}
