package simd

import (
	"math"
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

// compareResized compares a row of a resized picture with the formula, of which nothing is rounded before the end.
func compareResized[T int8 | uint8, S Shares](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	one := sharesOf[S]()
	n, c, wide := 1+r.IntN(9), 1+r.IntN(40), 1+r.IntN(6)
	top, bottom, out, y := drawn[T](t, r, wide*c), drawn[T](t, r, wide*c), guardedOf[T](t, n*c), r.Int32N(one+1)
	taps, row := guardedOf[TapFixed](t, n), guardedOf[S](t, wide*c+RowRoom)
	for i := range taps {
		taps[i] = TapFixed{int32(r.IntN(wide) * c), int32(r.IntN(wide) * c), r.Int32N(one + 1)}
	}
	mixRows(e, row, top, bottom, y)
	for i := range top {
		if got, want := int32(row[i]), int32(top[i])*(one-y)+int32(bottom[i])*y+one/2; got != want {
			t.Fatalf("element %d of %d between rows: got %d, want %d", i, len(top), got, want)
		}
	}
	fixed := NewTapsFixed(taps)
	spread(e, out, row, &fixed)
	for i, got := range out {
		p, v := taps[i/c], one*one/2
		for _, at := range [...][2]int32{{p.Left, one - p.Weight}, {p.Right, p.Weight}} {
			v += at[1] * (int32(top[int(at[0])+i%c])*(one-y) + int32(bottom[int(at[0])+i%c])*y)
		}
		if want := T(math.Floor(float64(v) / float64(one*one))); got != want {
			t.Fatalf("element %d of %dx%d: got %d, want %d", i, n, c, got, want)
		}
	}
}

func TestResizedRows(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, 12))
			for range 200 {
				compareResized[int8, int16](t, r, path.elements)
				compareResized[int8, int32](t, r, path.elements)
				compareResized[uint8, int16](t, r, path.elements)
				compareResized[uint8, int32](t, r, path.elements)
			}
		})
	}
}

func compareArgMax[T int8 | uint8, I int32 | int64](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	n, rows := 1+r.IntN(e.mostArgs()), 1+r.IntN(40)
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
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			for range 300 {
				compareArgMax[int8, int32](t, r, path.elements)
				compareArgMax[uint8, int64](t, r, path.elements)
			}
		})
	}
}
