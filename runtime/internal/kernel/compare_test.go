package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"edged/runtime/internal/ref"
)

// orderings are the comparisons; of a NaN only "not equal" holds.
func orderings[T Number]() map[string]func(a, b T) bool {
	return map[string]func(a, b T) bool{
		"equal": func(a, b T) bool { return a == b }, "not equal": func(a, b T) bool { return a != b },
		"less": func(a, b T) bool { return a < b }, "less or equal": func(a, b T) bool { return a <= b },
		"greater": func(a, b T) bool { return a > b }, "greater or equal": func(a, b T) bool { return a >= b },
	}
}

func truth(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func TestComparisonsAreTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkScaled[int8](t, r)
		checkScaled[uint8](t, r)
		checkScaled[int16](t, r)
		aShape, bShape := shapes(r, MaxRank)
		a, b := strange(r, ref.Elems(aShape)), strange(r, ref.Elems(bShape))
		w, shape, _ := NewBroadcast(aShape, bShape)
		for name, f := range orderings[float32]() {
			got := make([]byte, ref.Elems(shape))
			Compare(&w, f, got, a, b)
			same(t, got, ref.Elementwise(aShape, a, bShape, b, func(a, b float32) byte { return truth(f(a, b)) }), name, a, b)
		}
	})
}

// Quantized numbers are compared on a common scale; TFLite refuses or shifts by a negative count from scale 1 on.
func checkScaled[T int8 | uint8 | int16](t *testing.T, r *rand.Rand) {
	aShape, bShape := shapes(r, 4)
	x, a := affineOf[T](r)
	y, b := affineOf[T](r)
	x.Scale, y.Scale = x.Scale/512, y.Scale/512
	a.Scale, b.Scale = x.Scale, y.Scale
	p, q := numbers[T](r, ref.Elems(aShape)), numbers[T](r, ref.Elems(bShape))
	w, shape, _ := NewBroadcast(aShape, bShape)
	for name, f := range orderings[int64]() {
		got := make([]byte, ref.Elems(shape))
		narrow := orderings[int32]()[name]
		CompareScaled(&w, narrow, NewScaled(x.Scale, x.Zero), NewScaled(y.Scale, y.Zero), got, p, q)
		want := ref.Elementwise(aShape, p, bShape, q, func(p, q T) byte { return truth(f(ref.Scaled(int64(p), a), ref.Scaled(int64(q), b))) })
		same(t, got, want, name, p, q, a, b)
	}
}

func TestLogicIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		aShape, bShape := shapes(r, MaxRank)
		a, b := numbers[uint8](r, ref.Elems(aShape)), numbers[uint8](r, ref.Elems(bShape))
		w, shape, _ := NewBroadcast(aShape, bShape)
		got := make([]byte, ref.Elems(shape))
		and := func(a, b bool) bool { return a && b }
		Logic(&w, and, got, a, b)
		same(t, got, ref.Elementwise(aShape, a, bShape, b, func(a, b byte) byte { return truth(a != 0 && b != 0) }), "and")
		not, want := make([]byte, len(a)), []byte{}
		Not(not, a)
		for _, v := range a {
			want = append(want, truth(v == 0))
		}
		same(t, not, want, "not")
	})
}

func TestAnyAllIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		shape, reduced, kept := folding(r, 4)
		in := numbers[uint8](r, ref.Elems(shape))
		if r.IntN(2) == 0 {
			in = make([]uint8, len(in))
		}
		w, _, _ := NewBroadcast(kept, shape)
		for _, all := range []bool{false, true} {
			got, want := make([]byte, ref.Elems(kept)), []byte{}
			AnyAll(&w, all, got, in)
			for _, group := range ref.Groups(shape, reduced, in) {
				zero := 0
				for _, v := range group {
					zero += int(truth(v == 0))
				}
				want = append(want, truth(all && zero == 0 || !all && zero < len(group)))
			}
			same(t, got, want, "all ", all, shape, reduced)
		}
	})
}

func TestIntegersAreTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		checkBits[int8](t, r)
		checkBits[uint8](t, r)
		checkBits[int16](t, r)
		checkBits[uint16](t, r)
		checkBits[int32](t, r)
		checkBits[uint32](t, r)
		checkFloors[int8](t, r)
		checkFloors[int16](t, r)
		checkFloors[int32](t, r)
		for i, a := range numbers[int64](r, 40) {
			if b := numbers[int64](r, 40)[i]; b != 0 {
				if got, want := FloorMod(a, b), ref.FloorModInt(a, b); got != want {
					t.Fatalf("%d modulo %d: got %d, want %d", a, b, got, want)
				}
			}
		}
	})
}

func checkBits[T Integer](t *testing.T, r *rand.Rand) {
	aShape, bShape := shapes(r, 4)
	a, b := wholes[T](r, ref.Elems(aShape)), wholes[T](r, ref.Elems(bShape))
	w, shape, _ := NewBroadcast(aShape, bShape)
	bits := 8 * int(unsafe.Sizeof(T(0)))
	for _, c := range []struct {
		name string
		f    func(a, b T) T
		ref  func(a, b int64) int64
	}{
		{"xor", Xor[T], func(a, b int64) int64 { return (a | b) - (a & b) }},
		{"right shift", RightShift[T], func(a, b int64) int64 { return ref.RightShift(a, b, bits) }},
	} {
		got := make([]T, ref.Elems(shape))
		Integers(&w, c.f, got, a, b)
		same(t, got, ref.Elementwise(aShape, a, bShape, b, func(a, b T) T { return T(c.ref(int64(a), int64(b))) }), c.name, a, b)
	}
}

// wholes are any numbers, or such as shift by a few bits.
func wholes[T Integer](r *rand.Rand, n int) []T {
	s := as[T](numbers[int64](r, n))
	if r.IntN(2) == 0 {
		for i := range s {
			s[i] = T(r.IntN(80)) - 8
		}
	}
	return s
}

func checkFloors[T int8 | int16 | int32](t *testing.T, r *rand.Rand) {
	a, b := numbers[T](r, 40), append(numbers[T](r, 38), 1, 1)
	b[39]-- // to 0, and below
	b[39]--
	for i, x := range a {
		y := b[i]
		if y == 0 {
			continue
		}
		if got, want := FloorDiv(x, y), ref.FloorDivInt(int64(x), int64(y), 8*int(unsafe.Sizeof(x))); int64(got) != want {
			t.Fatalf("%d by %d: got %d, want %d", x, y, got, want)
		}
		if got, want := FloorMod(x, y), ref.FloorModInt(int64(x), int64(y)); int64(got) != want {
			t.Fatalf("%d modulo %d: got %d, want %d", x, y, got, want)
		}
	}
}

func TestFloorModOfFloatsIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		a, b := strange(r, 50), strange(r, 50)
		for i, x := range a {
			if f, g := float64(x), float64(b[i]); math.IsInf(f, 0) || math.IsInf(g, 0) || f != f || g != g || g == 0 || math.Abs(f/g) > 1e15 {
				continue
			}
			if got, want := float64(FloorModFloat(x, b[i])), ref.FloorMod(float64(x), float64(b[i])); got != want {
				t.Fatalf("%g modulo %g: got %g, want %g", x, b[i], got, want)
			}
		}
	})
}

func TestSelectIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		cShape, xShape := shapes(r, 5)
		yShape := xShape
		if r.IntN(2) == 0 {
			xShape, yShape = cShape, xShape
		}
		shape := ref.Broadcast(ref.Broadcast(cShape, xShape), yShape)
		c, x, y := numbers[uint8](r, ref.Elems(cShape)), ordinals(ref.Elems(xShape)), ordinals(ref.Elems(yShape))
		got, want := make([]int, ref.Elems(shape)), []int{}
		Select(NewChoice(shape, cShape, xShape, yShape), got, c, x, y)
		wideX, wideY := ref.Repeat(shape, xShape, x), ref.Repeat(shape, yShape, y)
		for i, v := range ref.Repeat(shape, cShape, c) {
			if v != 0 {
				want = append(want, wideX[i])
			} else {
				want = append(want, wideY[i])
			}
		}
		same(t, got, want, cShape, xShape, yShape)
	})
}
