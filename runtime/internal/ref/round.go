package ref

// The roundings of a quotient x/d of integers, d > 0, that LiteRT's kernels come down to. They compare what is left over
// with half of d; where that is a shift, d is a power of two.

// Floor rounds down: an arithmetic shift right. rest is what is left over, 0 ≤ rest < d.
func Floor(x, d int64) (q, rest int64) {
	q, rest = x/d, x%d
	if rest < 0 {
		q, rest = q-1, rest+d
	}
	return q, rest
}

// Up rounds to nearest, ties up: half is added and the sum shifted right.
func Up(x, d int64) int64 {
	q, rest := Floor(x, d)
	if rest >= d-rest {
		q++
	}
	return q
}

// Away rounds to nearest, ties away from zero: C's round.
func Away(x, d int64) int64 {
	if x < 0 {
		return -Up(-x, d)
	}
	return Up(x, d)
}

// Clamp holds x to lo … hi.
func Clamp[T int64 | float64](x, lo, hi T) T { return min(max(x, lo), hi) }

// Saturate holds x to a signed integer of the given bits.
func Saturate(x int64, bits int) int64 { return Clamp(x, -1<<(bits-1), 1<<(bits-1)-1) }

// Wrap cuts x to a signed integer of the given bits.
func Wrap(x int64, bits int) int64 { return x << (64 - bits) >> (64 - bits) }

// f32 is what a float32 operation gives whose exact result, or whose result in float64, is x: for + − · / and √ of two
// float32 the way over float64 rounds as if once (Figueroa, "When is double rounding innocuous?", 1995).
func f32(x float64) float64 { return float64(float32(x)) }
