package ref

import (
	"math"
	"math/big"
)

// limits are the least and greatest integer of a type.
func limits(bits int, signed bool) (lo, hi *big.Int) {
	one := big.NewInt(1)
	if !signed {
		return new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(one, uint(bits)), one)
	}
	most := new(big.Int).Lsh(one, uint(bits-1))
	return new(big.Int).Neg(most), new(big.Int).Sub(most, one)
}

// Saturated is x cut towards zero and held to an integer type; nan is what NaN becomes. The result is the type's bits.
func Saturated(x float64, bits int, signed bool, nan uint64) uint64 {
	lo, hi := limits(bits, signed)
	switch {
	case x != x:
		return nan
	case math.IsInf(x, 1):
		return low64(hi)
	case math.IsInf(x, -1):
		return low64(lo)
	}
	whole, _ := new(big.Float).SetFloat64(x).Int(nil)
	if whole.Cmp(lo) < 0 {
		whole = lo
	}
	if whole.Cmp(hi) > 0 {
		whole = hi
	}
	return low64(whole)
}

// Truncated is Saturated for a type of at least 32 bits, of whose result a smaller type keeps the lowest; NaN is 0.
// Source: tflite/kernels/cast.cc; WebAssembly's trunc_sat instructions, to which C++ leaves it.
func Truncated(x float64, bits int, signed bool) uint64 {
	return Saturated(x, max(bits, 32), signed, 0)
}

// low64 are the lowest 64 bits of x in two's complement.
func low64(x *big.Int) uint64 {
	mask := new(big.Int).SetUint64(math.MaxUint64)
	return mask.And(mask, x).Uint64()
}

// Half is the number that a binary16 stands for. Source: IEEE 754-2019, 3.4.
func Half(h uint16) float64 {
	exp, frac := int(h>>10&31), float64(h&1023)
	v := math.Ldexp(1024+frac, exp-25)
	switch {
	case exp == 0:
		v = math.Ldexp(frac, -24)
	case exp == 31 && frac == 0:
		v = math.Inf(1)
	case exp == 31:
		return math.NaN()
	}
	if h>>15 == 1 {
		return -v
	}
	return v
}

// RoundHalf is the number nearest to x that a binary16 holds, ties to even: a multiple of 2⁻¹⁰ of its power of two, that
// being 2⁻¹⁴ at least; from 65520 on infinity.
func RoundHalf(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || x != x {
		return x
	}
	unit := max(math.Ilogb(x), -14) - 10
	v := math.Ldexp(math.RoundToEven(math.Ldexp(x, -unit)), unit)
	if math.Abs(v) > 65504 {
		return math.Inf(int(math.Copysign(1, x)))
	}
	return math.Copysign(v, x)
}
