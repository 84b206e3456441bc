package view

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"strings"
)

// A picture that is larger is not one to be looked at in cells.
const (
	mostBytes  = 4 << 20
	mostPixels = 1 << 24
)

// decode reads a JPEG of any origin.
func decode(file []byte) (*image.RGBA, error) {
	if len(file) > mostBytes {
		return nil, fmt.Errorf("a picture of %d bytes; want at most %d", len(file), mostBytes)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	if c.Width < 1 || c.Height < 1 || int64(c.Width)*int64(c.Height) > mostPixels {
		return nil, fmt.Errorf("a picture of %dx%d", c.Width, c.Height)
	}
	m, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(m.Bounds())
	draw.Draw(out, out.Rect, m, m.Bounds().Min, draw.Src)
	return out, nil
}

// shrink averages a picture to w by h pixels, row by row.
func shrink(m *image.RGBA, w, h int) []rgb {
	size := m.Rect.Size()
	out := make([]rgb, 0, w*h)
	for y := range h {
		y0, y1 := y*size.Y/h, max((y+1)*size.Y/h, y*size.Y/h+1)
		for x := range w {
			x0, x1 := x*size.X/w, max((x+1)*size.X/w, x*size.X/w+1)
			out = append(out, mean(m, image.Rect(x0, y0, x1, y1)))
		}
	}
	return out
}

// mean is the average colour of a part.
func mean(m *image.RGBA, part image.Rectangle) rgb {
	var r, g, b int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := m.Pix[y*m.Stride:]
		for x := part.Min.X; x < part.Max.X; x++ {
			r, g, b = r+int(row[4*x]), g+int(row[4*x+1]), b+int(row[4*x+2])
		}
	}
	n := part.Dx() * part.Dy()
	return rgb{uint8(r / n), uint8(g / n), uint8(b / n)}
}

// shades are characters from dark to bright.
const shades = " .:-=+*#%@"

// cells draws pixels, w a row, in half as many rows of cells.
func (k Ink) cells(pixels []rgb, w int) []string {
	if k == Mono {
		return shaded(pixels, w)
	}
	var rows []string
	for ; len(pixels) >= 2*w; pixels = pixels[2*w:] {
		rows = append(rows, k.halves(pixels[:w], pixels[w:2*w]))
	}
	return rows
}

// halves draws two rows of pixels: the upper half of a cell is a character's colour, the lower that behind it.
func (k Ink) halves(upper, lower []rgb) string {
	var b strings.Builder
	for x, up := range upper {
		if x == 0 || up != upper[x-1] {
			k.paint(&b, front, up)
		}
		if down := lower[x]; x == 0 || down != lower[x-1] {
			k.paint(&b, behind, down)
		}
		b.WriteRune('▀')
	}
	return b.String() + "\x1b[0m"
}

// shaded draws two rows of pixels with characters as bright as both, the darkest and the brightest of all being the last.
func shaded(pixels []rgb, w int) []string {
	dark, bright := 255, 0
	for _, p := range pixels {
		dark, bright = min(dark, p.light()), max(bright, p.light())
	}
	var rows []string
	for ; len(pixels) >= 2*w; pixels = pixels[2*w:] {
		row := make([]byte, w)
		for x := range row {
			light := pixels[x].light() + pixels[w+x].light() - 2*dark
			row[x] = shades[light*len(shades)/(2*(bright-dark)+1)]
		}
		rows = append(rows, string(row))
	}
	return rows
}
