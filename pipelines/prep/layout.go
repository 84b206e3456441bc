package prep

import (
	"edged/sensors"
	"edged/sensors/jpeg"
)

// layout says where a picture's Y, U and V are: planes in bands, which are rows of bytes. Only the first band and plane
// are used of a picture without chroma.
type layout struct {
	bands  [3]band
	planes [3]plane
	nb, np int
}

// band is rows of bytes, each stride after the one before and standing for perY rows of pixels.
type band struct {
	pix          []uint8
	stride, rows int
	perY         float64
}

// plane is every step-th byte of a band's rows, n of them from off on. Each stands for perX pixels, and lies in their
// middle.
type plane struct {
	band, off, step, n int
	perX               float64
}

// layoutOf returns where the parts of a picture are that is neither RGB24 nor JPEG.
func layoutOf(f *sensors.Frame) layout {
	w, h := f.Width, f.Height
	cw, ch := (w+1)/2, (h+1)/2
	luma := band{f.Pix, w, h, 1}
	switch f.Format {
	case sensors.YUYV:
		return layout{
			[3]band{{f.Pix, 2 * w, h, 1}},
			[3]plane{{0, 0, 2, w, 1}, {0, 1, 4, w / 2, 2}, {0, 3, 4, w / 2, 2}}, 1, 3,
		}
	case sensors.NV12:
		return layout{
			[3]band{luma, {f.Pix[w*h:], 2 * cw, ch, 2}},
			[3]plane{{0, 0, 1, w, 1}, {1, 0, 2, cw, 2}, {1, 1, 2, cw, 2}}, 2, 3,
		}
	case sensors.YUV420:
		return layout{
			[3]band{luma, {f.Pix[w*h:], cw, ch, 2}, {f.Pix[w*h+cw*ch:], cw, ch, 2}},
			[3]plane{{0, 0, 1, w, 1}, {1, 0, 1, cw, 2}, {2, 0, 1, cw, 2}}, 3, 3,
		}
	}
	return layout{[3]band{luma}, [3]plane{{0, 0, 1, w, 1}}, 1, 1}
}

// layoutOfJPEG returns where the parts of a decoded picture are.
func layoutOfJPEG(p *jpeg.Picture) (l layout) {
	for i, from := range [...]*jpeg.Plane{&p.Y, &p.U, &p.V} {
		if from.Pix == nil {
			break
		}
		l.bands[i] = band{from.Pix, from.Stride, from.Height, from.PerY}
		l.planes[i] = plane{i, 0, 1, from.Width, from.PerX}
		l.nb, l.np = i+1, i+1
	}
	return l
}
