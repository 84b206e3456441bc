package kernel

import "math"

// Fixed-point numbers in an int16: QnF has n integer bits, so a value is its raw number times 2^(n−15). The functions
// follow gemmlowp's fixedpoint.h, with which TFLite's int16 kernels compute; raws are held in int32.

const one16 = math.MaxInt16 // 1 in Q0.15, as near as it goes

// expQuarter16 returns eᵃ in Q0.15 for a in [−¼, 0), by a series around −⅛.
func expQuarter16(a int32) int32 {
	const eighth = 28918 // e^(−⅛)
	const third = 10923
	x := a + 1<<12
	x2 := doublingHighMul16(x, x)
	x3 := doublingHighMul16(x2, x)
	x4 := doublingHighMul16(x2, x2)
	rest := roundingShiftRight(doublingHighMul16(roundingShiftRight(x4, 2)+x3, third)+x2, 1)
	return saturate16(int64(eighth + doublingHighMul16(eighth, x+rest)))
}

// expNegative16 returns eᵃ in Q0.15 for a ≤ 0 with the given count of integer bits: the fraction below ¼ by
// expQuarter16, every other bit by a factor.
func expNegative16(a int32, integerBits int) int32 {
	if a == 0 {
		return one16
	}
	fractionBits := 15 - integerBits
	quarter := int32(1) << (fractionBits - 2)
	rest := a&(quarter-1) - quarter
	y := expQuarter16(saturate16(int64(rest) << integerBits))
	remainder := rest - a
	// e^(−2^e) in Q0.15 for e = −2 … 4
	for i, factor := range [...]int32{25520, 19875, 12055, 4435, 600, 11, 0} {
		if e := i - 2; e < integerBits && remainder>>(fractionBits+e)&1 == 1 {
			y = doublingHighMul16(y, factor)
		}
	}
	return y
}

// reciprocal16 returns 2/(1+a) in Q2.13 for a in [0, 1] as Q0.15, by three Newton steps.
func reciprocal16(a int32) int32 {
	const c48over17, c32over17 = 23130, -15420 // in Q2.13
	half := (a + one16 + 1) / 2                // rounded (1+a)/2
	x := c48over17 + doublingHighMul16(half, c32over17)
	for range 3 {
		miss := 1<<13 - doublingHighMul16(half, x)
		x += saturate16(int64(doublingHighMul16(x, miss)) << 2)
	}
	return x
}

// LogisticFixed16 returns 1/(1+e⁻ˣ) in Q0.15 of x in Q3.12.
func LogisticFixed16(x int16) int16 {
	a := int32(x)
	if a == 0 {
		return 1 << 14
	}
	y := saturate16(int64(reciprocal16(expNegative16(minusAbs(a), 3))) << 1) // 1/(1+e) is half of 2/(1+e): Q2.13 → Q1.14 → Q0.15
	if a < 0 {
		y = one16 - y
	}
	return int16(y)
}

// TanhFixed16 returns tanh x in Q0.15 of x in Q3.12: (1−e)/(1+e) with e = e^(−2|x|).
func TanhFixed16(x int16) int16 {
	a := int32(x)
	if a == 0 {
		return 0
	}
	y := saturate16(int64(reciprocal16(expNegative16(minusAbs(a), 4))-1<<13) << 2)
	if a < 0 {
		y = -y
	}
	return int16(y)
}

// minusAbs returns −|x|.
func minusAbs(x int32) int32 {
	if x > 0 {
		return -x
	}
	return x
}
