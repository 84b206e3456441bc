package simd

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// guardedOf is guarded with elements of T.
func guardedOf[T any](t testing.TB, n int) []T {
	size := int(unsafe.Sizeof(*new(T)))
	b := guarded(t, n*size)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

func drawn[T int8 | uint8](t testing.TB, r *rand.Rand, n int) []T {
	v := guardedOf[T](t, n)
	copy(v, values[T](r, n))
	return v
}

func compareElements[T int8 | uint8](t *testing.T, r *rand.Rand, e *elements) {
	t.Helper()
	n := 1 + r.IntN(100)
	a, b, out := drawn[T](t, r, n), drawn[T](t, r, n), guardedOf[T](t, n)
	s := SumRule{MA: r.Int32N(1 << 21), MB: r.Int32N(1<<22) - 1<<21, Bias: int32(r.Uint32()) >> 4, Shift: 13 + r.Int32N(18), Zero: r.Int32N(256) - 128, Lo: -128, Hi: 127}
	addBy(e, &s, out, a, b)
	for i, got := range out {
		if want := T(min(max((s.Bias+int32(a[i])*s.MA+int32(b[i])*s.MB)>>s.Shift+s.Zero, s.Lo), s.Hi)); got != want {
			t.Fatalf("add: element %d of %d: got %d, want %d", i, n, got, want)
		}
	}
	sums := guardedOf[int32](t, n)
	for i := range sums {
		sums[i] = int32(i)
	}
	addRowBy(e, sums, a)
	for i, got := range sums {
		if want := int32(i) + int32(a[i]); got != want {
			t.Fatalf("add row: element %d of %d: got %d, want %d", i, n, got, want)
		}
	}
	if e.lookup != nil {
		var table [256]byte
		for i := range table {
			table[i] = byte(i*7 + i/16)
		}
		src, dst := drawn[uint8](t, r, n), guardedOf[uint8](t, n)
		e.lookup(&dst[0], &src[0], n, &table)
		for i, got := range dst {
			if want := table[src[i]]; got != want {
				t.Fatalf("lookup: element %d of %d, %d: got %d, want %d", i, n, src[i], got, want)
			}
		}
	}
	in := guardedOf[float32](t, n)
	for i := range in {
		in[i] = [...]float32{float32(r.NormFloat64() * 100), float32(r.IntN(400)-200) + 0.5, float32(math.NaN()), float32(math.Inf(1 - 2*r.IntN(2)))}[r.IntN(4)]
	}
	c := quantizeCall{inverse: []float32{1, float32(r.Float64())}[r.IntN(2)], least: -100, most: 120, zero: -3}
	quantizeBy(e, out, in, c)
	for i, got := range out {
		v := in[i] * c.inverse
		if !(v < c.most) {
			v = c.most
		}
		if want := T(int32(math.RoundToEven(float64(max(v, c.least)))) + c.zero); got != want {
			t.Fatalf("quantize: element %d of %d, %v: got %d, want %d", i, n, in[i], got, want)
		}
	}
}

func TestElements(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(5, 6))
			for range 300 {
				compareElements[int8](t, r, path.elements)
				compareElements[uint8](t, r, path.elements)
			}
		})
	}
}
