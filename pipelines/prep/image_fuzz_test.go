package prep

import (
	"bytes"
	"image"
	stdjpeg "image/jpeg"
	"testing"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// FuzzImage makes inputs of a few pixels from pictures of any shape and format, of the bytes given, repeated. What has
// the size that it claims is taken; JPEGs may be refused.
func FuzzImage(f *testing.F) {
	for format := range sensors.JPEG {
		f.Add(uint8(format), uint16(7), uint16(5), uint8(3), uint8(4), []byte{1, 200, 3, 44})
	}
	var small bytes.Buffer
	if err := stdjpeg.Encode(&small, image.NewRGBA(image.Rect(0, 0, 37, 29)), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(sensors.JPEG), uint16(1), uint16(1), uint8(9), uint8(2), small.Bytes())
	f.Fuzz(func(t *testing.T, format uint8, w, h uint16, toW, toH uint8, data []byte) {
		frame := &sensors.Frame{Format: sensors.PixelFormat(format), Width: int(w % 600), Height: int(h % 600), Pix: data}
		in := models.Input{}
		if w&1024 != 0 {
			in.Crop = models.CenterCrop
		}
		if n := frame.Format.Bytes(frame.Width, frame.Height); n > 0 && len(data) > 0 {
			frame.Pix = make([]byte, n)
			for i := range frame.Pix {
				frame.Pix[i] = data[i%len(data)]
			}
		}
		info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, 1 + int(toH)%40, 1 + int(toW)%40, 1 + int(h>>10)%2*2}}
		m, err := NewImage(info, in, Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = m.Add(frame)
		if n := frame.Format.Bytes(frame.Width, frame.Height); n > 0 && n == len(frame.Pix) && err != nil {
			t.Errorf("%v of %dx%d: got %v", frame.Format, frame.Width, frame.Height, err)
		}
	})
}
