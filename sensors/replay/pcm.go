package replay

import (
	"encoding/binary"
	"math"
)

// below1 is the largest float32 below 1.
const below1 = 1 - 1.0/(1<<24)

// toFloat converts samples of w's format to [-1, 1): PCM by its full scale, 8 bits being unsigned; float as it is, cut
// to the range, NaN being silence. src holds len(dst) samples.
func (w *wave) toFloat(dst []float32, src []byte) {
	le := binary.LittleEndian
	switch {
	case w.tag == tagFloat:
		for i := range dst {
			dst[i] = cut(math.Float32frombits(le.Uint32(src[4*i:])))
		}
	case w.bits == 8:
		for i := range dst {
			dst[i] = float32(int(src[i])-128) / (1 << 7)
		}
	case w.bits == 16:
		for i := range dst {
			dst[i] = float32(int16(le.Uint16(src[2*i:]))) / (1 << 15)
		}
	case w.bits == 24:
		for i := range dst {
			s := src[3*i : 3*i+3]
			v := int32(uint32(s[0])<<8|uint32(s[1])<<16|uint32(s[2])<<24) >> 8
			dst[i] = float32(v) / (1 << 23)
		}
	case w.bits == 32: // float32 rounds the largest up to 1
		for i := range dst {
			dst[i] = min(float32(int32(le.Uint32(src[4*i:])))/(1<<31), below1)
		}
	}
}

// cut brings v into [-1, 1).
func cut(v float32) float32 {
	if v != v {
		return 0
	}
	return min(max(v, -1), below1)
}
