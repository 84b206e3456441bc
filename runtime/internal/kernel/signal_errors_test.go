package kernel

import (
	"strings"
	"testing"
)

func TestSignalErrors(t *testing.T) {
	window := func(shift, samples, weights int) error {
		_, err := NewSignalWindow(SignalWindowOptions{Shift: shift}, samples, weights)
		return err
	}
	rfft := func(n, in, out int) error {
		_, err := NewSignalRfft[int16](SignalRfftOptions{FFTLength: n}, in, out)
		return err
	}
	energy := func(start, end, in, out int) error {
		_, err := NewSignalEnergy(SignalEnergyOptions{Start: start, End: end}, in, out)
		return err
	}
	bank := func(channels int, start, weightStart, width int16) error {
		tables := SignalFilterBankTables{
			Weights: make([]int16, 4), Unweights: make([]int16, 4),
			Starts: []int16{0, start}, WeightStarts: []int16{0, weightStart}, Widths: []int16{0, width},
		}
		_, err := NewSignalFilterBank(SignalFilterBankOptions{Channels: channels}, tables, 8, channels)
		return err
	}
	subtract := func(channels, in, smoothing, bits int) error {
		o := SignalSubtractionOptions{Channels: channels, SmoothingBits: smoothing, Bits: bits}
		_, err := NewSignalSubtraction(o, in)
		return err
	}
	pcan := func(shift, noise, gains int) error {
		_, err := NewSignalPCAN(SignalPCANOptions{SNRShift: shift}, 40, noise, gains)
		return err
	}
	log := func(bits int) error {
		_, err := NewSignalFilterBankLog(SignalFilterBankLogOptions{InputCorrectionBits: bits})
		return err
	}
	cases := []struct {
		name string
		err  error
		want string // "" if all is well
	}{
		{"a good window", window(12, 960, 480), ""},
		{"a window's shift", window(32, 480, 480), "shift is 32"},
		{"a window's negative shift", window(-1, 480, 480), "shift is -1"},
		{"half a window", window(12, 479, 480), "479 samples"},
		{"no window", window(12, 480, 0), "windows of 0"},
		{"a good transform", rfft(512, 480, 514), ""},
		{"a length no power of two", rfft(480, 480, 482), "fft_length is 480"},
		{"a length of 2", rfft(2, 2, 4), "fft_length is 2"},
		{"a negative length", rfft(-512, 480, 514), "fft_length is -512"},
		{"a huge length", rfft(1<<30, 480, 1<<30+2), "not a power of two from 4"},
		{"a frame too long", rfft(512, 513, 514), "frames of 513"},
		{"an empty frame", rfft(512, 0, 514), "frames of 0"},
		{"a short output", rfft(512, 480, 512), "rows of 512 numbers"},
		{"good energies", energy(5, 257, 514, 257), ""},
		{"bins past the input", energy(0, 258, 514, 300), "bins 0 to 258 of 257 in"},
		{"bins past the output", energy(0, 257, 514, 256), "and 256 out"},
		{"a negative bin", energy(-1, 2, 514, 257), "bins -1"},
		{"bins backwards", energy(3, 2, 514, 257), "bins 3 to 2"},
		{"a good bank", bank(1, 4, 0, 4), ""},
		{"a negative width is none", bank(1, 100, 100, -1), ""},
		{"a band past the spectrum", bank(1, 5, 0, 4), "band 1: 4 bins from 5 of 8"},
		{"a band before the spectrum", bank(1, -1, 0, 4), "4 bins from -1"},
		{"a band past the weights", bank(1, 0, 1, 4), "weights from 1 of 4"},
		{"a band before the weights", bank(1, 0, -1, 4), "weights from -1"},
		{"more channels than bands", bank(2, 0, 0, 1), "for 2 channels"},
		{"no channels", bank(0, 0, 0, 1), "num_channels is 0"},
		{"good noise", subtract(40, 40, 10, 14), ""},
		{"noise of other channels", subtract(41, 40, 10, 14), "num_channels is 41, the input has 40"},
		{"too many smoothing bits", subtract(40, 40, 32, 14), "smoothing_bits is 32"},
		{"too many bits", subtract(40, 40, 10, 64), "spectral_subtraction_bits is 64"},
		{"good gains", pcan(6, 40, 125), ""},
		{"an snr_shift too far", pcan(64, 40, 125), "snr_shift is 64"},
		{"too short a gain table", pcan(6, 40, 124), "124 entries, not 125"},
		{"noise of fewer channels", pcan(6, 39, 125), "noise of 39"},
		{"a good logarithm", log(3), ""},
		{"too much correction", log(32), "input_correction_bits is 32"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.want == "" && c.err != nil {
				t.Errorf("got %v, want no error", c.err)
			}
			if c.want != "" && (c.err == nil || !strings.Contains(c.err.Error(), c.want)) {
				t.Errorf("got %v, want %q", c.err, c.want)
			}
		})
	}
}
