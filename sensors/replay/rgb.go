package replay

import (
	"image"
	"image/color"
	"slices"

	"edged/sensors"
)

// toRGB writes img into *into as RGB24, reusing its memory. Alpha is dropped, not blended: a model was trained on what
// the colours say, and so do other tools convert.
func toRGB(into *sensors.Frame, img image.Image) {
	b := img.Bounds()
	into.Format, into.Width, into.Height = sensors.RGB24, b.Dx(), b.Dy()
	stride := 3 * b.Dx()
	into.Pix = slices.Grow(into.Pix[:0], stride*b.Dy())[:stride*b.Dy()]
	row := rowFunc(img)
	for y := range b.Dy() {
		row(into.Pix[y*stride:(y+1)*stride], b.Min.Y+y)
	}
}

// rowFunc returns what writes one row of img as RGB24.
func rowFunc(img image.Image) func(dst []byte, y int) {
	switch img := img.(type) {
	case *image.YCbCr:
		return rowYCbCr(img)
	case *image.Gray:
		return func(dst []byte, y int) { rowGray(dst, img.Pix[img.PixOffset(img.Rect.Min.X, y):]) }
	case *image.RGBA: // the decoders give it for opaque pictures alone
		return func(dst []byte, y int) { row4(dst, img.Pix[img.PixOffset(img.Rect.Min.X, y):]) }
	case *image.NRGBA:
		return func(dst []byte, y int) { row4(dst, img.Pix[img.PixOffset(img.Rect.Min.X, y):]) }
	case *image.Paletted:
		table := paletteRGB(img.Palette)
		return func(dst []byte, y int) { rowPaletted(dst, img.Pix[img.PixOffset(img.Rect.Min.X, y):], table) }
	}
	return func(dst []byte, y int) { rowAny(dst, img, y) }
}

func rowGray(dst, src []byte) {
	for i := range len(dst) / 3 {
		dst[3*i], dst[3*i+1], dst[3*i+2] = src[i], src[i], src[i]
	}
}

func row4(dst, src []byte) {
	for i := range len(dst) / 3 {
		copy(dst[3*i:3*i+3], src[4*i:])
	}
}

// paletteRGB is black beyond the palette's end, where a hostile picture may point.
func paletteRGB(p color.Palette) *[256][3]byte {
	var t [256][3]byte
	for i, c := range p[:min(len(p), len(t))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		t[i] = [3]byte{n.R, n.G, n.B}
	}
	return &t
}

func rowPaletted(dst, src []byte, table *[256][3]byte) {
	for i := range len(dst) / 3 {
		copy(dst[3*i:3*i+3], table[src[i]][:])
	}
}

// rowAny is for the rare: 16 bits a channel, CMYK.
func rowAny(dst []byte, img image.Image, y int) {
	for i, x := 0, img.Bounds().Min.X; i < len(dst); i, x = i+3, x+1 {
		n := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
		dst[i], dst[i+1], dst[i+2] = n.R, n.G, n.B
	}
}
