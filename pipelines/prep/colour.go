package prep

import "math"

// matrix makes red, green and blue from Y, U and V, in fixed point with 16 fraction bits: R = y·(Y − black) + rv·V,
// G = y·(Y − black) − gu·U − gv·V, B = y·(Y − black) + bu·U, U and V less 128.
type matrix struct {
	black             int32
	y, rv, gu, gv, bu int32
}

// newMatrix returns the matrix of ITU-R BT.601 (section 2.5), for Y of 0…255 as in JFIF, or of 16…235 and U and V of
// 16…240.
func newMatrix(full bool) matrix {
	const kr, kg, kb = 0.299, 0.587, 0.114
	black, y, c := 0.0, 1.0, 1.0
	if !full {
		black, y, c = 16, 255./219, 255./224
	}
	fixed := func(v float64) int32 { return int32(math.Round(v * (1 << 16))) }
	return matrix{
		int32(black), fixed(y), fixed(c * 2 * (1 - kr)), fixed(c * 2 * (1 - kb) * kb / kg), fixed(c * 2 * (1 - kr) * kr / kg),
		fixed(c * 2 * (1 - kb)),
	}
}

// colours converts a row of pixels.
func (m *matrix) colours(rgb, y, u, v []uint8) {
	const half = 1 << 15
	u, v = u[:len(y)], v[:len(y)]
	for i, luma := range y {
		dst := rgb[3*i : 3*i+3]
		l := (int32(luma)-m.black)*m.y + half
		b, r := int32(u[i])-128, int32(v[i])-128
		dst[0] = clamp((l + m.rv*r) >> 16)
		dst[1] = clamp((l - m.gu*b - m.gv*r) >> 16)
		dst[2] = clamp((l + m.bu*b) >> 16)
	}
}

// grey converts a row of pixels in place: their luma, in full range.
func (m *matrix) grey(y []uint8) {
	if m.black == 0 {
		return
	}
	for i, luma := range y {
		y[i] = clamp(((int32(luma)-m.black)*m.y + 1<<15) >> 16)
	}
}

func clamp(v int32) uint8 { return uint8(min(max(v, 0), 255)) }
