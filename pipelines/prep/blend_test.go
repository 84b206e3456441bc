package prep

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// TestBlend compares the eight at once with one after the other.
func TestBlend(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		stride, n := 1+rng.IntN(40), 1+rng.IntN(30)
		src := make([]uint8, stride*n)
		for i := range src {
			src[i] = uint8(rng.Uint32() | rng.Uint32())
		}
		var b blender
		b.build(whole(n), 1+rng.IntN(12))
		for x := range b.out {
			first, weights := b.at(x)
			from := rng.IntN(stride)
			low, high := apart(src[first*stride+from:], stride, weights)
			for j := range min(16, stride-from) {
				got := [2]uint64{low, high}[j/8] >> (8 * (j % 8))
				sum := 128
				for k, w := range weights {
					sum += int(src[(first+k)*stride+from+j]) * int(w)
				}
				if g, want := uint8(got), uint8(sum>>8); g != want {
					t.Fatalf("byte %d of %d rows of %d: got %d, want %d", j, n, stride, g, want)
				}
			}
		}
	}
}

func TestBlendAlong(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		n, step := 1+rng.IntN(60), 1+rng.IntN(4)
		src := make([]uint64, n*step)
		for i := range src {
			src[i] = rng.Uint64()
		}
		var b blender
		b.build(span{n, float64(n) / 8, float64(n) / 2}, 1+rng.IntN(70))
		dst := make([]uint64, b.out)
		b.along(dst, src, step)
		for x := range dst {
			first, weights := b.at(x)
			for j := range 8 {
				sum := 128
				for k, w := range weights {
					sum += int(uint8(src[(first+k)*step]>>(8*j))) * int(w)
				}
				if got, want := uint8(dst[x]>>(8*j)), uint8(sum>>8); got != want {
					t.Fatalf("byte %d of %d: got %d, want %d", j, x, got, want)
				}
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	var m [8]uint64
	for i := range 64 {
		m[i/8] |= uint64(i) << (8 * (i % 8))
	}
	transpose(&m)
	for i := range 64 {
		if got, want := m[i%8]>>(8*(i/8))&0xff, uint64(i); got != want {
			t.Errorf("row %d, column %d: got %d, want %d", i%8, i/8, got, want)
		}
	}
}

// TestBlenderWeights add up, and are those of filter, for any part of a row.
func TestBlenderWeights(t *testing.T) {
	for _, c := range []struct {
		s   span
		out int
	}{
		{whole(640), 224}, {whole(1), 7}, {whole(5), 1}, {span{320, 40.5, 240}, 224}, {span{20, 19.25, .5}, 9}, {whole(32768), 1}, {whole(4000), 3},
	} {
		var b blender
		var f filter
		b.build(c.s, c.out)
		f.build(c.s, c.out)
		for x := range c.out {
			first, weights := b.at(x)
			_, exact := f.at(x)
			sum := uint64(0)
			for k, w := range weights {
				sum += w
				if d := float64(w)/256 - float64(exact[k])/(1<<resizeBits); math.Abs(d) > 1./256 {
					t.Errorf("%v to %d: weight %d of %d is %v off", c.s, c.out, k, x, d)
				}
			}
			if sum != 256 || first < int(c.s.from) || first+len(weights) > c.s.n {
				t.Errorf("%v to %d: weights of %d add up to %d, from %d on", c.s, c.out, x, sum, first)
			}
		}
	}
}

// TestBlendIsAsExactAsPillow compares Y, resized, with the same filter in float64, not rounded, and so it does with what
// Pillow's fixed point makes of it: weights of 8 bits cost no more than that.
func TestBlendIsAsExactAsPillow(t *testing.T) {
	for _, name := range []string{"cat.bmp", "parrot.jpg", "grace_hopper.bmp"} {
		rgb := corpusFrame(t, name)
		grey := &sensors.Frame{Format: sensors.Grey, Width: rgb.Width, Height: rgb.Height, Pix: make([]byte, rgb.Width*rgb.Height)}
		luma(grey.Pix, rgb.Pix)
		chroma := make([]byte, 2*((rgb.Width+1)/2)*((rgb.Height+1)/2))
		yuv := &sensors.Frame{
			Format: sensors.YUV420, FullRange: true, Width: rgb.Width, Height: rgb.Height, Pix: append(grey.Pix[:len(grey.Pix):len(grey.Pix)], chroma...),
		}
		for _, n := range []int{96, 224} {
			info := tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, n, n, 1}}
			want := exactly(grey, n)
			mean, most := offBy(imageInput(t, info, models.Input{}, yuv).Data, want)
			pillow, pillowMost := offBy(imageInput(t, info, models.Input{}, grey).Data, want)
			t.Logf("%s to %d: off by %.3f in the mean, %.2f at most; Pillow %.3f, %.2f", name, n, mean, most, pillow, pillowMost)
			if mean > .28 || mean > pillow+.02 || most > 1.2 {
				t.Errorf("%s to %d: off by %.3f in the mean, %.2f at most, want 0.28 and no more than 0.02 above Pillow's %.3f, 1.2",
					name, n, mean, most, pillow)
			}
		}
	}
}

// exactly resizes a grey picture to n x n.
func exactly(f *sensors.Frame, n int) []float64 {
	var across, down filter
	across.build(whole(f.Width), n)
	down.build(whole(f.Height), n)
	out := make([]float64, n*n)
	for i := range out {
		left, wx := across.at(i % n)
		top, wy := down.at(i / n)
		for k, b := range wy {
			for j, a := range wx {
				out[i] += float64(a) * float64(b) / (1 << (2 * resizeBits)) * float64(f.Pix[(top+k)*f.Width+left+j])
			}
		}
	}
	return out
}

func offBy(got []byte, want []float64) (mean, most float64) {
	for i, v := range want {
		d := math.Abs(float64(got[i]) - v)
		mean, most = mean+d/float64(len(want)), max(most, d)
	}
	return mean, most
}
