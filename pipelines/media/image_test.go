package media

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"edged/sensors"
)

// The bars of the test pictures, left to right, and what BT.601's video range writes for them (BT.601-7, section 2.5.1:
// Y = 16 + 65.481 R + 128.553 G + 24.966 B and so on, for R, G and B from 0 to 1).
var (
	bars    = []color.RGBA{{255, 255, 255, 255}, {255, 0, 0, 255}, {0, 0, 255, 255}, {0, 0, 0, 255}}
	limited = [][3]byte{{235, 128, 128}, {81, 90, 240}, {41, 240, 110}, {16, 128, 128}}
)

const barSide = 16 // of a bar, which is square

// raw are the formats that a Door encodes.
var raw = []sensors.PixelFormat{sensors.RGB24, sensors.Grey, sensors.YUYV, sensors.NV12, sensors.YUV420}

// barsIn draws the bars in a format, in the video range where the format has Y, U and V.
func barsIn(format sensors.PixelFormat) *sensors.Frame {
	f := &sensors.Frame{Format: format, Width: barSide * len(bars), Height: barSide}
	draw(f, func(x, _ int) (color.RGBA, [3]byte) { return bars[x/barSide], limited[x/barSide] })
	return f
}

// draw fills f with what at says of each pixel: red, green and blue, and Y, U and V.
func draw(f *sensors.Frame, at func(x, y int) (color.RGBA, [3]byte)) {
	w, h := f.Width, f.Height
	f.Time = time.Unix(1e9, 0)
	f.Pix = make([]byte, f.Format.Bytes(w, h))
	for y := range h {
		for x := range w {
			rgb, yuv := at(x, y)
			at := y*w + x
			quarter := w*h + y/2*(w/2) + x/2 // in planes after that of Y
			switch f.Format {
			case sensors.RGB24:
				copy(f.Pix[3*at:], []byte{rgb.R, rgb.G, rgb.B})
			case sensors.Grey:
				f.Pix[at] = rgb.R
			case sensors.YUYV:
				f.Pix[2*at], f.Pix[2*at+1] = yuv[0], yuv[1+x%2]
			case sensors.NV12:
				f.Pix[at] = yuv[0]
				f.Pix[w*h+y/2*w+x] = yuv[1+x%2]
			case sensors.YUV420:
				f.Pix[at] = yuv[0]
				f.Pix[quarter], f.Pix[quarter+w*h/4] = yuv[1], yuv[2]
			}
		}
	}
}

// near says whether a JPEG's colour can have been want: chroma that a coarse quantization has changed, and no more.
func near(got color.Color, want color.RGBA) bool {
	r, g, b, _ := got.RGBA()
	for _, d := range []int{int(r>>8) - int(want.R), int(g>>8) - int(want.G), int(b>>8) - int(want.B)} {
		if d < -6 || d > 6 {
			return false
		}
	}
	return true
}

// let lets a picture out that must leave.
func let(t *testing.T, d *Door, s Shot, boxes bool) image.Image {
	t.Helper()
	p, err := d.Picture(s, boxes)
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(p.JPEG()))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestPictureColours(t *testing.T) {
	for _, format := range raw {
		img := let(t, NewDoor(Policy{}), Shot{Sensor: "cam", Frame: barsIn(format)}, false)
		if got := img.Bounds(); got != image.Rect(0, 0, 4*barSide, barSide) {
			t.Errorf("%v: got a picture of %v", format, got)
		}
		for i, want := range bars {
			if format == sensors.Grey {
				want.G, want.B = want.R, want.R
			}
			if got := img.At(i*barSide+barSide/2, barSide/2); !near(got, want) {
				t.Errorf("%v, bar %d: got %v, want %v", format, i, got, want)
			}
		}
	}
}

func TestPictureRange(t *testing.T) {
	tests := []struct {
		full          bool
		y, u          byte
		wantY, wantCb byte
	}{
		{false, 16, 16, 0, 1}, {false, 235, 240, 255, 255}, {false, 126, 128, 128, 128}, {false, 0, 0, 0, 0}, {false, 255, 255, 255, 255},
		{true, 16, 16, 16, 16}, {true, 235, 240, 235, 240},
	}
	for _, tt := range tests {
		f := &sensors.Frame{Format: sensors.YUYV, FullRange: tt.full, Width: 2, Height: 1, Pix: []byte{tt.y, tt.u, tt.y, 128}}
		img, err := asImage(f, false)
		if err != nil {
			t.Fatal(err)
		}
		m := img.(*image.YCbCr)
		if m.Y[1] != tt.wantY || m.Cb[0] != tt.wantCb || m.Cr[0] != 128 {
			t.Errorf("full range %v, Y %d U %d: got Y %d Cb %d Cr %d, want %d, %d, 128", tt.full, tt.y, tt.u, m.Y[1], m.Cb[0], m.Cr[0], tt.wantY, tt.wantCb)
		}
	}
}

func TestPictureOfJPEG(t *testing.T) {
	f := &sensors.Frame{Format: sensors.JPEG, Pix: []byte("as the camera made it")}
	p, err := NewDoor(Policy{}).Picture(Shot{Sensor: "cam", Frame: f}, false)
	if err != nil || !bytes.Equal(p.JPEG(), f.Pix) {
		t.Errorf("got %q, %v, want the camera's own file", p.JPEG(), err)
	}
	f.Pix[0] = 'A'
	if p.JPEG()[0] == 'A' {
		t.Error("the picture shares the camera's memory")
	}
}

func TestPictureOfOddSize(t *testing.T) {
	for _, format := range []sensors.PixelFormat{sensors.NV12, sensors.YUV420} {
		f := &sensors.Frame{Format: format, Width: 5, Height: 3, Pix: bytes.Repeat([]byte{128}, format.Bytes(5, 3))}
		let(t, NewDoor(Policy{}), Shot{Sensor: "cam", Frame: f}, false)
	}
	f := &sensors.Frame{Format: sensors.NV12, Width: 4, Height: 4, Pix: make([]byte, 23)}
	if _, err := NewDoor(Policy{}).Picture(Shot{Sensor: "cam", Frame: f}, false); err == nil || !strings.Contains(err.Error(), "23 bytes are no nv12 picture of 4x4") {
		t.Errorf("got %v for a picture cut short", err)
	}
}
