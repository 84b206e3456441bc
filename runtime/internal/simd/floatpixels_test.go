package simd

import (
	"math/rand/v2"
	"testing"
)

func TestFloatTaps(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(27, 28))
		for range 100 {
			n, c, pixels, step := 1+r.IntN(10), 16+r.IntN(100), 1+r.IntN(5), r.IntN(200)
			taps, bias, out := newFloatTaps(n, c), drawnFloats(t, r, c), guardedOf[float32](t, pixels*c)
			var in, w [][]float32
			for i := range n {
				in, w = append(in, drawnFloats(t, r, (pixels-1)*step+c)), append(w, drawnFloats(t, r, c))
				taps.Add(in[i], w[i])
			}
			taps.run(path.floats, out, bias, step)
			for i, got := range out {
				want := bias[i%c]
				for k := range n {
					want += float32(in[k][i/c*step+i%c] * w[k][i%c])
				}
				if !sameFloat(got, want) {
					t.Fatalf("%s: %d taps, %d channels: element %d: got %v, want %v", path.name, n, c, i, got, want)
				}
			}
		}
	}
}

func TestFloatBetween(t *testing.T) {
	for _, path := range able(t) {
		r := rand.New(rand.NewPCG(29, 30))
		for range 100 {
			n, c, wide := 1+r.IntN(5), 16+r.IntN(60), 1+r.IntN(6)
			top, bottom, out, y := drawnFloats(t, r, wide*c), drawnFloats(t, r, wide*c), guardedOf[float32](t, n*c), r.Float32()
			taps := guardedOf[Tap](t, n)
			for i := range taps {
				taps[i] = Tap{int32(r.IntN(wide) * 4 * c), int32(r.IntN(wide) * 4 * c), r.Float32()}
			}
			floatBetween(path.floats, out, top, bottom, taps, y)
			mix := func(a, b, way float32) float32 { return a + float32((b-a)*way) }
			for i, got := range out {
				p := taps[i/c]
				l, r := int(p.Left)/4+i%c, int(p.Right)/4+i%c
				if want := mix(mix(top[l], top[r], p.Weight), mix(bottom[l], bottom[r], p.Weight), y); !sameFloat(got, want) {
					t.Fatalf("%s: element %d of %dx%d: got %v, want %v", path.name, i, n, c, got, want)
				}
			}
		}
	}
}
