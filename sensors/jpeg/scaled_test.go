package jpeg

import (
	"math"
	"testing"
)

// noise returns how far a scaled plane is from the means of scale x scale samples of the whole one, as signal to noise
// in dB.
func noise(scaled, whole *Plane, scale int) float64 {
	squares, n := 0.0, 0
	for y := range whole.Height / scale {
		for x := range whole.Width / scale {
			sum := 0
			for i := range scale * scale {
				sum += int(whole.Pix[(y*scale+i/scale)*whole.Stride+x*scale+i%scale])
			}
			d := float64(scaled.Pix[y*scaled.Stride+x]) - float64(sum)/float64(scale*scale)
			squares += d * d
			n++
		}
	}
	return 10 * math.Log10(255*255*float64(n)/squares)
}

// TestScaledNearMeans compares with decoding all and averaging. At 1/8 that is the same but for rounding; in between, the
// lowest frequencies are sharper than means. The floors are what was measured, rounded down.
func TestScaledNearMeans(t *testing.T) {
	var whole, small Decoder
	for _, c := range []struct {
		name         string
		luma, chroma [3]float64 // dB at 1/2, 1/4, 1/8
	}{
		{"media/images/kite_and_cold.jpg", [3]float64{42, 44, 58}, [3]float64{52, 53, 59}},
		{"media/images/parrot.jpg", [3]float64{42, 41, 58}, [3]float64{49, 49, 58}},
		{"media/images/person.jpg", [3]float64{37, 38, 69}, [3]float64{48, 47, 60}},
		{"media/images/cats_and_dogs.jpg", [3]float64{48, 47, 59}, [3]float64{61, 57, 63}}, // progressive
		{"datasets/coco_val_ccby/000000008021.jpg", [3]float64{42, 42, 58}, [3]float64{49, 49, 58}},
	} {
		data := corpusPicture(t, c.name)
		want, err := whole.Decode(data, Scale{1, 1})
		if err != nil {
			t.Fatal(err)
		}
		for i, scale := range []int{2, 4, 8} {
			got, err := small.Decode(data, Scale{scale, scale})
			if err != nil {
				t.Fatal(err)
			}
			luma := noise(&got.Y, &want.Y, scale)
			chroma := min(noise(&got.U, &want.U, scale), noise(&got.V, &want.V, scale))
			t.Logf("%s at 1/%d: luma %.1f dB, chroma %.1f dB", c.name, scale, luma, chroma)
			if luma < c.luma[i] || chroma < c.chroma[i] {
				t.Errorf("%s at 1/%d: got luma %.1f dB, chroma %.1f dB, want at least %v and %v",
					c.name, scale, luma, chroma, c.luma[i], c.chroma[i])
			}
			if w, h := ceil(want.Width, scale), ceil(want.Height, scale); got.Y.Width != w || got.Y.Height != h {
				t.Errorf("%s at 1/%d: got %dx%d, want %dx%d", c.name, scale, got.Y.Width, got.Y.Height, w, h)
			}
		}
	}
}
