package prep

import (
	"encoding/binary"
	"math"
)

// blender makes positions of a smaller picture from those of a larger one, eight bytes at once whatever they mean. Its
// weights are those of filter in 8 bits, so that four products of a weight and a byte fit a 64-bit multiplication. In
// photographs that is as near to exact arithmetic as Pillow is, which rounds between the passes too: a test says so. The
// weights of a position add up to exactly 1, so that an even surface stays what it is.
type blender struct {
	span
	out     int
	taps    int
	start   []int    // [out]
	weights []uint64 // [out, taps], times 1<<blendBits
}

const (
	blendBits = 8
	lanes     = 0x00ff00ff00ff00ff // four bytes with room for products
	laneHalf  = 0x0080008000800080
)

// build takes the positions and the weights from the triangle filter. What rounding takes from one weight it gives to
// the next.
func (b *blender) build(s span, out int) {
	if b.span == s && b.out == out {
		return
	}
	var f filter
	f.build(s, out)
	b.span, b.out, b.taps, b.start = s, out, f.taps, f.start
	b.weights = resize(b.weights, out*f.taps)
	for y := range out {
		_, exact := f.at(y)
		total, sum, given := 0.0, 0.0, uint64(0)
		for _, w := range exact {
			total += float64(w)
		}
		for i, w := range exact {
			sum += float64(w)
			all := uint64(math.Round(sum / total * (1 << blendBits)))
			b.weights[y*f.taps+i] = all - given
			given = all
		}
	}
}

// at returns the first position that output position x reads, and the weights from there on.
func (b *blender) at(x int) (int, []uint64) {
	return b.start[x], b.weights[x*b.taps : (x+1)*b.taps]
}

// apart blends 16 bytes that lie side by side in src, with those stride bytes after each other: byte j of the results is
// Σ weights[k]·src[j + k·stride], rounded. The bytes beyond the end of src count as 0.
func apart(src []uint8, stride int, weights []uint64) (low, high uint64) {
	if 16+(len(weights)-1)*stride > len(src) {
		return apartAtEnd(src, stride, weights)
	}
	a, b, c, d := uint64(laneHalf), uint64(laneHalf), uint64(laneHalf), uint64(laneHalf)
	at := 0
	for _, w := range weights {
		p := (*[16]uint8)(src[at:])
		v := binary.LittleEndian.Uint64(p[:8])
		a += v & lanes * w
		b += v >> 8 & lanes * w
		v = binary.LittleEndian.Uint64(p[8:])
		c += v & lanes * w
		d += v >> 8 & lanes * w
		at += stride
	}
	return a>>8&lanes | b&^lanes, c>>8&lanes | d&^lanes
}

// apartAtEnd does the same where src may be too short.
func apartAtEnd(src []uint8, stride int, weights []uint64) (low, high uint64) {
	var sums [16]uint64
	for k, w := range weights {
		for j, v := range src[min(k*stride, len(src)):min(k*stride+16, len(src))] {
			sums[j] += uint64(v) * w
		}
	}
	for j := range 8 {
		low |= (sums[j] + 1<<(blendBits-1)) >> blendBits << (8 * j)
		high |= (sums[j+8] + 1<<(blendBits-1)) >> blendBits << (8 * j)
	}
	return low, high
}

// along blends words of eight bytes: dst[x] is Σ weights[x,k]·src[(start[x] + k)·step], byte by byte.
func (b *blender) along(dst, src []uint64, step int) {
	weights := b.weights
	for x, first := range b.start[:len(dst)] {
		even, odd := uint64(laneHalf), uint64(laneHalf)
		at := first * step
		for _, w := range weights[:b.taps] {
			v := src[at]
			even += v & lanes * w
			odd += v >> 8 & lanes * w
			at += step
		}
		weights = weights[b.taps:]
		dst[x] = even>>8&lanes | odd&^lanes
	}
}

// transpose makes byte j of word i byte i of word j: four halves at a time, then pairs, then bytes.
func transpose(t *[8]uint64) {
	for i := range 4 {
		t[i], t[i+4] = t[i]&0x00000000ffffffff|t[i+4]<<32, t[i]>>32|t[i+4]&^0x00000000ffffffff
	}
	for _, i := range [...]int{0, 1, 4, 5} {
		a, b := t[i], t[i+2]
		t[i], t[i+2] = a&0x0000ffff0000ffff|b<<16&^0x0000ffff0000ffff, a>>16&0x0000ffff0000ffff|b&^0x0000ffff0000ffff
	}
	for _, i := range [...]int{0, 2, 4, 6} {
		a, b := t[i], t[i+1]
		t[i], t[i+1] = a&lanes|b<<8&^lanes, a>>8&lanes|b&^lanes
	}
}
