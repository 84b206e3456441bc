package simd

import (
	"math"
	"slices"
)

// ends says how AVX2's loops make bytes of scaled sums: these are rounded to integers, saturate as words, get the zero point, saturate
// as unsigned bytes, are held to least and most, and become signed. That is what clamping before rounding gives, since all of it
// is monotonic and limits are integers.
type ends struct {
	zero        uint32 // words
	least, most uint32 // bytes
	sign        uint32 // of each byte, what makes outputs of it
	large       uint32 // scaled sums may not fit in 32 bits
}

// endsOf returns the ends of outputs of Zero + rint(clamp(v·Scale, lo, hi)), of signed bytes or unsigned ones.
func endsOf(signed bool, scale []float32, zero int32, lo, hi float32) ends {
	var e ends
	if signed {
		zero, e.sign = zero+128, 0x80808080
	}
	limit := func(v float32) uint32 {
		return uint32(min(max(math.RoundToEven(float64(v))+float64(zero), 0), 255)) * 0x01010101
	}
	e.zero, e.least, e.most = uint32(uint16(zero))*0x00010001, limit(lo), limit(hi)
	if slices.ContainsFunc(scale, func(s float32) bool { return !(s < 1) }) {
		e.large = 1
	}
	return e
}
