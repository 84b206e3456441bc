package simd

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// pictured returns the paths that have loops over pictures.
func pictured(t *testing.T) []path {
	return slices.DeleteFunc(able(t), func(p path) bool { return p.elements == nil || p.elements.plain })
}

func TestBetween(t *testing.T) {
	for _, path := range pictured(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 8))
			for range 300 {
				n, c, wide := 1+r.IntN(9), 1+r.IntN(40), 1+r.IntN(6)
				top, bottom, out, y := drawn[uint8](t, r, wide*c), drawn[uint8](t, r, wide*c), guardedOf[uint8](t, n*c), r.Float32()
				taps := guardedOf[Tap](t, n)
				for i := range taps {
					taps[i] = Tap{int32(r.IntN(wide) * c), int32(r.IntN(wide) * c), r.Float32()*1.2 - 0.1}
				}
				between(path.elements, out, top, bottom, taps, y)
				for i, got := range out {
					p := taps[i/c]
					tl, tr := float32((1-y)*(1-p.Weight)), float32((1-y)*p.Weight)
					bl, br := float32(y*(1-p.Weight)), float32(y*p.Weight)
					l, r := int(p.Left)+i%c, int(p.Right)+i%c
					v := float32(float32(top[l])*tl) + float32(float32(top[r])*tr)
					v = v + float32(float32(bottom[l])*bl) + float32(float32(bottom[r])*br) + 0.5
					if want := uint8(min(max(v, 0), 255)); got != want {
						t.Fatalf("element %d of %dx%d: got %d, want %d", i, n, c, got, want)
					}
				}
			}
		})
	}
}

func compareFixed[T int8 | uint8](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	n, c, wide := 1+r.IntN(9), 1+r.IntN(40), 1+r.IntN(6)
	top, bottom, out, y := drawn[T](t, r, wide*c), drawn[T](t, r, wide*c), guardedOf[T](t, n*c), r.Int32N(2049)
	taps := guardedOf[TapFixed](t, n)
	for i := range taps {
		taps[i] = TapFixed{int32(r.IntN(wide) * c), int32(r.IntN(wide) * c), r.Int32N(2049)}
	}
	betweenFixed(e, out, top, bottom, taps, y)
	for i, got := range out {
		p := taps[i/c]
		mix := func(row []T) int32 {
			l, r := int32(row[int(p.Left)+i%c]), int32(row[int(p.Right)+i%c])
			return l<<11 + (r-l)*p.Weight
		}
		if want := T((mix(top)<<11 + (mix(bottom)-mix(top))*y + 1<<21) >> 22); got != want {
			t.Fatalf("element %d of %dx%d: got %d, want %d", i, n, c, got, want)
		}
	}
}

func TestBetweenFixed(t *testing.T) {
	for _, path := range pictured(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, 12))
			for range 300 {
				compareFixed[int8](t, r, path.elements)
				compareFixed[uint8](t, r, path.elements)
			}
		})
	}
}

func compareArgMax[T int8 | uint8, I int32 | int64](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	n, rows := 1+r.IntN(mostArgs), 1+r.IntN(5)
	in, out := drawn[T](t, r, n*rows), guardedOf[I](t, rows)
	argMax(e, out, in)
	for i, got := range out {
		row, want := in[i*n:(i+1)*n], 0
		for k, v := range row {
			if v > row[want] {
				want = k
			}
		}
		if got != I(want) {
			t.Fatalf("row %d of %v: got %d, want %d", i, row, got, want)
		}
	}
}

func TestArgMax(t *testing.T) {
	for _, path := range pictured(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			for range 300 {
				compareArgMax[int8, int32](t, r, path.elements)
				compareArgMax[uint8, int64](t, r, path.elements)
			}
		})
	}
}
