package kernel

import "math"

// HalfToFloat returns the value of an IEEE 754 binary16.
func HalfToFloat(h uint16) float32 {
	sign, exp, frac := uint32(h>>15)<<31, uint32(h>>10&31), uint32(h&1023)
	switch exp {
	case 0: // zero or subnormal: frac·2⁻²⁴
		v := float32(frac) / (1 << 24)
		return math.Float32frombits(sign | math.Float32bits(v))
	case 31: // infinity or NaN
		return math.Float32frombits(sign | 255<<23 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+127-15)<<23 | frac<<13)
}

// FloatToHalf returns the IEEE 754 binary16 nearest to f, ties to even; NaN becomes the quiet NaN 0x7e00 with f's sign.
func FloatToHalf(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 31 << 15)
	switch abs := bits &^ (1 << 31); {
	case abs > 255<<23:
		return sign | 0x7e00
	case abs >= 0x477ff000: // 65520 and more
		return sign | 0x7c00
	case abs < 113<<23: // below 2⁻¹⁴, a subnormal: a multiple of 2⁻²⁴
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(abs))*(1<<24)))
	default:
		abs += 0xfff + abs>>13&1
		return sign | uint16((abs-112<<23)>>13)
	}
}
