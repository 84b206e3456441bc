package sensors_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"edged/sensors"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// picture is one of 64x48 pixels, whose bytes are of(i).
func picture(format sensors.PixelFormat, of func(i int) byte) sensors.Frame {
	f := sensors.Frame{Time: noon, Format: format, Width: 64, Height: 48}
	f.Pix = make([]byte, format.Bytes(64, 48))
	for i := range f.Pix {
		f.Pix[i] = of(i)
	}
	return f
}

func clip(samples ...float32) sensors.Clip {
	return sensors.Clip{Start: noon, End: noon.Add(time.Second), RateHz: 16000, Channels: 1, Samples: samples}
}

func reading(unit sensors.Unit, v float64) sensors.Reading {
	return sensors.Reading{Time: noon, Values: []sensors.Value{{Name: "it", Unit: unit, Value: v}}}
}

func TestCheckPictures(t *testing.T) {
	slope := func(i int) byte { return byte(i / 192) }
	cut, thin, timeless := picture(sensors.RGB24, slope), picture(sensors.RGB24, slope), picture(sensors.RGB24, slope)
	cut.Pix, thin.Width, timeless.Time = cut.Pix[:100], 0, time.Time{}
	dice := rand.New(rand.NewPCG(1, 1))
	noise := func(int) byte { return byte(dice.IntN(256)) }
	tests := []struct {
		name       string
		frame      sensors.Frame
		wrong, odd string
	}{
		{"a slope", picture(sensors.RGB24, slope), "", ""},
		{"cut short", cut, "picture of 100 bytes, 9216 for 64x48 pixels of rgb24", ""},
		{"no pixels", thin, "picture of 9216 bytes, 0 for 0x48 pixels of rgb24", ""},
		{"no time", timeless, "sample without a time", ""},
		{"black", picture(sensors.RGB24, func(int) byte { return 0 }), "", "a picture with nothing in it"},
		{"one blue", picture(sensors.RGB24, func(i int) byte { return []byte{9, 9, 200}[i%3] }), "", "a picture with nothing in it"},
		{"grey as YUYV", picture(sensors.YUYV, func(i int) byte { return []byte{90, 128}[i%2] }), "", "a picture with nothing in it"},
		{"noise", picture(sensors.RGB24, noise), "", "a picture of noise"},
		{"noise as NV12", picture(sensors.NV12, noise), "", "a picture of noise"},
		{"a little noise", picture(sensors.Grey, func(int) byte { return byte(100 + dice.IntN(40)) }), "", ""},
		{"a JPEG", sensors.Frame{Time: noon, Format: sensors.JPEG, Pix: []byte{0xff}}, "", ""},
	}
	for _, tt := range tests {
		if got := text(sensors.Check(&tt.frame)); got != tt.wrong {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.wrong)
		}
		if got := sensors.Odd(&tt.frame); tt.wrong == "" && got != tt.odd {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.odd)
		}
	}
}

func TestCheckSound(t *testing.T) {
	mute, odd := clip(0, 0), clip(0, 0, 0)
	mute.RateHz, odd.Channels = 0, 2
	tests := []struct {
		name       string
		clip       sensors.Clip
		wrong, odd string
	}{
		{"sound", clip(0, 0.5, -0.5, 1.2), "", ""},
		{"no sound", clip(), "", ""},
		{"no rate", mute, "sound of 2 samples in 1 channels at 0 Hz", ""},
		{"half a frame", odd, "sound of 3 samples in 2 channels at 16000 Hz", ""},
		{"no number", clip(0, float32(math.NaN())), "sound with a sample of NaN", ""},
		{"far too loud", clip(0, -1e30), "sound with a sample of -1e+30", ""},
		{"a square", clip(1, -1, 1, -1), "", "sound at full scale"},
	}
	for _, tt := range tests {
		if got := text(sensors.Check(&tt.clip)); got != tt.wrong {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.wrong)
		}
		if got := sensors.Odd(&tt.clip); tt.wrong == "" && got != tt.odd {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.odd)
		}
	}
}

func TestCheckReadings(t *testing.T) {
	tests := []struct {
		unit sensors.Unit
		v    float64
		want string
	}{
		{sensors.Celsius, 21, ""}, {sensors.Celsius, -300, "it is -300 °C"}, {sensors.Celsius, math.NaN(), "it is NaN °C"},
		{sensors.Percent, 100.4, ""}, {sensors.Percent, 300, "it is 300 %"}, {sensors.Pascal, -1, "it is -1 Pa"},
		{sensors.PPM, -400, "it is -400 ppm"}, {sensors.Lux, 1e30, "it is 1e+30 lx"}, {sensors.G, -1e30, "it is -1e+30 g"},
		{sensors.Volt, math.Inf(1), "it is +Inf V"}, {sensors.Volt, -4, ""}, {"m/s", 300, ""},
	}
	if got := text(sensors.Check(&sensors.Reading{Time: noon})); got != "reading without a value" {
		t.Errorf("nothing: got %q", got)
	}
	for _, tt := range tests {
		r := reading(tt.unit, tt.v)
		if got := text(sensors.Check(&r)); got != tt.want || sensors.Odd(&r) != "" {
			t.Errorf("%v %s: got %q, odd %q, want %q", tt.v, tt.unit, got, sensors.Odd(&r), tt.want)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
