package kernel

import (
	"math"
	"testing"
)

// TestHalves takes every binary16 to float32 and back, and checks the value against the formula of IEEE 754.
func TestHalves(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		f := HalfToFloat(h)
		exp, frac := i>>10&31, float64(i&1023)
		want := math.Ldexp(1024+frac, exp-25)
		switch {
		case exp == 0:
			want = math.Ldexp(frac, -24)
		case exp == 31 && frac == 0:
			want = math.Inf(1)
		case exp == 31:
			if f == f || FloatToHalf(f)&0x7fff != 0x7e00 {
				t.Errorf("%#04x: got %g and back %#04x, want NaN", h, f, FloatToHalf(f))
			}
			continue
		}
		if i>>15 == 1 {
			want = -want
		}
		if float64(f) != want || math.Signbit(float64(f)) != (i>>15 == 1) || FloatToHalf(f) != h {
			t.Errorf("%#04x: got %g and back %#04x, want %g", h, f, FloatToHalf(f), want)
		}
	}
}

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
