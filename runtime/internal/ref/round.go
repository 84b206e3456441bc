package ref

import "math/big"

// The roundings of an exact number to an integer that LiteRT's kernels come down to.

// Floor rounds down: an arithmetic shift right.
func Floor(x *big.Rat) int64 { return new(big.Int).Div(x.Num(), x.Denom()).Int64() }

// Cut rounds towards zero: C's division and conversion.
func Cut(x *big.Rat) int64 { return new(big.Int).Quo(x.Num(), x.Denom()).Int64() }

// Up rounds to nearest, ties up: half is added and the sum shifted right.
func Up(x *big.Rat) int64 { return Floor(new(big.Rat).Add(x, big.NewRat(1, 2))) }

// Away rounds to nearest, ties away from zero: C's round.
func Away(x *big.Rat) int64 {
	if x.Sign() < 0 {
		return -Up(new(big.Rat).Neg(x))
	}
	return Up(x)
}

// Even rounds to nearest, ties to even: C's rint.
func Even(x *big.Rat) int64 {
	up := Up(x)
	if down := -Up(new(big.Rat).Neg(x)); up%2 != 0 { // of a tie, the two differ by one
		return down
	}
	return up
}

// rat is an integer as an exact number.
func rat(x int64) *big.Rat { return new(big.Rat).SetInt64(x) }

// real is a finite float as an exact number.
func real(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }

// times is a·b.
func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }

// pow2 is 2ⁿ.
func pow2(n int) *big.Rat {
	p := new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(max(n, -n))))
	if n < 0 {
		p.Inv(p)
	}
	return p
}

// over is x/2ⁿ.
func over(x int64, n int) *big.Rat { return times(rat(x), pow2(-n)) }

// Clamp holds x to lo … hi.
func Clamp[T int64 | float64](x, lo, hi T) T { return min(max(x, lo), hi) }

// Saturate holds x to a signed integer of the given bits.
func Saturate(x int64, bits int) int64 { return Clamp(x, -1<<(bits-1), 1<<(bits-1)-1) }

// f32 is what a float32 operation gives whose exact result, or whose result in float64, is x: for + − · / and √ of two
// float32 the way over float64 rounds as if once (Figueroa, "When is double rounding innocuous?", 1995).
func f32(x float64) float64 { return float64(float32(x)) }
