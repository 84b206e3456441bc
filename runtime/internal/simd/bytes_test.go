package simd

import (
	"math"
	"math/rand/v2"
	"testing"
)

func compareBytes[T int8 | uint8](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	n, least := 1+r.IntN(100), int32(0)
	if sign[T]() == 1 {
		least = -128
	}
	a, b, out := drawn[T](t, r, n), drawn[T](t, r, n), guardedOf[T](t, n)
	rule := ProductRule{ZeroA: least + r.Int32N(256), ZeroB: least + r.Int32N(256), Scale: float32(r.ExpFloat64() / 256), Zero: least + r.Int32N(256)}
	rule.Lo, rule.Hi = float32(least-rule.Zero), float32(least+255-rule.Zero)
	done := productsBy(e, &rule, out, a, b)
	for i, got := range out[:done] {
		v := float32((int32(a[i])-rule.ZeroA)*(int32(b[i])-rule.ZeroB)) * rule.Scale
		if want := T(int32(math.RoundToEven(float64(min(max(v, rule.Lo), rule.Hi)))) + rule.Zero); got != want {
			t.Fatalf("product %d of %d: got %d, want %d", i, n, got, want)
		}
	}
	for _, larger := range []bool{true, false} {
		if got := extremesBy(e, larger, out, a, b); got != n/16*16 || got != done {
			t.Fatalf("%d of %d elements are done", got, n)
		}
		for i, got := range out[:done] {
			want := min(a[i], b[i])
			if larger {
				want = max(a[i], b[i])
			}
			if got != want {
				t.Fatalf("larger %t: element %d of %d: got %d, want %d", larger, i, n, got, want)
			}
		}
	}
}

func compareMaxPool[T int8 | uint8](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	p := MaxPool{Rows: 1 + r.IntN(3), Columns: 1 + r.IntN(3), Channels: 16 + r.IntN(60), Lo: int32(T(r.Uint32() % 64)), Hi: int32(T(64 + r.Uint32()%64))}
	pixels := 1 + r.IntN(4)
	p.Step = (1 + r.IntN(2)) * p.Channels
	p.Row = (pixels-1)*p.Step + p.Columns*p.Channels + r.IntN(9)
	in, out := drawn[T](t, r, (pixels-1)*p.Step+(p.Rows-1)*p.Row+p.Columns*p.Channels), guardedOf[T](t, pixels*p.Channels)
	maxPoolRow(e, &p, out, in)
	for i, got := range out {
		want := p.Lo
		for k := range p.Rows * p.Columns {
			want = max(want, int32(in[i/p.Channels*p.Step+k/p.Columns*p.Row+k%p.Columns*p.Channels+i%p.Channels]))
		}
		if int32(got) != min(want, p.Hi) {
			t.Fatalf("%+v: element %d: got %d, want %d", p, i, got, min(want, p.Hi))
		}
	}
}

func TestBytes(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(31, 32))
			for range 100 {
				compareBytes[int8](t, r, path.elements)
				compareBytes[uint8](t, r, path.elements)
				compareMaxPool[int8](t, r, path.elements)
				compareMaxPool[uint8](t, r, path.elements)
			}
		})
	}
}
