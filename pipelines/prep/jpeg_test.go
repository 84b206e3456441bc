package prep

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	stdjpeg "image/jpeg"
	"io"
	"testing"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// jpegFrame is a picture as a camera with motion JPEG gives it.
func jpegFrame(t testing.TB, name string) *sensors.Frame {
	t.Helper()
	return &sensors.Frame{Time: t0, Name: name, Format: sensors.JPEG, Pix: corpusBytes(t, "media/images/"+name)}
}

// TestImageOfJPEG compares with decoding all of a picture, converting and then resizing it: what replay and the corpus
// do. What the cosine transform leaves out is not what a triangle filter does, so that the more a picture shrinks while
// it is decoded, the more differs. The limits are what was measured, rounded; those at full size are chroma's.
func TestImageOfJPEG(t *testing.T) {
	for _, c := range []struct {
		name  string
		size  int
		scale int // that luma is decoded at
		mean  float64
		psnr  float64 // dB
	}{
		{"burger.jpg", 224, 1, .5, 50}, {"face.jpg", 224, 1, .7, 46}, {"segmentation_input.jpg", 224, 1, .6, 49},
		{"parrot.jpg", 224, 2, .9, 45.5}, {"cats_and_dogs.jpg", 224, 2, .3, 53}, {"person.jpg", 224, 2, 1.2, 41.5},
		{"kite_and_cold.jpg", 224, 4, 1.2, 41.5}, {"kite_and_cold.jpg", 96, 8, 1.1, 42},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, c.size, c.size, 3}}
			f := jpegFrame(t, c.name)
			got := imageInput(t, info, models.Input{}, f).Data
			most, mean, psnr := difference(got, imageInput(t, info, models.Input{}, corpusFrame(t, c.name)).Data)
			t.Logf("differences: largest %d, mean %.2f, %.1f dB", most, mean, psnr)
			if mean > c.mean || psnr < c.psnr {
				t.Errorf("differences: got mean %.2f, %.1f dB, want at most %.2f and at least %.1f dB", mean, psnr, c.mean, c.psnr)
			}
			img, err := stdjpeg.DecodeConfig(bytes.NewReader(f.Pix))
			if err != nil {
				t.Fatal(err)
			}
			m, err := NewImage(info, models.Input{}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := m.scale(m.crop(img.Width, img.Height), 1, 1); s != c.scale {
				t.Errorf("got scale %d, want %d", s, c.scale)
			}
		})
	}
}

// TestImageOfJPEGLuma makes grey inputs from colour, and colour ones from grey.
func TestImageOfJPEGLuma(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 40, 30))
	red := image.NewRGBA(grey.Rect)
	for i := range grey.Pix {
		grey.Pix[i] = 200
		red.Set(i%40, i/40, color.RGBA{255, 0, 0, 255})
	}
	for _, c := range []struct {
		name     string
		img      image.Image
		channels int
		want     []uint8
	}{
		{"grey to colours", grey, 3, []uint8{200, 200, 200}},
		{"grey to grey", grey, 1, []uint8{200}},
		{"colours to grey", red, 1, []uint8{76}},
		{"colours to colours", red, 3, []uint8{255, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := stdjpeg.Encode(&b, c.img, &stdjpeg.Options{Quality: 100}); err != nil {
				t.Fatal(err)
			}
			info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 5, 7, c.channels}}
			got := imageInput(t, info, models.Input{}, &sensors.Frame{Format: sensors.JPEG, Pix: b.Bytes()}).Data
			for i, v := range got {
				if d := int(v) - int(c.want[i%c.channels]); d < -1 || d > 1 {
					t.Fatalf("element %d: got %d, want %v", i, v, c.want)
				}
			}
		})
	}
}

// TestImageOfCutJPEG says that a picture is cut short, and goes on with the next one.
func TestImageOfCutJPEG(t *testing.T) {
	m, err := NewImage(tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 8, 8, 3}}, models.Input{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := jpegFrame(t, "face.jpg")
	whole := f.Pix
	f.Pix = whole[:len(whole)/2]
	err = m.Add(f)
	wantError(t, err, `picture "face.jpg": jpeg: byte `)
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want an unexpected end", err)
	}
	dst := newTensor(m.info)
	if _, ok, _ := m.Next(dst); ok {
		t.Error("half a picture made an input")
	}
	f.Pix = whole
	if err := m.Add(f); err != nil {
		t.Error(err)
	}
	if _, ok, _ := m.Next(dst); !ok {
		t.Error("the next picture made no input")
	}
}
