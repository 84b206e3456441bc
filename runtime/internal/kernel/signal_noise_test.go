package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// By hand, with 4 fractional bits: even channels follow by ¼, odd ones by ½; a quarter of the signal always stays.
func TestSignalSubtraction(t *testing.T) {
	opts := SignalSubtractionOptions{
		Channels: 2, Smoothing: 4, OneMinusSmoothing: 12, AltSmoothing: 8, AltOneMinusSmoothing: 8,
		MinSignalRemaining: 4, SmoothingBits: 1, Bits: 4,
	}
	frames := [][]uint32{{100, 100}, {100, 100}, {0, 20}}
	type result struct{ out, noise []uint32 }
	cases := []struct {
		name  string
		clamp bool
		want  []result
	}{
		{"noise stays above the signal", false, []result{
			{[]uint32{75, 50}, []uint32{50, 100}}, {[]uint32{56, 25}, []uint32{87, 150}}, {[]uint32{0, 5}, []uint32{65, 95}},
		}},
		{"noise falls with the signal", true, []result{
			{[]uint32{75, 50}, []uint32{50, 100}}, {[]uint32{56, 25}, []uint32{87, 150}}, {[]uint32{0, 5}, []uint32{0, 40}},
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opts.Clamping = c.clamp
			s, err := NewSignalSubtraction(opts, 2)
			if err != nil {
				t.Fatal(err)
			}
			for i, in := range frames {
				out, noise := make([]uint32, 2), make([]uint32, 2)
				s.Run(in, out, noise)
				if !slices.Equal(out, c.want[i].out) || !slices.Equal(noise, c.want[i].noise) {
					t.Errorf("frame %d: got %v, noise %v, want %v, noise %v", i, out, noise, c.want[i].out, c.want[i].noise)
				}
			}
		})
	}
}

func TestSignalPCAN(t *testing.T) {
	gains := make([]int16, pcanGains)
	gains[0], gains[1], gains[2] = 1<<10, 1<<11, 1<<12
	for octave := 2; octave <= 32; octave++ {
		at := gains[4*octave-6:]
		at[0], at[1], at[2] = 1<<12, 16, -8 // 4096 + 16·t − 8·t², t from 0 to 1
	}
	cases := []struct {
		name      string
		in, noise uint32
		want      uint32
	}{
		{"an snr of 1 gives a quarter", 1 << 2, 0, 1 << 6 / 4},
		{"the table's first three are gains", 1 << 2, 1, 1 << 6},
		{"an snr of 2 gives 1 both ways", 2, 2, 1 << 6},
		{"above it loses 1", 5, 2, 4 << 6},
		{"a power of two has the octave's first gain", 5, 1 << 9, 4 << 6},
		{"half an octave on: 4096 + 8 − 2", 64, 3 << 8, 64*4102>>6 - 64},
		{"the same in the last octave", 64, 3 << 30, 64*4102>>6 - 64},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := NewSignalPCAN(SignalPCANOptions{}, 1, 1, pcanGains)
			if err != nil {
				t.Fatal(err)
			}
			got := []uint32{0}
			s.Run([]uint32{c.in}, []uint32{c.noise}, gains, got)
			if got[0] != c.want {
				t.Errorf("got %d, want %d", got[0], c.want)
			}
		})
	}
}

func TestSignalNoiseIsTheFormula(t *testing.T) {
	trials(t, 60, func(t *testing.T, r *rand.Rand) {
		p := numbers[uint32](r, 5)
		o := SignalSubtractionOptions{Channels: 1 + r.IntN(5), Smoothing: p[0], OneMinusSmoothing: p[1], AltSmoothing: p[2], AltOneMinusSmoothing: p[3],
			MinSignalRemaining: p[4], SmoothingBits: r.IntN(32), Bits: r.IntN(64), Clamping: r.IntN(2) == 0}
		s, err := NewSignalSubtraction(o, o.Channels)
		if err != nil {
			t.Fatal(err)
		}
		noise := make([]uint32, o.Channels)
		gains, shift := numbers[int16](r, pcanGains), r.IntN(64)
		pcan, err := NewSignalPCAN(SignalPCANOptions{SNRShift: shift}, o.Channels, o.Channels, len(gains))
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			in, out, after, want := numbers[uint32](r, o.Channels), make([]uint32, o.Channels), make([]uint32, o.Channels), make([]uint32, o.Channels)
			s.Run(in, out, after)
			for c, x := range in {
				rate, keep := o.Smoothing, o.OneMinusSmoothing
				if c%2 == 1 {
					rate, keep = o.AltSmoothing, o.AltOneMinusSmoothing
				}
				want[c], noise[c] = ref.Subtraction(x, noise[c], rate, keep, o.MinSignalRemaining, uint(o.SmoothingBits), uint(o.Bits), o.Clamping)
			}
			same(t, out, want, o)
			same(t, after, noise, o)
			pcan.Run(in, noise, gains, out)
			for c, x := range in {
				want[c] = ref.Shrunk(uint32(uint64(x) * uint64(uint32(ref.Gain(noise[c], gains))) >> shift))
			}
			same(t, out, want, in, noise, shift)
		}
	})
}
