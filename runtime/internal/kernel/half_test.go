package kernel

import (
	"math"
	"testing"
)

func TestFloatToHalfRoundsToEven(t *testing.T) {
	for _, c := range []struct {
		f    float32
		want uint16
	}{
		{1 + 1.0/2048, 0x3c00},
		{1 + 3.0/2048, 0x3c02},
		{math.Nextafter32(1+1.0/2048, 2), 0x3c01},
		{65519.996, 0x7bff},
		{65520, 0x7c00},
		{-1e9, 0xfc00},
		{1.0 / (1 << 25), 0},
		{3.0 / (1 << 25), 2},
		{1e-9, 0},
		{0x1.ffep-15, 0x0400}, // the largest subnormal and a half
	} {
		if got := FloatToHalf(c.f); got != c.want {
			t.Errorf("%g: got %#04x, want %#04x", c.f, got, c.want)
		}
	}
}
