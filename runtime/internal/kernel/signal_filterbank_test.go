package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

func TestSignalEnergy(t *testing.T) {
	s, err := NewSignalEnergy(SignalEnergyOptions{Start: 1, End: 3}, 8, 4)
	if err != nil {
		t.Fatal(err)
	}
	got := []uint32{7, 7, 7, 7}
	s.Run([]int16{1, 1, 3, -4, -32768, -32768, 9, 9}, got)
	if want := []uint32{0, 25, 1 << 31, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSignalFilterBank(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		const channels, bins = 5, 40
		tables, bands := SignalFilterBankTables{}, make([]ref.Band, channels+1)
		for b := range bands {
			width := r.IntN(8)
			band := ref.Band{First: r.IntN(bins - width)}
			for range width {
				band.Weights = append(band.Weights, int16(r.Uint32()))
				band.Unweights = append(band.Unweights, int16(r.Uint32()))
			}
			tables.Starts = append(tables.Starts, int16(band.First))
			tables.WeightStarts = append(tables.WeightStarts, int16(len(tables.Weights)))
			tables.Widths = append(tables.Widths, int16(width))
			tables.Weights = append(tables.Weights, band.Weights...)
			tables.Unweights = append(tables.Unweights, band.Unweights...)
			bands[b] = band
		}
		in, got := make([]uint32, bins), make([]uint64, channels)
		for i := range in {
			in[i] = r.Uint32()
		}
		s, err := NewSignalFilterBank(SignalFilterBankOptions{Channels: channels}, tables, bins, channels)
		if err != nil {
			t.Fatal(err)
		}
		s.Run(in, got)
		if want := ref.FilterBank(in, bands); !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

func TestSignalFilterBankSquareRoot(t *testing.T) {
	in := []uint64{0, math.MaxUint64, math.MaxUint32, math.MaxUint32 + 1}
	for root := uint64(1); root < 1<<32; root = root*3 + 1 {
		in = append(in, root*root-root, root*root-root+1, root*root-1, root*root, root*root+root, root*root+root+1)
	}
	got := make([]uint32, len(in))
	for shift := range int32(20) {
		if err := SignalFilterBankSquareRoot(in, shift, got); err != nil {
			t.Fatal(err)
		}
		for i, x := range in {
			want := min(ref.Sqrt(x), math.MaxUint32)
			if x <= math.MaxUint32 {
				want = min(want, math.MaxUint16)
			}
			if got[i] != uint32(want>>shift) {
				t.Errorf("√%d >> %d: got %d, want %d", x, shift, got[i], want>>shift)
			}
		}
	}
	for _, shift := range []int32{-1, 32} {
		if err := SignalFilterBankSquareRoot(in, shift, got); err == nil {
			t.Errorf("shift %d: got no error", shift)
		}
	}
}

func TestSignalFilterBankLog(t *testing.T) {
	cases := []struct {
		name  string
		opts  SignalFilterBankLogOptions
		in    []uint32
		bound float64
	}{
		{"micro_speech's scale", SignalFilterBankLogOptions{OutputScale: 1600, InputCorrectionBits: 3}, []uint32{1, 2, 7, 100, 1 << 20}, 1.5},
		{"without correction", SignalFilterBankLogOptions{OutputScale: 1000}, []uint32{2, 3, 5, 12345, 1<<32 - 1}, 1.5},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := NewSignalFilterBankLog(c.opts)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]int16, len(c.in))
			s.Run(c.in, got)
			for i, x := range c.in {
				want := float64(c.opts.OutputScale) * math.Log(math.Ldexp(float64(x), c.opts.InputCorrectionBits))
				if math.Abs(float64(got[i])-want) > c.bound {
					t.Errorf("of %d: got %d, want %.1f within %g", x, got[i], want, c.bound)
				}
			}
		})
	}
}

func TestSignalFilterBankLogEnds(t *testing.T) {
	s, err := NewSignalFilterBankLog(SignalFilterBankLogOptions{OutputScale: 30000})
	if err != nil {
		t.Fatal(err)
	}
	in, got := []uint32{0, 1, 2, 4}, make([]int16, 4)
	s.Run(in, got)
	// 30000·ln 2 is 20794.4, and twice that is over the largest int16.
	if want := []int16{0, 0, 20794, 32767}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
