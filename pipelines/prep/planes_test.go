package prep

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"math"
	"testing"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// yuvFormats are those of cameras that planes resizes.
var yuvFormats = []sensors.PixelFormat{sensors.YUYV, sensors.NV12, sensors.YUV420}

// toYUV converts a picture by the formulas of BT.601 in float64. Chroma is the mean of the pixels that share it.
func toYUV(rgb *sensors.Frame, format sensors.PixelFormat, full bool) *sensors.Frame {
	w, h := rgb.Width, rgb.Height
	out := &sensors.Frame{Time: rgb.Time, Format: format, FullRange: full, Width: w, Height: h, Pix: make([]byte, format.Bytes(w, h))}
	ky, kc, black := 1.0, 1.0, 0.0
	if !full {
		ky, kc, black = 219./255, 224./255, 16
	}
	tall := 2
	if format == sensors.YUYV {
		tall = 1
	}
	place := func(v float64, at int) { out.Pix[at] = uint8(min(max(math.Round(v), 0), 255)) }
	for y := range h {
		for x := range w {
			p := rgb.Pix[3*(y*w+x):]
			luma := .299*float64(p[0]) + .587*float64(p[1]) + .114*float64(p[2])
			place(black+ky*luma, offsets(format, w, h, x, y)[0])
			if x%2 != 0 || y%tall != 0 {
				continue
			}
			var r, g, b, n float64
			for j := y; j < min(y+tall, h); j++ {
				for i := x; i < min(x+2, w); i++ {
					q := rgb.Pix[3*(j*w+i):]
					r, g, b, n = r+float64(q[0]), g+float64(q[1]), b+float64(q[2]), n+1
				}
			}
			luma = (.299*r + .587*g + .114*b) / n
			at := offsets(format, w, h, x, y)
			place(128+kc*(b/n-luma)/1.772, at[1])
			place(128+kc*(r/n-luma)/1.402, at[2])
		}
	}
	return out
}

// offsets returns where Y, U and V of a pixel are.
func offsets(format sensors.PixelFormat, w, h, x, y int) [3]int {
	cw, ch := (w+1)/2, (h+1)/2
	luma, c := y*w+x, y/2*cw+x/2
	switch format {
	case sensors.YUYV:
		return [3]int{2 * luma, 2*luma - 2*(x%2) + 1, 2*luma - 2*(x%2) + 3}
	case sensors.NV12:
		return [3]int{luma, w*h + 2*c, w*h + 2*c + 1}
	}
	return [3]int{luma, w*h + c, w*h + cw*ch + c}
}

// toRGB converts back, each sample of chroma repeated: what a program does that converts before it resizes.
func toRGB(f *sensors.Frame) *sensors.Frame {
	out := &sensors.Frame{Time: f.Time, Width: f.Width, Height: f.Height, Pix: make([]byte, 3*f.Width*f.Height)}
	ky, kc, black := 1.0, 1.0, 0.0
	if !f.FullRange {
		ky, kc, black = 255./219, 255./224, 16
	}
	for y := range f.Height {
		for x := range f.Width {
			at := offsets(f.Format, f.Width, f.Height, x, y)
			l, u, v := ky*(float64(f.Pix[at[0]])-black), kc*(float64(f.Pix[at[1]])-128), kc*(float64(f.Pix[at[2]])-128)
			for c, v := range [3]float64{l + 1.402*v, l - .114*1.772/.587*u - .299*1.402/.587*v, l + 1.772*u} {
				out.Pix[3*(y*f.Width+x)+c] = uint8(min(max(math.Round(v), 0), 255))
			}
		}
	}
	return out
}

// difference returns the greatest and the mean difference, and the signal to noise in dB.
func difference(got, want []byte) (most int, mean, psnr float64) {
	squares := 0.0
	for i := range got {
		d := int(got[i]) - int(want[i])
		most = max(most, d, -d)
		mean += math.Abs(float64(d)) / float64(len(got))
		squares += float64(d * d)
	}
	return most, mean, 10 * math.Log10(255*255*float64(len(got))/squares)
}

// TestImageOfYUV compares with a program that converts the picture and then resizes it. The differences are those of
// chroma, which is repeated there and blended here, so that they are great at few edges and small elsewhere; and of
// rounding. The limits are what was measured: the
// worst is a parrot.
func TestImageOfYUV(t *testing.T) {
	info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 224, 224, 3}}
	for _, name := range []string{"grace_hopper.bmp", "cat.bmp", "parrot.jpg"} {
		rgb := evenFrame(corpusFrame(t, name))
		for _, format := range yuvFormats {
			for _, full := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%v/full=%v", name, format, full), func(t *testing.T) {
					f := toYUV(rgb, format, full)
					got := imageInput(t, info, models.Input{}, f).Data
					want := imageInput(t, info, models.Input{}, toRGB(f)).Data
					most, mean, psnr := difference(got, want)
					t.Logf("differences: largest %d, mean %.2f, %.1f dB", most, mean, psnr)
					if mean > .7 || psnr < 47.5 {
						t.Errorf("differences: got mean %.2f, %.1f dB, want at most 0.7 and at least 47.5 dB", mean, psnr)
					}
				})
			}
		}
	}
}

// evenFrame drops the last column of a picture of odd width.
func evenFrame(f *sensors.Frame) *sensors.Frame {
	if f.Width%2 == 0 {
		return f
	}
	out := *f
	out.Width--
	out.Pix = nil
	for y := range f.Height {
		out.Pix = append(out.Pix, f.Pix[3*y*f.Width:][:3*out.Width]...)
	}
	return &out
}

// TestImageOfColourBars has the colours of BT.601's bars, of pictures of many shapes.
func TestImageOfColourBars(t *testing.T) {
	sizes := []struct{ w, h, toW, toH int }{
		{64, 48, 8, 8}, {64, 48, 13, 11}, {2, 1, 1, 1}, {2, 2, 5, 9}, {34, 3, 96, 96}, {640, 8, 7, 8}, {8, 640, 8, 7},
	}
	for _, rgb := range [][3]uint8{{255, 255, 255}, {0, 0, 0}, {255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {255, 255, 0}, {16, 128, 200}} {
		for _, format := range yuvFormats {
			for i, s := range sizes {
				for _, full := range []bool{false, true} {
					f := &sensors.Frame{Time: t0, Width: s.w, Height: s.h, Pix: bytes.Repeat(rgb[:], s.w*s.h)}
					info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, s.toH, s.toW, 3}}
					got := imageInput(t, info, models.Input{}, toYUV(f, format, full)).Data
					for j := range got {
						if d := int(got[j]) - int(rgb[j%3]); d < -2 || d > 2 { // two steps of Y, U or V are three of a colour
							t.Fatalf("%v, %v, size %d, full=%v: got %v, want %v", rgb, format, i, full, got[j/3*3:][:3], rgb)
						}
					}
				}
			}
		}
	}
}

// TestImageOfOddYUV has a picture whose last column and row share chroma with nothing: the sample stands half for pixels
// that are not there, and the last pixel takes 3/4 of it in each direction.
func TestImageOfOddYUV(t *testing.T) {
	f := &sensors.Frame{Time: t0, Width: 3, Height: 3, Pix: bytes.Repeat([]byte{100}, 27)}
	f.Pix[24], f.Pix[25], f.Pix[26] = 255, 0, 0 // Y 76, U −43, V 128
	info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 3, 3, 3}}
	want := []int{76 + 9*179/16, 76 - 9*76/16, 76 - 9*76/16}
	for _, format := range []sensors.PixelFormat{sensors.NV12, sensors.YUV420} {
		got := imageInput(t, info, models.Input{}, toYUV(f, format, true)).Data
		for c, v := range want {
			if d := int(got[24+c]) - v; d < -2 || d > 2 {
				t.Errorf("%v: got the last pixel %v, want about %v", format, got[24:], want)
			}
		}
		if !bytes.Equal(got[:3], []byte{100, 100, 100}) {
			t.Errorf("%v: got the first pixel %v, want grey", format, got[:3])
		}
	}
}

// TestImageOfLuma makes grey inputs: Y alone, in full range.
func TestImageOfLuma(t *testing.T) {
	info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 1, 4, 1}}
	luma := []byte{0, 16, 126, 235}
	for _, format := range yuvFormats {
		for full, want := range map[bool][]byte{true: luma, false: {0, 0, 128, 255}} {
			f := &sensors.Frame{Format: format, FullRange: full, Width: 4, Height: 1, Pix: make([]byte, format.Bytes(4, 1))}
			for x, v := range luma {
				f.Pix[offsets(format, 4, 1, x, 0)[0]] = v
			}
			if got := imageInput(t, info, models.Input{}, f).Data; !bytes.Equal(got, want) {
				t.Errorf("%v, full=%v: got %v, want %v", format, full, got, want)
			}
		}
	}
}

// TestImageIsTheSameEverywhere has checksums from amd64; it runs on arm64 and on 32-bit arm too.
func TestImageIsTheSameEverywhere(t *testing.T) {
	for _, c := range []struct {
		frame    *sensors.Frame
		channels int
		in       models.Input
		want     uint32
	}{
		{testFrame(640, 480, sensors.YUYV), 3, models.Input{}, 0x24eed838},
		{testFrame(641, 481, sensors.NV12), 3, models.Input{Crop: models.CenterCrop}, 0xd6a502d4},
		{testFrame(641, 481, sensors.YUV420), 3, models.Input{Crop: models.CenterCrop}, 0x02e0c969},
		{testFrame(320, 240, sensors.YUYV), 1, models.Input{}, 0x3724251c},
		{jpegFrame(t, "kite_and_cold.jpg"), 3, models.Input{}, 0x581287f9},
		{jpegFrame(t, "cats_and_dogs.jpg"), 3, models.Input{Crop: models.CenterCrop}, 0xbe6c6377},
	} {
		info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 224, 192, c.channels}}
		if got := crc32.ChecksumIEEE(imageInput(t, info, c.in, c.frame).Data); got != c.want {
			t.Errorf("%v %q: got a checksum of %08x, want %08x", c.frame.Format, c.frame.Name, got, c.want)
		}
	}
}
