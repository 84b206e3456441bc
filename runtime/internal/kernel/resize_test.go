package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// resizing is a random geometry, by one of the three ways to sample.
func resizing(r *rand.Rand) (g Resize, shape [4]int) {
	one := func(n int) int { return 1 + r.IntN(n) }
	g = Resize{N: one(2), H: one(9), W: one(9), C: one(4), Y: one(12), X: one(12)}
	switch r.IntN(3) {
	case 0:
		g.AlignCorners = true
	case 1:
		g.HalfPixelCenters = true
	}
	return g, [4]int{g.N, g.H, g.W, g.C}
}

func TestBilinearIsTheFormula(t *testing.T) {
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		g, shape := resizing(r)
		n, out := ref.Elems(shape[:]), g.N*g.Y*g.X*g.C
		ys, xs := ref.Taps(g.H, g.Y, g.AlignCorners, g.HalfPixelCenters), ref.Taps(g.W, g.X, g.AlignCorners, g.HalfPixelCenters)
		floats, gotFloats := reals(r, n), make([]float32, out)
		NewBilinear(g).Float(gotFloats, floats)
		want, size := ref.Bilinear(as[float64](floats), shape, ys, xs, ref.Mix), ref.Bilinear(sizes(floats), shape, ys, xs, ref.Mix)
		for i := range size { // differences of neighbours are rounded, which may be larger than what is between them
			size[i] = largestOf(floats)
		}
		sums(t, gotFloats, want, size, 4, g)

		signed, gotSigned := numbers[int8](r, n), make([]int8, out)
		BilinearBytes(NewBilinear(g), gotSigned, signed)
		same(t, as[int64](gotSigned), ref.Bilinear(as[int64](signed), shape, ys, xs, ref.MixBytes), g)
		unsigned, gotUnsigned := numbers[uint8](r, n), make([]uint8, out)
		BilinearBytes(NewBilinear(g), gotUnsigned, unsigned)
		same(t, as[int64](gotUnsigned), ref.Bilinear(as[int64](unsigned), shape, ys, xs, ref.MixBytes), g)

		NewBilinearUint8(g).Run(gotUnsigned, unsigned)
		for i, v := range ref.Bilinear(as[float64](unsigned), shape, ys, xs, ref.Mix) {
			if math.Abs(float64(gotUnsigned[i])-v) > 0.5001 {
				t.Fatalf("%+v: element %d in floats is %d, want %g", g, i, gotUnsigned[i], v)
			}
		}

		words, gotWords := numbers[int16](r, n), make([]int16, out)
		RunBilinearFixed(NewBilinearFixed(g), gotWords, words)
		ys, xs = ref.FixedTaps(g.H, g.Y, g.AlignCorners, g.HalfPixelCenters), ref.FixedTaps(g.W, g.X, g.AlignCorners, g.HalfPixelCenters)
		same(t, as[int64](gotWords), ref.Bilinear(as[int64](words), shape, ys, xs, ref.Mix16), g)
		RunBilinearFixed(NewBilinearFixed(g), gotSigned, signed)
		same(t, as[int64](gotSigned), ref.Bilinear(as[int64](signed), shape, ys, xs, ref.Mix16), g)
	})
}

func largestOf(s []float32) (most float64) {
	for _, v := range sizes(s) {
		most = max(most, v)
	}
	return most
}

func TestNearestIsTheFormula(t *testing.T) {
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		g, shape := resizing(r)
		fixed := r.IntN(2) == 0
		in, got := numbers[uint8](r, ref.Elems(shape[:])), make([]byte, g.N*g.Y*g.X*g.C)
		NewNearest(g, fixed).Run(got, in, 1)
		ys := ref.NearestPlaces(g.H, g.Y, g.AlignCorners, g.HalfPixelCenters, fixed)
		xs := ref.NearestPlaces(g.W, g.X, g.AlignCorners, g.HalfPixelCenters, fixed)
		want := ref.Pick([]int{g.N, g.Y, g.X, g.C}, shape[:], in, 0, func(i []int) []int { return []int{i[0], ys[i[1]], xs[i[2]], i[3]} })
		same(t, got, want, g, fixed)
	})
}

// One row of two pixels, 0 and 100, made four wide: by hand from the three rules.
func TestBilinearByHand(t *testing.T) {
	for _, c := range []struct {
		name        string
		align, half bool
		want        []uint8
	}{
		{"legacy", false, false, []uint8{0, 50, 100, 100}},
		{"aligned corners", true, false, []uint8{0, 33, 67, 100}},
		{"half-pixel centers", false, true, []uint8{0, 25, 75, 100}},
	} {
		r := Resize{N: 1, H: 1, W: 2, C: 1, Y: 1, X: 4, AlignCorners: c.align, HalfPixelCenters: c.half}
		got := make([]uint8, 4)
		BilinearBytes(NewBilinear(r), got, []uint8{0, 100})
		same(t, got, c.want, c.name)
		NewBilinearUint8(r).Run(got, []uint8{0, 100})
		same(t, got, c.want, c.name)
	}
}

func TestNearestByHand(t *testing.T) {
	for _, c := range []struct {
		name        string
		align, half bool
		want        []byte
	}{
		{"legacy, wider", false, false, []byte{1, 1, 2, 2, 3}}, {"aligned corners, wider", true, false, []byte{1, 2, 2, 3, 3}},
		{"half-pixel centers, wider", false, true, []byte{1, 1, 2, 3, 3}}, {"legacy, narrower", false, false, []byte{1, 2}},
		{"aligned corners, narrower", true, false, []byte{1, 3}}, {"one pixel", true, false, []byte{1}},
	} {
		got := make([]byte, len(c.want))
		NewNearest(Resize{N: 1, H: 1, W: 3, C: 1, Y: 1, X: len(got), AlignCorners: c.align, HalfPixelCenters: c.half}, true).Run(got, []byte{1, 2, 3}, 1)
		same(t, got, c.want, c.name)
	}
}

// Every input is larger, smaller or as large as the transform.
func TestRFFT2DIsTheFormula(t *testing.T) {
	trials(t, 40, func(t *testing.T, r *rand.Rand) {
		h, w, fh, fw, n := 1+r.IntN(6), 1+r.IntN(9), 1<<r.IntN(4), 1<<r.IntN(4), r.IntN(3)
		in := reals(r, n*h*w)
		out := make([]complex64, n*fh*(fw/2+1))
		NewRFFT2D(h, w, fh, fw).Run(out, in)
		for i := range n {
			image := in[i*h*w : (i+1)*h*w]
			for k, want := range ref.RFFT2D(as[float64](image), w, fh, fw) {
				got := out[i*fh*(fw/2+1)+k]
				sums(t, []float32{real(got), imag(got)}, []float64{real(want), imag(want)}, []float64{ref.Sum(sizes(image)), ref.Sum(sizes(image))}, 0, h, w, fh, fw, k)
			}
		}
	})
}

// Where the weights of a picture of uint8 are 256ths, integers give the bits that floats do.
func TestBilinearInIntegersIsThatInFloats(t *testing.T) {
	trials(t, 20, func(t *testing.T, r *rand.Rand) {
		by := 1 << r.IntN(8)
		g := Resize{N: 1, H: 1 + r.IntN(3), W: 2 + r.IntN(3), C: 1 + r.IntN(5), AlignCorners: true}
		g.Y, g.X = (g.H-1)*by+1, (g.W-1)*by+1
		in, got, want := numbers[uint8](r, g.H*g.W*g.C), make([]uint8, g.Y*g.X*g.C), make([]uint8, g.Y*g.X*g.C)
		b := NewBilinearUint8(g)
		if b.whole == nil {
			t.Fatalf("%+v is not done in integers", g)
		}
		b.Run(got, in)
		b.whole = nil
		b.Run(want, in)
		same(t, got, want, g)
	})
}
