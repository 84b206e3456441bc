package sensors

import (
	"errors"
	"fmt"
	"math"
)

// Check returns an error if s cannot be what a sensor gave: it has no time, its memory does not fit what it says of itself,
// or it holds numbers that are none or that no sensor measures. Such a sample is good for nothing.
func Check[T Sample](s *T) error {
	if At(s).IsZero() {
		return errors.New("sample without a time")
	}
	switch s := any(s).(type) {
	case *Frame:
		return s.check()
	case *Clip:
		return s.check()
	default:
		return any(s).(*Reading).check()
	}
}

func (f *Frame) check() error {
	if f.Format == JPEG { // which its decoder checks
		return nil
	}
	if want := f.Format.Bytes(f.Width, f.Height); want == 0 || len(f.Pix) != want {
		return fmt.Errorf("picture of %d bytes, %d for %dx%d pixels of %v", len(f.Pix), want, f.Width, f.Height, f.Format)
	}
	return nil
}

// loudest is more than any format with headroom holds: 24 dB above full scale.
const loudest = 16

func (c *Clip) check() error {
	if c.RateHz < 1 || c.Channels < 1 || len(c.Samples)%c.Channels != 0 {
		return fmt.Errorf("sound of %d samples in %d channels at %d Hz", len(c.Samples), c.Channels, c.RateHz)
	}
	for _, v := range c.Samples {
		if !(v >= -loudest && v <= loudest) { // nor is NaN
			return fmt.Errorf("sound with a sample of %g", v)
		}
	}
	return nil
}

func (r *Reading) check() error {
	if len(r.Values) == 0 {
		return errors.New("reading without a value")
	}
	for _, v := range r.Values {
		if !v.possible() {
			return fmt.Errorf("%s is %g %s", v.Name, v.Value, v.Unit)
		}
	}
	return nil
}

// possible says whether a thing can be so warm, so bright, …: the bounds are nature's or far beyond any chip's.
func (v Value) possible() bool {
	lo, hi := math.Inf(-1), math.MaxFloat64
	switch v.Unit {
	case Celsius:
		lo, hi = -273.15, 1e4
	case Percent:
		lo, hi = -10, 130 // a wet chip says a little more than all
	case Pascal, Lux:
		lo, hi = 0, 1e9
	case PPM, PPB:
		lo, hi = 0, 1e9
	case G:
		lo, hi = -1e4, 1e4
	}
	return v.Value >= lo && v.Value <= hi && !math.IsInf(v.Value, 0)
}

// Odd says what is odd about a sample that is well formed, and may still be good; "" if nothing is.
func Odd[T Sample](s *T) string {
	switch s := any(s).(type) {
	case *Frame:
		return s.odd()
	case *Clip:
		return s.odd()
	}
	return ""
}

// What makes a picture odd: neighbours differ by 85 of 255 in the mean if all values are equally likely and nothing has to
// do with anything, and by 5 to 20 in the world.
const (
	noisy      = 60
	fewPixels  = 1024 // too small to judge
	neighbours = 1024 // that are looked at
)

func (f *Frame) odd() string {
	step, end := f.luma()
	if end/max(step, 1) < fewPixels || len(f.Pix) < end {
		return ""
	}
	pix := f.Pix[:end]
	blank, sum, n := true, 0, 0
	for i := step; i < len(pix) && blank; i += step {
		blank = pix[i] == pix[i-step]
	}
	for i := step; i < len(pix); i += max(1, len(pix)/step/neighbours) * step {
		d := int(pix[i]) - int(pix[i-step])
		sum, n = sum+max(d, -d), n+1
	}
	switch {
	case blank:
		return "a picture with nothing in it"
	case sum > n*noisy:
		return "a picture of noise"
	}
	return ""
}

// luma returns how far from each other, and up to where, bytes tell how bright pixels are; in RGB24 those of red do. It is 0
// for what must be decoded first.
func (f *Frame) luma() (step, end int) {
	switch f.Format {
	case RGB24:
		return 3, 3 * f.Width * f.Height
	case YUYV:
		return 2, 2 * f.Width * f.Height
	case Grey, NV12, YUV420:
		return 1, f.Width * f.Height
	}
	return 0, 0
}

// odd tells of sound that is as loud as can be for half of the time, which no voice nor noise of the world is.
func (c *Clip) odd() string {
	full := 0
	for _, v := range c.Samples {
		if v >= 0.999 || v <= -0.999 {
			full++
		}
	}
	if full > 0 && full >= len(c.Samples)/2 {
		return "sound at full scale"
	}
	return ""
}
