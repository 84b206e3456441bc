package media

import (
	"image"
	"math"

	"edged/pipelines"
)

// canvas is a picture that is painted on, by its planes.
type canvas struct {
	size   image.Rectangle
	planes []plane
	thick  int // of lines, in pixels
}

// plane is one component of a picture: every step-th byte of rows of w, each stride bytes after the one before. A sample
// stands for perX x perY pixels.
type plane struct {
	pix                []byte
	stride, step, w, h int
	perX, perY         int
	ink                byte // of lines
	chroma             bool
}

// grey returns what a grey is in p.
func (p *plane) grey(v byte) byte {
	if p.chroma {
		return 128
	}
	return v
}

// newCanvas returns a canvas on the memory of a grey, RGBA or YCbCr image whose bounds begin at 0.
func newCanvas(img image.Image) *canvas {
	size := img.Bounds()
	w, h := size.Dx(), size.Dy()
	c := &canvas{size: size, thick: max(1, min(w, h)/160)}
	switch m := img.(type) {
	case *image.Gray:
		c.planes = []plane{{m.Pix, m.Stride, 1, w, h, 1, 1, 255, false}}
	case *image.RGBA:
		for i, ink := range []byte{0, 255, 0} {
			c.planes = append(c.planes, plane{m.Pix[i:], m.Stride, 4, w, h, 1, 1, ink, false})
		}
	case *image.YCbCr:
		x, y := per(m.SubsampleRatio)
		cw, ch := (w+x-1)/x, (h+y-1)/y
		c.planes = []plane{ // green by BT.601: Y 150, Cb 44, Cr 21
			{m.Y, m.YStride, 1, w, h, 1, 1, 150, false}, {m.Cb, m.CStride, 1, cw, ch, x, y, 44, true}, {m.Cr, m.CStride, 1, cw, ch, x, y, 21, true},
		}
	default:
		panic("media: a canvas of another image")
	}
	return c
}

// ratios are those that package image has, with the pixels that a sample of chroma stands for across and down.
var ratios = [...]struct {
	ratio image.YCbCrSubsampleRatio
	x, y  int
}{
	{image.YCbCrSubsampleRatio444, 1, 1}, {image.YCbCrSubsampleRatio422, 2, 1}, {image.YCbCrSubsampleRatio420, 2, 2},
	{image.YCbCrSubsampleRatio440, 1, 2}, {image.YCbCrSubsampleRatio411, 4, 1}, {image.YCbCrSubsampleRatio410, 4, 2},
}

// ratioOf returns the ratio of chroma whose samples stand for x times y pixels, if there is one.
func ratioOf(x, y float64) (image.YCbCrSubsampleRatio, bool) {
	for _, r := range ratios {
		if x == float64(r.x) && y == float64(r.y) {
			return r.ratio, true
		}
	}
	return 0, false
}

// per returns how many pixels a sample of chroma stands for, across and down.
func per(ratio image.YCbCrSubsampleRatio) (x, y int) {
	for _, r := range ratios {
		if r.ratio == ratio {
			return r.x, r.y
		}
	}
	panic("media: an unknown ratio of chroma")
}

// area returns the pixels that a box touches, of a picture of which the middle part, that wide over high, is what it is in
// fractions of; 0 is all of it. It is false for a box that is none.
func (c *canvas) area(b pipelines.Box, part float64) (image.Rectangle, bool) {
	for _, v := range []float32{b.YMin, b.XMin, b.YMax, b.XMax} {
		if !(v >= 0 && v <= 1) {
			return image.Rectangle{}, false
		}
	}
	whole := c.middle(part)
	at := func(f float32, from, size int, round func(float64) float64) int {
		return from + int(round(float64(f)*float64(size)))
	}
	r := image.Rect(
		at(b.XMin, whole.Min.X, whole.Dx(), math.Floor), at(b.YMin, whole.Min.Y, whole.Dy(), math.Floor),
		at(b.XMax, whole.Min.X, whole.Dx(), math.Ceil), at(b.YMax, whole.Min.Y, whole.Dy(), math.Ceil),
	).Intersect(c.size)
	return r, b.YMin <= b.YMax && b.XMin <= b.XMax
}

// middle returns the largest part of the picture that is shaped so, width over height, in the middle, as package prep crops.
func (c *canvas) middle(part float64) image.Rectangle {
	w, h := c.size.Dx(), c.size.Dy()
	switch {
	case part <= 0:
	case float64(w) > part*float64(h):
		w = max(1, int(math.Round(part*float64(h))))
	default:
		h = max(1, int(math.Round(float64(w)/part)))
	}
	x, y := (c.size.Dx()-w)/2, (c.size.Dy()-h)/2
	return image.Rect(x, y, x+w, y+h)
}

// How a thing is covered.
const (
	marginPart = 8 // of each side, added on each side: boxes are not exact
	leastWider = 4 // pixels
	squares    = 8 // along the longer side
	leastSide  = 4 // pixels
	dark       = 104
	bright     = 152
)

// wider returns r with a margin.
func (c *canvas) wider(r image.Rectangle) image.Rectangle {
	x, y := max(leastWider, r.Dx()/marginPart), max(leastWider, r.Dy()/marginPart)
	return image.Rect(r.Min.X-x, r.Min.Y-y, r.Max.X+x, r.Max.Y+y).Intersect(c.size)
}

// cover puts grey squares in the place of all that is in r. They say nothing of it.
func (c *canvas) cover(r image.Rectangle) {
	side := max(leastSide, (max(r.Dx(), r.Dy())+squares-1)/squares)
	for y := r.Min.Y; y < r.Max.Y; y += side {
		for x := r.Min.X; x < r.Max.X; x += side {
			grey := byte(dark)
			if ((x-r.Min.X)/side+(y-r.Min.Y)/side)%2 == 1 {
				grey = bright
			}
			for i := range c.planes {
				c.planes[i].fill(image.Rect(x, y, x+side, y+side).Intersect(r), c.planes[i].grey(grey))
			}
		}
	}
}

// outline draws the edges of r, inside of it.
func (c *canvas) outline(r image.Rectangle) {
	t := c.thick
	for _, side := range []image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+t), image.Rect(r.Min.X, r.Max.Y-t, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+t, r.Max.Y), image.Rect(r.Max.X-t, r.Min.Y, r.Max.X, r.Max.Y),
	} {
		for i := range c.planes {
			c.planes[i].fill(side.Intersect(c.size), c.planes[i].ink)
		}
	}
}

// samples returns the samples that stand for a pixel of r or more.
func (p *plane) samples(r image.Rectangle) image.Rectangle {
	if r.Empty() {
		return image.Rectangle{}
	}
	return image.Rect(r.Min.X/p.perX, r.Min.Y/p.perY, (r.Max.X+p.perX-1)/p.perX, (r.Max.Y+p.perY-1)/p.perY).Intersect(image.Rect(0, 0, p.w, p.h))
}

// fill gives the samples of r a value.
func (p *plane) fill(r image.Rectangle, v byte) {
	r = p.samples(r)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			p.pix[y*p.stride+x*p.step] = v
		}
	}
}
