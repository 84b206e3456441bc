package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"time"
)

// picture is what a camera shows: vertical bars of one colour each.
type picture struct {
	sensor        string
	width, height int
	bars          []color.RGBA
}

// pictures are the two of the board: vivid's test pattern, a colour bar of 75 % (its menu of patterns has that first),
// which comes as YUYV, and the guest's own, which comes as JPEG.
func pictures() []picture {
	const h = 191 // 75 % of 255
	return []picture{
		{"cam", 640, 480, []color.RGBA{{h, h, h, 255}, {h, h, 0, 255}, {0, h, h, 255}, {0, h, 0, 255}, {h, 0, h, 255}, {h, 0, 0, 255}, {0, 0, h, 255}, {0, 0, 0, 255}}},
		{"loop", 320, 240, []color.RGBA{{230, 60, 30, 255}, {40, 200, 60, 255}, {30, 60, 220, 255}, {240, 240, 240, 255}}},
	}
}

// nearBy is how far a channel may be off: BT.601 in whole numbers, JPEG at quality 80, and a texture of 4.
const nearBy = 12

// matches asserts size and colours, in the middle of each bar, below what vivid writes over its picture.
func (p picture) matches(payload []byte) error {
	img, err := jpeg.Decode(bytes.NewReader(payload))
	if err != nil {
		return err
	}
	if img.Bounds() != image.Rect(0, 0, p.width, p.height) {
		return fmt.Errorf("the picture is %v", img.Bounds().Max)
	}
	for i, want := range p.bars {
		at := image.Pt((2*i+1)*p.width/(2*len(p.bars)), p.height*3/4)
		got := color.RGBAModel.Convert(img.At(at.X, at.Y)).(color.RGBA)
		if off(got.R, want.R) > nearBy || off(got.G, want.G) > nearBy || off(got.B, want.B) > nearBy {
			return fmt.Errorf("bar %d is %v, not %v", i, got, want)
		}
	}
	return nil
}

func off(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

// seePictures asserts what the cameras show from a time on.
func (j *judge) seePictures(since time.Time) {
	for _, p := range pictures() {
		j.table.row("pictures of "+p.sensor, func() (string, error) {
			m, err := j.seen.await(p.sensor+"/snapshot", since, firstPatience, p.matches)
			return fmt.Sprintf("%dx%d, %d bars of the right colours, %d bytes", p.width, p.height, len(p.bars), len(m.payload)), err
		})
	}
}
