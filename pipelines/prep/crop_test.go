package prep

import (
	"bytes"
	"testing"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

func TestCentered(t *testing.T) {
	for _, c := range []struct {
		w, h, toW, toH int
		want           box
	}{
		{640, 480, 224, 224, box{80, 0, 480, 480}},
		{480, 640, 224, 224, box{0, 80, 480, 480}},
		{640, 480, 320, 240, box{0, 0, 640, 480}},
		{1920, 1080, 300, 300, box{420, 0, 1080, 1080}},
		{641, 480, 160, 120, box{0, 0, 640, 480}},
		{640, 480, 257, 353, box{145, 0, 349, 480}},
		{32768, 1, 1, 100, box{16383, 0, 1, 1}},
		{1, 32768, 100, 1, box{0, 16383, 1, 1}},
	} {
		if got := centered(c.w, c.h, c.toW, c.toH); got != c.want {
			t.Errorf("%dx%d for %dx%d: got %v, want %v", c.w, c.h, c.toW, c.toH, got, c.want)
		}
	}
}

// part cuts a box out of an RGB24 picture.
func part(f *sensors.Frame, b box) *sensors.Frame {
	out := &sensors.Frame{Time: f.Time, Width: b.w, Height: b.h}
	for y := b.y; y < b.y+b.h; y++ {
		out.Pix = append(out.Pix, f.Pix[3*(y*f.Width+b.x):][:3*b.w]...)
	}
	return out
}

// TestImageCrops compares with cutting the part out by hand. In RGB that is the same; in YUV, chroma is blended a little
// differently at the part's edges if these lie between two samples.
func TestImageCrops(t *testing.T) {
	center := models.Input{Crop: models.CenterCrop}
	whole := corpusFrame(t, "grace_hopper.bmp") // 517x606
	for _, channels := range []int{1, 3} {
		info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 96, 128, channels}}
		cut := part(whole, centered(whole.Width, whole.Height, 128, 96))
		want := imageInput(t, info, models.Input{}, cut).Data
		if got := imageInput(t, info, center, whole).Data; !bytes.Equal(got, want) {
			t.Errorf("%d channels: the part is not that cut out by hand", channels)
		}
		if got := imageInput(t, info, models.Input{Crop: models.NoCrop}, whole).Data; bytes.Equal(got, want) {
			t.Errorf("%d channels: crop none cuts", channels)
		}
		for _, format := range yuvFormats {
			f := toYUV(evenFrame(whole), format, false)
			_, mean, psnr := difference(imageInput(t, info, center, f).Data, want)
			if mean > .7 || psnr < 45 {
				t.Errorf("%v, %d channels: got a mean difference of %.2f, %.1f dB", format, channels, mean, psnr)
			}
		}
	}
	info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 224, 224, 3}}
	cut := part(corpusFrame(t, "kite_and_cold.jpg"), box{226, 0, 900, 900})
	_, mean, psnr := difference(imageInput(t, info, center, jpegFrame(t, "kite_and_cold.jpg")).Data, imageInput(t, info, models.Input{}, cut).Data)
	if mean > 1.4 || psnr < 40 { // at 1/4; 1.34 and 40.1 dB were measured
		t.Errorf("jpeg: got a mean difference of %.2f, %.1f dB", mean, psnr)
	}
}
