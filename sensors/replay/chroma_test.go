package replay

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/sensors"
)

// likeFormulas holds a picture against straight lines between the chroma samples and JFIF's matrix, both in real
// numbers: three roundings, the chroma's enlarged by up to 1.772, are all that may lie between.
func likeFormulas(t *testing.T, got *sensors.Frame, img *image.YCbCr) {
	t.Helper()
	for y := range got.Height {
		for x := range got.Width {
			luma := float64(img.Y[img.YOffset(x, y)])
			cb, cr := between(img, img.Cb, x, y)-128, between(img, img.Cr, x, y)-128
			want := [3]float64{luma + 1.402*cr, luma - 0.344136*cb - 0.714136*cr, luma + 1.772*cb}
			for i, w := range want {
				w = min(max(w, 0), 255)
				if p := got.Pix[3*(y*got.Width+x)+i]; math.Abs(float64(p)-w) > 1.8 {
					t.Fatalf("pixel %d,%d: got %d of colour %d, want %.2f", x, y, p, i, w)
				}
			}
		}
	}
}

// between returns a plane's value at the middle of pixel (x, y).
func between(img *image.YCbCr, plane []byte, x, y int) float64 {
	wide, tall := 1, 1
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio420:
		wide, tall = 2, 2
	case image.YCbCrSubsampleRatio422:
		wide = 2
	case image.YCbCrSubsampleRatio440:
		tall = 2
	}
	w, h := (img.Rect.Dx()+wide-1)/wide, (img.Rect.Dy()+tall-1)/tall
	at := func(x, y int) float64 {
		return float64(plane[min(max(y, 0), h-1)*img.CStride+min(max(x, 0), w-1)])
	}
	u, v := (float64(x)+0.5)/float64(wide)-0.5, (float64(y)+0.5)/float64(tall)-0.5
	left, top := int(math.Floor(u)), int(math.Floor(v))
	u, v = u-float64(left), v-float64(top)
	return (1-v)*((1-u)*at(left, top)+u*at(left+1, top)) + v*((1-u)*at(left, top+1)+u*at(left+1, top+1))
}

// TestChroma draws noise, whose neighbours differ as much as they can.
func TestChroma(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	ratios := []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422,
		image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio440}
	for _, ratio := range ratios {
		for _, size := range []image.Point{{5, 1}, {6, 2}, {7, 7}, {16, 9}, {33, 32}} {
			t.Run(ratio.String()+" "+size.String(), func(t *testing.T) {
				img := image.NewYCbCr(image.Rectangle{Max: size}, ratio)
				for _, plane := range [][]byte{img.Y, img.Cb, img.Cr} {
					for i := range plane {
						plane[i] = byte(r.Uint32())
					}
				}
				var got sensors.Frame
				toRGB(&got, img)
				likeFormulas(t, &got, img)
			})
		}
	}
}

// TestChromaRounding has sums worked out by hand from libjpeg's jdsample.c.
func TestChromaRounding(t *testing.T) {
	planes := []byte{10, 21, 35, 50, 40, 41, 40, 41} // 4 columns, 2 rows
	for _, c := range []struct {
		name  string
		ratio image.YCbCrSubsampleRatio
		w, y  int
		want  []byte
	}{
		{"each its own", image.YCbCrSubsampleRatio444, 4, 1, []byte{40, 41, 40, 41}},
		{"between columns", image.YCbCrSubsampleRatio422, 8, 0, []byte{10, 13, 18, 25, 31, 39, 46, 50}},
		{"an odd width", image.YCbCrSubsampleRatio422, 7, 0, []byte{10, 13, 18, 25, 31, 39, 46}},
		{"between rows, the upper", image.YCbCrSubsampleRatio440, 4, 1, []byte{18, 26, 36, 48}},
		{"between rows, the lower", image.YCbCrSubsampleRatio440, 4, 2, []byte{32, 36, 39, 43}},
		{"at the edge", image.YCbCrSubsampleRatio420, 8, 0, []byte{10, 13, 18, 24, 32, 39, 46, 50}},
		{"between both", image.YCbCrSubsampleRatio420, 8, 1, []byte{18, 20, 24, 29, 34, 39, 45, 48}},
		{"too narrow", image.YCbCrSubsampleRatio422, 4, 0, []byte{10, 10, 21, 21}},
		{"a quarter", image.YCbCrSubsampleRatio411, 8, 0, []byte{10, 10, 10, 10, 21, 21, 21, 21}},
	} {
		t.Run(c.name, func(t *testing.T) {
			img := image.NewYCbCr(image.Rect(0, 0, c.w, 4), c.ratio)
			img.CStride = 4
			if got := newChroma(img, planes).row(c.y); !slices.Equal(got, c.want) {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
