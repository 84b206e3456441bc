package sensors

import (
	"math"
	"slices"
	"testing"
)

func TestDecodeSamples(t *testing.T) {
	nan := math.Float32bits(float32(math.NaN()))
	tests := []struct {
		format SampleFormat
		src    []byte
		want   []float32
	}{
		{U8, []byte{0, 128, 192, 255}, []float32{-1, 0, 0.5, 127.0 / 128}},
		{S16LE, []byte{0, 0x80, 0, 0, 0, 0x40, 0xff, 0x7f, 0xff, 0xff}, []float32{-1, 0, 0.5, 32767.0 / 32768, -1.0 / 32768}},
		{S24In3, []byte{0, 0, 0x80, 0, 0, 0x40, 0xff, 0xff, 0xff}, []float32{-1, 0.5, -1.0 / (1 << 23)}},
		{S24LE, []byte{0, 0, 0x80, 0, 0, 0, 0x40, 0x55, 0xff, 0xff, 0xff, 0}, []float32{-1, 0.5, -1.0 / (1 << 23)}},
		{S32LE, []byte{0, 0, 0, 0x80, 0, 0, 0, 0x40, 0xff, 0xff, 0xff, 0x7f}, []float32{-1, 0.5, below1}},
		{FloatLE, []byte{0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, byte(nan), byte(nan >> 8), byte(nan >> 16), byte(nan >> 24)},
			[]float32{0.5, below1, -1, 0}},
	}
	for _, tt := range tests {
		if got := len(tt.src) / tt.format.Bytes(); got != len(tt.want) {
			t.Errorf("%v: got %d bytes a sample, want %d", tt.format, tt.format.Bytes(), len(tt.src)/len(tt.want))
		}
		got := make([]float32, len(tt.want))
		tt.format.Decode(got, tt.src)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: got %v, want %v", tt.format, got, tt.want)
		}
		if f, ok := ParseSampleFormat(tt.format.String()); !ok || f != tt.format {
			t.Errorf("got %v, %v for the name %q", f, ok, tt.format)
		}
	}
	if _, ok := ParseSampleFormat("S16_BE"); ok {
		t.Error("got a format S16_BE")
	}
}
