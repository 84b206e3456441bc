package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"edged/runtime/internal/ref"
)

// onGrid returns real numbers, some halfway between quantized ones of a scale, some far outside of them.
func onGrid(r *rand.Rand, n int, scale float32) []float32 {
	s := strange(r, n)
	for i := range s {
		switch r.IntN(3) {
		case 0:
			s[i] = float32(float64(r.IntN(1200)-600) / 2 * float64(scale))
		case 1:
			s[i] = float32(math.Ldexp(r.NormFloat64(), r.IntN(50))) * scale
		}
	}
	return s
}

func TestQuantizeIsTheFormula(t *testing.T) {
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		checkQuantizeXNN[int8](t, r)
		checkQuantizeXNN[uint8](t, r)
		checkQuantizeFixed[int8](t, r)
		checkQuantizeFixed[uint8](t, r)
		checkQuantizeFixed[int16](t, r)
	})
}

func affineOf[T Whole](r *rand.Rand) (Affine, ref.Affine) {
	a := Affine{ratio(r), zeroOf[T](r)}
	return a, refAffine(a)
}

// ends are the limits of T for the reference.
func ends[T Whole]() (lo, hi int64) {
	l, h := limitsOf[T]()
	return l, int64(h)
}

func checkQuantizeXNN[T int8 | uint8](t *testing.T, r *rand.Rand) {
	a, to := affineOf[T](r)
	lo, hi := ends[T]()
	in, out := onGrid(r, 50, a.Scale), make([]T, 50)
	QuantizeFloat(out, in, a.Scale, a.Zero)
	for i, x := range in {
		if want := ref.QuantizeXNN(float64(x), to, lo, hi); int64(out[i]) != want {
			t.Fatalf("XNNPACK's %g in %v is %d, want %d", x, a, out[i], want)
		}
	}
}

func checkQuantizeFixed[T Quantized](t *testing.T, r *rand.Rand) {
	a, to := affineOf[T](r)
	lo, hi := ends[T]()
	in, out := onGrid(r, 50, a.Scale), make([]T, 50)
	QuantizeRound(out, in, a.Scale, a.Zero)
	for i, x := range in {
		if want := ref.QuantizeFixed(float64(x), to, lo, hi); int64(out[i]) != want {
			t.Fatalf("%g in %v is %d, want %d", x, a, out[i], want)
		}
	}
}

func TestRequantizeIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		checkRequantize[int8, uint8](t, r)
		checkRequantize[uint8, int8](t, r)
		checkRequantize[int8, int16](t, r)
		checkRequantize[int16, int8](t, r)
		checkRequantize[int16, int32](t, r)
		checkRequantize[int32, int16](t, r)
		checkConvert[int8](t, r)
		checkConvert[uint8](t, r)
	})
}

func checkRequantize[A, B Quantized | int32](t *testing.T, r *rand.Rand) {
	from, a := affineOf[A](r)
	to, b := affineOf[B](r)
	if r.IntN(3) == 0 {
		to.Scale, b.Scale = from.Scale, from.Scale
	}
	if from.Scale/to.Scale > 1<<29 { // where TFLite shifts out of the int32
		return
	}
	lo, hi := ends[B]()
	in, out := numbers[A](r, 50), make([]B, 50)
	Requantize(out, in, NewMultiplier(float64(from.Scale)/float64(to.Scale)), from.Zero, to.Zero)
	for i, q := range in {
		if want := ref.Requantize(int64(q), a, b, lo, hi); int64(out[i]) != want {
			t.Fatalf("%d of %v in %v is %d, want %d", q, from, to, out[i], want)
		}
	}
}

func checkConvert[T int8 | uint8](t *testing.T, r *rand.Rand) {
	from, a := affineOf[T](r)
	to, b := affineOf[T](r)
	to.Scale = from.Scale * float32(math.Ldexp(1+r.Float64(), r.IntN(15)-7))
	b.Scale = to.Scale
	lo, hi := ends[T]()
	in, out := numbers[T](r, 50), make([]T, 50)
	Convert(out, in, int32(math.RoundToEven(float64(256*(from.Scale/to.Scale)))), from.Zero, to.Zero)
	for i, q := range in {
		if want := ref.ConvertXNN(int64(q), a, b, lo, hi); int64(out[i]) != want {
			t.Fatalf("%d of %v in %v is %d, want %d", q, from, to, out[i], want)
		}
	}
}

func TestDequantizeIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		checkDequantize[int8](t, r)
		checkDequantize[uint8](t, r)
		checkDequantize[int16](t, r)
		nibbles, a := numbers[uint8](r, 8), Affine{ratio(r), int32(r.IntN(16) - 8)}
		out, want := make([]float32, 15), make([]float32, 15)
		DequantizeInt4(out, nibbles, a.Scale, a.Zero)
		for i := range want {
			want[i] = float32(refAffine(a).Real(ref.Nibble(nibbles, i)))
		}
		same(t, out, want, "nibbles", nibbles, a)
		halves := numbers[uint16](r, 15)
		DequantizeHalf(out, halves)
		for i, h := range halves {
			want[i] = float32(ref.Half(h))
		}
		same(t, out, want, "halves", halves)
	})
}

func checkDequantize[T Quantized](t *testing.T, r *rand.Rand) {
	inner, channels := 1+r.IntN(3), 1+r.IntN(4)
	in := numbers[T](r, 2*channels*inner)
	scale, zero := make([]float32, channels), make([]int32, channels)
	for c := range scale {
		scale[c], zero[c] = ratio(r), zeroOf[T](r)
	}
	one, each := make([]float32, len(in)), make([]float32, len(in))
	Dequantize(one, in, scale[0], zero[0])
	DequantizeChannels(each, in, inner, scale, zero)
	wantOne, wantEach := make([]float32, len(in)), make([]float32, len(in))
	for i, q := range in {
		c := i / inner % channels
		wantOne[i] = float32(ref.Affine{Scale: scale[0], Zero: int64(zero[0])}.Real(int64(q)))
		wantEach[i] = float32(ref.Affine{Scale: scale[c], Zero: int64(zero[c])}.Real(int64(q)))
	}
	same(t, one, wantOne, "one scale")
	same(t, each, wantEach, "a scale for each of", channels, inner)
}

// Every binary16 there and back, and float32 at its ends, beside and between them.
func TestHalvesAreTheFormula(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		f, want := float64(HalfToFloat(h)), ref.Half(h)
		if f != want && (f == f || want == want) || math.Signbit(f) != (h>>15 == 1) {
			t.Fatalf("%#04x is %g, want %g", h, f, want)
		}
		back := FloatToHalf(float32(want))
		if want != want {
			h = h&0x8000 | 0x7e00
			back |= h & 0x8000 // the sign of NaN is not float64's to keep
		}
		if back != h {
			t.Fatalf("%g is %#04x, want %#04x", want, back, h)
		}
		between := float32((want + ref.Half(h+1)) / 2)
		for _, x := range []float32{between, math.Nextafter32(between, 0), math.Nextafter32(between, 1e9)} {
			checkHalf(t, x)
		}
	}
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		for _, x := range strange(r, 100) {
			checkHalf(t, x)
		}
	})
}

func checkHalf(t *testing.T, x float32) {
	got, want := float64(HalfToFloat(FloatToHalf(x))), ref.RoundHalf(float64(x))
	if got != want && (got == got || want == want) {
		t.Fatalf("%g is %g in 16 bits, want %g", x, got, want)
	}
}

func TestCastsAreTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		checkCasts[int8](t, r)
		checkCasts[uint8](t, r)
		checkCasts[int16](t, r)
		checkCasts[uint16](t, r)
		checkCasts[int32](t, r)
		checkCasts[uint32](t, r)
		checkCasts[int64](t, r)
		checkCasts[uint64](t, r)
	})
}

func checkCasts[B Whole](t *testing.T, r *rand.Rand) {
	bits, signed := 8*int(unsafe.Sizeof(B(0))), ^B(0) < 0
	in := strange(r, 60)
	for i := range in {
		if r.IntN(2) == 0 { // about the ends of the types
			in[i] = float32(math.Ldexp(1+r.Float64(), []int{6, 7, 14, 15, 30, 31, 62, 63}[r.IntN(8)]) * float64(1-2*r.IntN(2)))
		}
	}
	truncated, saturated, out := make([]B, 60), make([]B, 60), make([]B, 60)
	Truncate(truncated, in)
	Saturate(saturated, in, 7)
	Truncate(out, as[float64](in))
	for i, x := range in {
		wrapped, held := B(ref.Truncated(float64(x), bits, signed)), B(ref.Saturated(float64(x), bits, signed, 7))
		if truncated[i] != wrapped || out[i] != wrapped || saturated[i] != held {
			t.Fatalf("%g in %d bits, signed %v: got %v and %v cut, %v held, want %v and %v", x, bits, signed, truncated[i], out[i], saturated[i], wrapped, held)
		}
	}
	checkFrom[B](t, numbers[int64](r, 30))
}

// checkFrom casts integers: the lowest bits stay; to floats, the value is rounded once.
func checkFrom[B Whole](t *testing.T, in []int64) {
	whole, truth, halves, floats := make([]B, len(in)), make([]byte, len(in)), make([]uint16, len(in)), make([]float32, len(in))
	Cast(whole, in)
	Cast(floats, whole)
	Truth(truth, whole)
	Halves(halves, whole)
	back := make([]float64, len(in))
	Floats(back, halves)
	bits := 8 * unsafe.Sizeof(B(0))
	for i, x := range in {
		if (uint64(whole[i])^uint64(x))<<(64-bits) != 0 || (truth[i] == 1) != (uint64(x)<<(64-bits) != 0) {
			t.Fatalf("%d in %d bits is %v, %d", x, bits, whole[i], truth[i])
		}
		if want := ref.RoundHalf(float64(float32(whole[i]))); back[i] != want {
			t.Fatalf("%v in 16 bits is %g, want %g", whole[i], back[i], want)
		}
	}
}
