package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// Axes walk either array forwards, backwards or not at all; those that can be joined are, which must not show.
func TestMoveIsTheFormula(t *testing.T) {
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		size := []int{1, 2, 3, 4, 8, 16}[r.IntN(6)]
		var axes []Axis
		var plain [][3]int
		walk := [2][2]int{} // the least and greatest place, of in and of out
		for range r.IntN(5) {
			a := Axis{N: r.IntN(4), In: r.IntN(7) - 3, Out: r.IntN(7) - 3}
			if r.IntN(2) == 0 && len(plain) > 0 { // as long as all of the axis before
				before := plain[0]
				a.In, a.Out = before[0]*before[1], before[0]*before[2]
			}
			axes, plain = slices.Insert(axes, 0, a), slices.Insert(plain, 0, [3]int{a.N, a.In, a.Out})
			for side, step := range [2]int{a.In, a.Out} {
				end := max(a.N-1, 0) * step
				walk[side][0] += min(end, 0)
				walk[side][1] += max(end, 0)
			}
		}
		from, to := -walk[0][0], -walk[1][0]
		in := ordinals(from + walk[0][1] + 1)
		want := slices.Repeat([]int{99}, to+walk[1][1]+1)
		got := wide(want, size)
		m := NewMove(size, from, to, axes...)
		for range 2 {
			m.Run(got, wide(in, size))
		}
		ref.Move(want, in, to, from, plain)
		same(t, got, wide(want, size), size, axes)
	})
}

// wide makes elements of size bytes of bytes.
func wide(v []int, size int) (w []byte) {
	for _, x := range v {
		for k := range size {
			w = append(w, byte(x+k))
		}
	}
	return w
}

func TestMoveFromAnotherStart(t *testing.T) {
	m, out := NewMove(2, 0, 0, Axis{2, 2, 1}), make([]byte, 6)
	m.Start(1, 1)
	m.Run(out, []byte{0, 0, 1, 1, 2, 2, 3, 3})
	if want := []byte{0, 0, 1, 1, 3, 3}; !slices.Equal(out, want) {
		t.Errorf("got %v, want %v", out, want)
	}
}

func TestFill(t *testing.T) {
	for n := range 5 {
		out := make([]byte, 3*n)
		Fill(out, []byte{1, 2, 3})
		if want := slices.Repeat([]byte{1, 2, 3}, n); !slices.Equal(out, want) {
			t.Errorf("%d elements: got %v, want %v", n, out, want)
		}
	}
}

func TestSpaceAndBatchAreTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		b := Blocks{N: 1 + r.IntN(2), C: r.IntN(4), Y: 1 + r.IntN(3), X: 1 + r.IntN(3), BlockH: 1 + r.IntN(3), BlockW: 1 + r.IntN(3)}
		b.H, b.W = 1+r.IntN(b.Y*b.BlockH), 1+r.IntN(b.X*b.BlockW)
		b.Top, b.Left = r.IntN(b.Y*b.BlockH-b.H+1), r.IntN(b.X*b.BlockW-b.W+1)
		space, batch := [4]int{b.N, b.H, b.W, b.C}, [4]int{b.BlockH * b.BlockW * b.N, b.Y, b.X, b.C}
		in, turned := numbers[uint8](r, ref.Elems(space[:])), numbers[uint8](r, ref.Elems(batch[:]))
		got, back := make([]byte, len(turned)), make([]byte, len(in))
		b.SpaceToBatch(got, in, []byte{9})
		same(t, got, ref.SpaceToBatch(in, space, batch, b.BlockH, b.BlockW, b.Top, b.Left, 9), b)
		b.BatchToSpace(back, turned)
		same(t, back, ref.BatchToSpace(turned, batch, space, b.BlockH, b.BlockW, b.Top, b.Left), b)
	})
}

// Operands of a concatenation lie side by side; those of another scale are requantized.
func TestConcatenationIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		rows, out := r.IntN(4), []int{r.IntN(4), r.IntN(4), r.IntN(4)}
		stride, at := out[0]+out[1]+out[2], 0
		to, too := affineOf[uint8](r)
		got, want := make([]uint8, rows*stride), make([]uint8, rows*stride)
		for i, size := range out {
			in := numbers[uint8](r, rows*size)
			from, rule := to, func(q int64) int64 { return q }
			if i > 0 {
				var a ref.Affine
				from, a = affineOf[uint8](r)
				rule = ref.ConcatScaled(a, too)
			}
			if scale := from.Scale * (1 / to.Scale); from == to {
				ConcatRows(got[min(at, len(got)):], in, size, stride)
			} else {
				ConcatScaled(got[min(at, len(got)):], in, size, stride, scale, float32(-from.Zero)*scale, to.Zero)
			}
			for k, q := range in {
				want[k/size*stride+at+k%size] = uint8(ref.Clamp(rule(int64(q)), 0, 255))
			}
			at += size
		}
		same(t, got, want, rows, out)
	})
}
