package sensors

import (
	"encoding/binary"
	"math"
)

// SampleFormat says how a sample of sound lies in memory; all are little-endian.
type SampleFormat uint8

// The sample formats, by their names in ALSA.
const (
	S16LE   SampleFormat = iota // 16 bits
	S24LE                       // 24 bits, in the lower three bytes of four
	S24In3                      // 24 bits, in three bytes
	S32LE                       // 32 bits
	FloatLE                     // IEEE 754, 32 bits, full scale ±1
	U8                          // 8 bits, 128 being silence
)

var sampleNames = [...]string{"S16_LE", "S24_LE", "S24_3LE", "S32_LE", "FLOAT_LE", "U8"}

// String returns the format's name, as ALSA and the config write it.
func (f SampleFormat) String() string {
	if int(f) < len(sampleNames) {
		return sampleNames[f]
	}
	return "unknown"
}

// ParseSampleFormat returns the format of that name.
func ParseSampleFormat(name string) (f SampleFormat, ok bool) {
	for i, n := range sampleNames {
		if n == name {
			return SampleFormat(i), true
		}
	}
	return 0, false
}

// Bytes returns the length of one sample.
func (f SampleFormat) Bytes() int {
	switch f {
	case U8:
		return 1
	case S16LE:
		return 2
	case S24In3:
		return 3
	}
	return 4
}

// below1 is the largest float32 below 1.
const below1 = 1 - 1.0/(1<<24)

// Decode converts len(dst) samples to [-1, 1): integers by their full scale; floats as they are, cut to the range, NaN
// being silence. src holds len(dst)·Bytes() bytes.
func (f SampleFormat) Decode(dst []float32, src []byte) {
	le := binary.LittleEndian
	switch f {
	case U8:
		for i := range dst {
			dst[i] = float32(int(src[i])-128) / (1 << 7)
		}
	case S16LE:
		for i := range dst {
			dst[i] = float32(int16(le.Uint16(src[2*i:]))) / (1 << 15)
		}
	case S24In3:
		for i := range dst {
			s := src[3*i : 3*i+3]
			v := int32(uint32(s[0])<<8|uint32(s[1])<<16|uint32(s[2])<<24) >> 8
			dst[i] = float32(v) / (1 << 23)
		}
	case S24LE: // what the fourth byte holds is not said
		for i := range dst {
			dst[i] = float32(int32(le.Uint32(src[4*i:])<<8)>>8) / (1 << 23)
		}
	case S32LE: // float32 rounds the largest up to 1
		for i := range dst {
			dst[i] = min(float32(int32(le.Uint32(src[4*i:])))/(1<<31), below1)
		}
	case FloatLE:
		for i := range dst {
			dst[i] = cut(math.Float32frombits(le.Uint32(src[4*i:])))
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
