package quant

import "math"

// bins is how finely values are counted: the range that is in use takes at least half of them.
const bins = 2048

// histogram counts values between lo and lo + bins·width. It widens by whole steps, so that counts only ever move
// together with their neighbours'. Until something but zero is seen it has no width.
type histogram struct {
	lo, width float64
	zeros     uint64 // counted while there is no width
	count     [bins]uint32
}

// hi returns the upper end.
func (h *histogram) hi() float64 { return h.lo + bins*h.width }

// reach makes room for a range.
func (h *histogram) reach(r Range) {
	r = r.join(Range{})
	if r.Hi == r.Lo {
		return
	}
	if h.width == 0 {
		h.lo, h.width = r.Lo, (r.Hi-r.Lo)/(bins-1) // the largest value lies within the last bin
		h.count[h.at(0)] = uint32(min(h.zeros, math.MaxUint32))
	}
	for r.Hi > h.hi() {
		h.widen(0)
	}
	for r.Lo < h.lo {
		h.lo -= bins * h.width
		h.widen(bins / 2)
	}
}

// widen doubles the bins' width; what was counted then begins at bin from.
func (h *histogram) widen(from int) {
	var wide [bins]uint32
	for i := range bins / 2 {
		wide[from+i] = h.count[2*i] + h.count[2*i+1]
	}
	h.count, h.width = wide, 2*h.width
}

// at returns the bin of a value.
func (h *histogram) at(v float64) int { return min(bins-1, max(0, int((v-h.lo)/h.width))) }

// add counts values, for which there must be room.
func (h *histogram) add(values []float32) {
	if h.width == 0 {
		h.zeros += uint64(len(values))
		return
	}
	for _, v := range values {
		if i := h.at(float64(v)); h.count[i] < math.MaxUint32 {
			h.count[i]++
		}
	}
}

// centre returns the middle of bin i.
func (h *histogram) centre(i int) float64 { return h.lo + (float64(i)+0.5)*h.width }

// total returns how many values were counted.
func (h *histogram) total() float64 {
	sum := 0.0
	for _, n := range h.count {
		sum += float64(n)
	}
	return sum
}
