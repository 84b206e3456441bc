package media

import (
	"bytes"
	"fmt"
	"image"

	"edged/sensors"
)

// asImage returns a raw picture as an image. Without own the result may share f's memory.
func asImage(f *sensors.Frame, own bool) (image.Image, error) {
	w, h := f.Width, f.Height
	if n := f.Format.Bytes(w, h); n == 0 || n != len(f.Pix) {
		return nil, fmt.Errorf("%d bytes are no %v picture of %dx%d", len(f.Pix), f.Format, w, h)
	}
	r := image.Rect(0, 0, w, h)
	switch f.Format {
	case sensors.Grey:
		pix := f.Pix
		if own {
			pix = bytes.Clone(pix)
		}
		return &image.Gray{Pix: pix, Stride: w, Rect: r}, nil
	case sensors.RGB24:
		return opaque(f.Pix, r), nil
	case sensors.YUYV:
		m := image.NewYCbCr(r, image.YCbCrSubsampleRatio422)
		split(m.Y, f.Pix, 0, 2)
		split(m.Cb, f.Pix, 1, 4)
		split(m.Cr, f.Pix, 3, 4)
		return stretched(m, f.FullRange), nil
	}
	m := image.NewYCbCr(r, image.YCbCrSubsampleRatio420)
	chroma := f.Pix[copy(m.Y, f.Pix):]
	if f.Format == sensors.NV12 {
		split(m.Cb, chroma, 0, 2)
		split(m.Cr, chroma, 1, 2)
	} else {
		copy(m.Cr, chroma[copy(m.Cb, chroma):])
	}
	return stretched(m, f.FullRange), nil
}

// opaque adds to each pixel the fourth byte that image.RGBA has.
func opaque(rgb []byte, r image.Rectangle) *image.RGBA {
	m := image.NewRGBA(r)
	for i, j := 0, 0; i < len(rgb); i, j = i+3, j+4 {
		m.Pix[j], m.Pix[j+1], m.Pix[j+2], m.Pix[j+3] = rgb[i], rgb[i+1], rgb[i+2], 255
	}
	return m
}

// split fills dst with every step-th byte of src, from the byte first on.
func split(dst, src []byte, first, step int) {
	for i := range dst {
		dst[i] = src[first+i*step]
	}
}

// stretched widens the video range, 16…235 and 16…240 (ITU-R BT.601-7, section 2.5.3), to the 0…255 of JPEG (JFIF 1.02).
func stretched(m *image.YCbCr, full bool) *image.YCbCr {
	if full {
		return m
	}
	var luma, chroma [256]byte
	for v := range 256 {
		luma[v] = nearest((v-16)*255, 219)
		chroma[v] = nearest((v-16)*255*2+224, 2*224) // 128 stays 128
	}
	lookUp(m.Y, &luma)
	lookUp(m.Cb, &chroma)
	lookUp(m.Cr, &chroma)
	return m
}

// nearest is num/den, rounded and kept within a byte.
func nearest(num, den int) byte {
	return byte(min(max(num, 0)*2+den, 511*den) / (2 * den))
}

func lookUp(pix []byte, table *[256]byte) {
	for i, v := range pix {
		pix[i] = table[v]
	}
}
