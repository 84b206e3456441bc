package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestSignalWindow(t *testing.T) {
	cases := []struct {
		name        string
		shift       int
		in, weights []int16
		want        []int16
	}{
		{"each sample by its weight", 12, []int16{100, 200, -300}, []int16{4096, 2048, 4096}, []int16{100, 100, -300}},
		{"the shift rounds down", 2, []int16{3, -3}, []int16{1, 1}, []int16{0, -1}},
		{"the result is clamped", 0, []int16{300, -300}, []int16{300, 300}, []int16{32767, -32768}},
		{"the window repeats", 0, []int16{1, 2, 3, 4}, []int16{1, 10}, []int16{1, 20, 3, 40}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := NewSignalWindow(SignalWindowOptions{Shift: c.shift}, len(c.in), len(c.weights))
			if err != nil {
				t.Fatal(err)
			}
			got := make([]int16, len(c.in))
			s.Run(c.in, c.weights, got)
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestSignalFftAutoScale(t *testing.T) {
	cases := []struct {
		name      string
		in        []int16
		want      []int16
		wantShift int
	}{
		{"silence stays", []int16{0, 0}, []int16{0, 0}, 0},
		{"one bit goes to the fifteenth", []int16{1, -1}, []int16{1 << 14, -1 << 14}, 14},
		{"the largest may be negative", []int16{100, -200}, []int16{100 << 7, -200 << 7}, 7},
		{"a loud frame stays", []int16{-16384, 5}, []int16{-16384, 5}, 0},
		{"the lowest number alone stays", []int16{-32768}, []int16{-32768}, 0},
		{"after the lowest number a smaller one counts", []int16{-32768, 3}, []int16{0, 3 << 13}, 13},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := make([]int16, len(c.in))
			shift := SignalFftAutoScale(c.in, got)
			if shift != c.wantShift || !slices.Equal(got, c.want) {
				t.Errorf("got %v shifted by %d, want %v by %d", got, shift, c.want, c.wantShift)
			}
		})
	}
}

func TestSignalWindowIsTheFormula(t *testing.T) {
	trials(t, 30, func(t *testing.T, r *rand.Rand) {
		n, shift := 1+r.IntN(9), r.IntN(32)
		in, weights := numbers[int16](r, n*r.IntN(4)), numbers[int16](r, n)
		s, err := NewSignalWindow(SignalWindowOptions{Shift: shift}, len(in), n)
		if err != nil {
			t.Fatal(err)
		}
		got, want := make([]int16, len(in)), []int64{}
		s.Run(in, weights, got)
		for i, x := range in {
			v, _ := ref.Floor(int64(x)*int64(weights[i%n]), 1<<shift)
			want = append(want, ref.Saturate(v, 16))
		}
		same(t, as[int64](got), want, in, weights, shift)
	})
}

// Without −32768, whose magnitude 16 bits do not hold, every sample is doubled as often as the loudest can be.
func TestSignalFftAutoScaleIsTheFormula(t *testing.T) {
	trials(t, 50, func(t *testing.T, r *rand.Rand) {
		in := numbers[int16](r, 1+r.IntN(9))
		for i := range in {
			in[i] = max(in[i]>>r.IntN(16), -32767)
		}
		got, want, times, loudest := make([]int16, len(in)), []int16{}, 0, 0
		for _, x := range in {
			loudest = max(loudest, int(x), -int(x))
		}
		for ; loudest > 0 && loudest<<(times+1) < 1<<15; times++ {
		}
		for _, x := range in {
			want = append(want, x<<times)
		}
		if shift := SignalFftAutoScale(in, got); shift != times {
			t.Fatalf("%v is shifted by %d, want %d", in, shift, times)
		}
		same(t, got, want, in)
	})
}
