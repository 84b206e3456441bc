package cartoon

import (
	"image"
	"image/color"
	"image/draw"
)

// rect fills the pixels from (x0, y0) to before (x1, y1); what lies outside the picture is left out.
func rect(img *image.RGBA, x0, y0, x1, y1 int, c color.RGBA) {
	if x0 >= x1 || y0 >= y1 { // image.Rect would swap them
		return
	}
	draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
}

// disc fills an ellipse of half axes a and b around (x, y).
func disc(img *image.RGBA, x, y, a, b int, c color.RGBA) {
	for dy := -b; dy <= b; dy++ {
		w := 0
		for (w+1)*(w+1)*b*b+dy*dy*a*a <= a*a*b*b {
			w++
		}
		rect(img, x-w, y+dy, x+w+1, y+dy+1, c)
	}
}

// shade makes a colour darker.
func shade(c color.RGBA, by float64) color.RGBA {
	return color.RGBA{uint8(float64(c.R) * by), uint8(float64(c.G) * by), uint8(float64(c.B) * by), 255}
}
