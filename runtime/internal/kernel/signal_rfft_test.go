package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// By hand: 16384 divided by 4 is 16384·8191/2¹⁵ = 4096, by 2 is 4096·16383/2¹⁵ = 2048, rounded; an impulse has that in
// every bin, and its turn by one sample the same magnitude.
func TestSignalRfftOfImpulse(t *testing.T) {
	s, err := NewSignalRfft[int16](SignalRfftOptions{FFTLength: 8}, 2, 10)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]int16, 20)
	s.Run([]int16{16384, 0, 0, 16384}, got)
	want := []int16{
		2048, 0, 2048, 0, 2048, 0, 2048, 0, 2048, 0,
		2048, 0, 1448, -1448, 0, -2048, -1448, -1448, -2048, 0,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d, want %d", got, want)
	}
}

// frames returns n numbers in ±2^(bits−1), half of the frames extreme.
func frames(r *rand.Rand, n, bits int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Floor((r.Float64() - .5) * math.Exp2(float64(bits)))
		if i/256%2 == 1 {
			x[i] = []float64{-1, 1}[r.IntN(2)] * (math.Exp2(float64(bits-1)) - 1)
		}
	}
	return x
}

// checkRfft compares a transform with the formula. Its results are the formula's divided by per.
func checkRfft[T int16 | int32 | float32](t *testing.T, n, cols int, x []float64, per, bound float64) {
	t.Helper()
	s, err := NewSignalRfft[T](SignalRfftOptions{FFTLength: n}, cols, n+2)
	if err != nil {
		t.Fatal(err)
	}
	in := make([]T, len(x))
	for i, v := range x {
		in[i] = T(v)
	}
	got := make([]T, len(x)/cols*(n+2))
	s.Run(in, got)
	for f := range len(x) / cols {
		for k, want := range ref.RFFT(x[f*cols:(f+1)*cols], n) {
			re, im := float64(got[f*(n+2)+2*k]), float64(got[f*(n+2)+2*k+1])
			if math.Abs(re-real(want)/per) > bound || math.Abs(im-imag(want)/per) > bound {
				t.Fatalf("frame %d bin %d: got %g%+gi, want %g within %g", f, k, re, im, want/complex(per, 0), bound)
			}
		}
	}
}

func TestSignalRfftAgainstFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 4; n <= 1024; n *= 2 {
		stages := math.Log2(float64(n))
		for _, cols := range []int{n, n - 1} {
			// Each fixed-point stage rounds by up to half a unit and multiplies by 1−2⁻¹⁵, here at ±2¹⁴ at most.
			t.Run(fmt.Sprintf("int16 %d of %d", cols, n), func(t *testing.T) {
				checkRfft[int16](t, n, cols, frames(r, 4*cols, 15), float64(n), 1+stages)
			})
			t.Run(fmt.Sprintf("int32 %d of %d", cols, n), func(t *testing.T) {
				checkRfft[int32](t, n, cols, frames(r, 4*cols, 30), float64(n), 1+2*stages)
			})
			t.Run(fmt.Sprintf("float32 %d of %d", cols, n), func(t *testing.T) {
				checkRfft[float32](t, n, cols, frames(r, 4*cols, 2), 1, 1e-6*stages*float64(n))
			})
		}
	}
}

// Frames of any length, full scale ones among them, whose sums wrap around.
func TestSignalRfftIsKissFFT(t *testing.T) {
	trials(t, 40, func(t *testing.T, r *rand.Rand) {
		checkKiss[int16](t, r, 16)
		checkKiss[int32](t, r, 32)
	})
}

func checkKiss[T int16 | int32](t *testing.T, r *rand.Rand, bits int) {
	n := 4 << r.IntN(7)
	cols := 1 + r.IntN(n)
	s, err := NewSignalRfft[T](SignalRfftOptions{FFTLength: n}, cols, n+2)
	if err != nil {
		t.Fatal(err)
	}
	in, got := numbers[T](r, 2*cols), make([]T, 2*(n+2))
	s.Run(in, got)
	same(t, as[int64](got), eachRow(in, cols, func(frame []int64) []int64 { return ref.Transform(frame, n, bits) }), n, cols, bits)
}

// The tables of the 16-bit transform come from math.Cos, which may differ by a last bit from C's and between
// machines. No entry lies so near to a tie that it could matter.
func TestSignalRfftTablesAreNoTies(t *testing.T) {
	for k := range maxFFT {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / maxFFT)
		for _, v := range []float64{32767 * sin, 32767 * cos} {
			if tie := math.Abs(math.Abs(v-math.Floor(v)) - .5); tie < 1e-9 {
				t.Errorf("entry %d of %d: %v is a tie to within %g", k, maxFFT, v, tie)
			}
		}
	}
}

func TestSignalRfftAllocatesNothing(t *testing.T) {
	s, err := NewSignalRfft[int16](SignalRfftOptions{FFTLength: 512}, 480, 514)
	if err != nil {
		t.Fatal(err)
	}
	in, out := make([]int16, 480), make([]int16, 514)
	if n := testing.AllocsPerRun(10, func() { s.Run(in, out) }); n != 0 {
		t.Errorf("got %g allocations, want 0", n)
	}
}

func BenchmarkSignalRfft(b *testing.B) {
	b.Run("int16/n512", func(b *testing.B) {
		s, err := NewSignalRfft[int16](SignalRfftOptions{FFTLength: 512}, 480, 514)
		if err != nil {
			b.Fatal(err)
		}
		in, out := make([]int16, 480), make([]int16, 514)
		for b.Loop() {
			s.Run(in, out)
		}
	})
}
