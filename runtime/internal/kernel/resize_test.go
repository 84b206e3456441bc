package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Rows of two pixels 0 and 8 (bytes: and 100) made four wide, worked by hand from the sampling rules.
func TestBilinearAlongOneRow(t *testing.T) {
	for _, c := range []struct {
		name        string
		align, half bool
		want        []float64
		bytes       []uint8
		ints        []int16
	}{
		{"legacy", false, false, []float64{0, 4, 8, 8}, []uint8{0, 50, 100, 100}, []int16{0, -1, -2, -2}},
		{"aligned corners", true, false, []float64{0, 8. / 3, 16. / 3, 8}, []uint8{0, 33, 67, 100}, []int16{0, -1, -1, -2}},
		{"half-pixel centers", false, true, []float64{0, 2, 6, 8}, []uint8{0, 25, 75, 100}, []int16{0, -1, -2, -2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Resize{N: 1, H: 1, W: 2, C: 1, Y: 2, X: 4, AlignCorners: c.align, HalfPixelCenters: c.half}
			floats, bytes, ints := make([]float32, 8), make([]uint8, 8), make([]int16, 8)
			NewBilinear(r).Float(floats, []float32{0, 8})
			near(t, "float", floats, append(slices.Clone(c.want), c.want...))
			BilinearBytes(NewBilinear(r), bytes, []uint8{0, 100})
			if !slices.Equal(bytes[4:], c.bytes) {
				t.Errorf("bytes: got %v, want %v", bytes[4:], c.bytes)
			}
			NewBilinear16(r).Run(ints, []int16{0, -2})
			if !slices.Equal(ints[:4], c.ints) {
				t.Errorf("int16: got %v, want %v", ints[:4], c.ints)
			}
		})
	}
}

func TestNearestAlongOneRow(t *testing.T) {
	for _, c := range []struct {
		name        string
		align, half bool
		out         int
		want        []byte
	}{
		{"legacy, wider", false, false, 5, []byte{1, 1, 2, 2, 3}}, {"aligned corners, wider", true, false, 5, []byte{1, 2, 2, 3, 3}},
		{"half-pixel centers, wider", false, true, 5, []byte{1, 1, 2, 3, 3}}, {"legacy, narrower", false, false, 2, []byte{1, 2}},
		{"aligned corners, narrower", true, false, 2, []byte{1, 3}}, {"one pixel", true, false, 1, []byte{1}},
	} {
		for _, fixed := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, ", fixed ", fixed), func(t *testing.T) {
				out := make([]byte, c.out)
				r := Resize{N: 1, H: 1, W: 3, C: 1, Y: 1, X: c.out, AlignCorners: c.align, HalfPixelCenters: c.half}
				NewNearest(r, fixed).Run(out, []byte{1, 2, 3}, 1)
				if !slices.Equal(out, c.want) {
					t.Errorf("got %v, want %v", out, c.want)
				}
			})
		}
	}
}

func TestRFFT2DIsTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 5))
	for _, s := range [][4]int{{1, 8, 1, 8}, {3, 5, 4, 8}, {6, 9, 4, 4}, {2, 1, 1, 1}, {2, 3, 8, 2}} {
		h, w, fh, fw := s[0], s[1], s[2], s[3]
		in, x := normalFloats(r, 2*h*w)
		bins := fw/2 + 1
		out := make([]complex64, 2*fh*bins)
		NewRFFT2D(h, w, fh, fw).Run(out, in)
		for o, got := range out {
			n, k, l := o/(fh*bins), o/bins%fh, o%bins
			var re, im float64
			for i := range min(h, fh) {
				for j := range min(w, fw) {
					sin, cos := math.Sincos(-2 * math.Pi * (float64(k*i)/float64(fh) + float64(l*j)/float64(fw)))
					re, im = re+x[(n*h+i)*w+j]*cos, im+x[(n*h+i)*w+j]*sin
				}
			}
			near(t, fmt.Sprint(s, " bin ", o), []float32{real(got), imag(got)}, []float64{re, im})
		}
	}
}
